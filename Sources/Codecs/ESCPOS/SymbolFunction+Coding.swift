extension ESCPOS {
  /// GS ( k pL pH cn fn parameters.
  static func encode(_ kind: SymbolKind, _ function: SymbolFunction) -> [UInt8] {
    let parameters = parameters(of: function)
    return [gs, 0x28, 0x6B] + littleEndian(UInt16(truncatingIfNeeded: parameters.count + 1))
      + [kind.rawValue] + parameters
  }

  private static func parameters(of function: SymbolFunction) -> [UInt8] {
    switch function {
    case .columns(let n), .mode(let n): [65, n]
    case .model(let n): [65, n, 0]
    case .rows(let n): [66, n]
    case .layers(let mode, let n): [66, mode, n]
    case .shape(let m, let columns, let rows): [66, m, columns, rows]
    case .moduleSize(let n): [67, n]
    case .rowHeight(let n): [68, n]
    case .errorCorrection(let n): [69, n]
    case .errorCorrectionBy(let mode, let n): [69, mode, n]
    case .isTruncated(let on): [70, on ? 1 : 0]
    case .maximumWidth(let dots): [71] + littleEndian(dots)
    case .textFont(let n): [72, n]
    case .store(let data): [80, 48] + data
    case .storeDataBar(let type, let data): [80, 48, type] + data
    case .storeComposite(let part, let type, let data): [80, 48, part, type] + data
    case .print: [81, 48]
    case .transmitSize: [82, 48]
    }
  }
}

extension ESCPOS.SymbolFunction {
  /// The function of `bytes`, fn and its parameters; nil when `kind` has none such.
  init?(_ kind: ESCPOS.SymbolKind, _ bytes: [UInt8]) {
    guard let fn = bytes.first else { return nil }
    let parameters = Array(bytes.dropFirst())
    let function: Self? =
      switch fn {
      case 80: parameters.first == 48 ? Self.store(kind, Array(parameters.dropFirst())) : nil
      case 81: parameters == [48] ? .print : nil
      case 82: parameters == [48] ? .transmitSize : nil
      default: Self.look(kind, fn, parameters)
      }
    guard let function else { return nil }
    self = function
  }

  private static func store(_ kind: ESCPOS.SymbolKind, _ data: [UInt8]) -> Self? {
    switch kind {
    case .pdf417, .qrCode, .maxiCode, .aztec, .dataMatrix: .store(data)
    case .dataBar: data.first.map { .storeDataBar(type: $0, Array(data.dropFirst())) }
    case .composite:
      data.count < 2
        ? nil : .storeComposite(part: data[0], type: data[1], Array(data.dropFirst(2)))
    }
  }

  private static func look(_ kind: ESCPOS.SymbolKind, _ fn: UInt8, _ n: [UInt8]) -> Self? {
    switch (kind, fn, n.count) {
    case (.pdf417, 65, 1): .columns(n[0])
    case (.pdf417, 66, 1): .rows(n[0])
    case (.qrCode, 65, 2): n[1] == 0 ? .model(n[0]) : nil
    case (.maxiCode, 65, 1): .mode(n[0])
    case (.aztec, 66, 2): .layers(mode: n[0], n[1])
    case (.dataMatrix, 66, 3): .shape(n[0], columns: n[1], rows: n[2])
    case (.pdf417, 67, 1), (.qrCode, 67, 1), (.dataBar, 67, 1), (.composite, 67, 1),
      (.aztec, 67, 1), (.dataMatrix, 67, 1):
      .moduleSize(n[0])
    case (.pdf417, 68, 1): .rowHeight(n[0])
    case (.pdf417, 69, 2): .errorCorrectionBy(mode: n[0], n[1])
    case (.qrCode, 69, 1), (.aztec, 69, 1): .errorCorrection(n[0])
    case (.pdf417, 70, 1): .isTruncated(n[0] & 1 == 1)
    case (.dataBar, 71, 2), (.composite, 71, 2): .maximumWidth(ESCPOS.littleEndian(n[0], n[1]))
    case (.composite, 72, 1): .textFont(n[0])
    default: nil
    }
  }
}
