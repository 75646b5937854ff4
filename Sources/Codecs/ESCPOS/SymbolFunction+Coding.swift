extension ESCPOS {
  /// GS ( k pL pH cn fn parameters.
  static func append(_ kind: SymbolKind, _ function: SymbolFunction, _ bytes: inout [UInt8]) {
    appendFunction(gs, 0x6B, count: 0, &bytes)
    let head = bytes.count
    bytes.append(kind.rawValue)
    appendParameters(of: function, &bytes)
    let count = UInt16(truncatingIfNeeded: bytes.count - head)
    (bytes[head - 2], bytes[head - 1]) = (low(count), high(count))
  }

  private static func appendParameters(of function: SymbolFunction, _ bytes: inout [UInt8]) {
    switch function {
    case .columns(let n), .mode(let n): bytes.append(each: [65, n])
    case .model(let n): bytes.append(each: [65, n, 0])
    case .rows(let n): bytes.append(each: [66, n])
    case .layers(let mode, let n): bytes.append(each: [66, mode, n])
    case .shape(let m, let columns, let rows): bytes.append(each: [66, m, columns, rows])
    case .moduleSize(let n): bytes.append(each: [67, n])
    case .rowHeight(let n): bytes.append(each: [68, n])
    case .errorCorrection(let n): bytes.append(each: [69, n])
    case .errorCorrectionBy(let mode, let n): bytes.append(each: [69, mode, n])
    case .isTruncated(let on): bytes.append(each: [70, on ? 1 : 0])
    case .maximumWidth(let dots): bytes.append(each: [71, low(dots), high(dots)])
    case .textFont(let n): bytes.append(each: [72, n])
    case .store(let data):
      bytes.append(each: [80, 48])
      bytes += data
    case .storeDataBar(let type, let data):
      bytes.append(each: [80, 48, type])
      bytes += data
    case .storeComposite(let part, let type, let data):
      bytes.append(each: [80, 48, part, type])
      bytes += data
    case .print: bytes.append(each: [81, 48])
    case .transmitSize: bytes.append(each: [82, 48])
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
