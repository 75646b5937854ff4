extension ESCPOS.Command {
  /// GS ( with its letter, pL pH and at least one parameter.
  static func function(_ frame: [UInt8]) -> Self? {
    switch frame[2] {
    case 0x41: frame.count == 7 ? .testPrint(paper: frame[5], pattern: frame[6]) : nil
    case 0x44: realTimeCommands(frame)
    case 0x45: .userSetting(function: frame[5], parameters: Array(frame[6...]))
    case 0x48: response(frame)
    case 0x4B: frame.count == 7 ? .printControl(function: frame[5], value: frame[6]) : nil
    case 0x4C: ESCPOS.GraphicsFunction(frame[5...]).map { .graphics($0) }
    case 0x6B:
      ESCPOS.SymbolKind(rawValue: frame[5]).flatMap { kind in
        ESCPOS.SymbolFunction(kind, Array(frame[6...])).map { .symbol(kind, $0) }
      }
    default: nil
    }
  }

  private static func response(_ frame: [UInt8]) -> Self? {
    switch (frame[5], frame.count) {
    case (48, 11):
      frame[6] == 48
        ? ESCPOS.ProcessID(bytes: Array(frame[7...])).map { .requestProcessID($0) } : nil
    case (49, 8): frame[6] == 48 ? .offlineResponse(frame[7]) : nil
    default: nil
    }
  }

  private static func realTimeCommands(_ frame: [UInt8]) -> Self? {
    let pairs = Array(frame[6...])
    guard frame[5] == 20, !pairs.isEmpty, pairs.count.isMultiple(of: 2) else { return nil }
    var permissions: [ESCPOS.RealTimePermission] = []
    for index in stride(from: 0, to: pairs.count, by: 2) {
      guard [0, 1, 48, 49].contains(pairs[index + 1]) else { return nil }
      permissions.append(.init(function: pairs[index], isEnabled: pairs[index + 1] & 1 == 1))
    }
    return .realTimeCommands(permissions)
  }

  static func buzzer(_ frame: [UInt8]) -> Self? {
    .buzzer(function: frame[5], parameters: Array(frame[6...]))
  }

  static func sensors(_ letter: UInt8, _ n: UInt8) -> Self? {
    switch letter {
    case 0x33: .paperEndSensors(n)
    case 0x34: .stopSensors(n)
    case 0x35: .panelButtonsDisabled(n & 1 == 1)
    default: nil
    }
  }

  static func cut(_ frame: [UInt8]) -> Self? {
    switch (frame[2], frame.count) {
    case (0, 3), (48, 3): .cut(.full)
    case (1, 3), (49, 3): .cut(.partial)
    case (65, 4): .cut(.feedAndFull(frame[3]))
    case (66, 4): .cut(.feedAndPartial(frame[3]))
    case (97, 4): .cut(.reserveFull(frame[3]))
    case (98, 4): .cut(.reservePartial(frame[3]))
    case (103, 4): .cut(.feedFullAndReturn(frame[3]))
    case (104, 4): .cut(.feedPartialAndReturn(frame[3]))
    default: nil
    }
  }

  /// FS ( with its letter, pL pH and at least two parameters.
  static func kanjiFunction(_ frame: [UInt8]) -> Self? {
    switch (frame[2], frame[5], frame.count) {
    case (0x41, 48, 7): return .kanjiFont(frame[6])
    case (0x43, 48, 7):
      // 1 and 2 mean the same as the digits.
      let encoding = ESCPOS.CharacterEncoding(
        rawValue: frame[6] < 48 ? frame[6] + 48 : frame[6])
      return encoding.map { .characterEncoding($0) }
    case (0x43, 60, 8): return .fontPriority(rank: frame[6], font: frame[7])
    default: return nil
    }
  }

  static func defineCharacters(_ frame: [UInt8]) -> Self? {
    var pictures: [[UInt8]] = []
    var rest = frame[5...]
    while let columns = rest.popFirst() {
      let count = Int(columns) * Int(frame[2])
      guard rest.count >= count else { return nil }
      pictures.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    guard Int(frame[3]) + pictures.count - 1 == Int(frame[4]) else { return nil }
    return ESCPOS.DefinedCharacters(
      bytesPerColumn: frame[2], firstCode: frame[3], pictures: pictures
    ).map { .defineCharacters($0) }
  }

  static func storedImages(_ frame: [UInt8]) -> Self? {
    var images: [ESCPOS.StoredImage] = []
    var rest = frame[3...]
    while rest.count >= 4 {
      let head = Array(rest.prefix(4))
      let (width, height) = (
        ESCPOS.littleEndian(head[0], head[1]), ESCPOS.littleEndian(head[2], head[3])
      )
      let count = Int(width) * 8 * Int(height)
      guard rest.count >= 4 + count,
        let image = ESCPOS.StoredImage(
          widthUnits: width, heightBytes: height,
          data: Array(rest.dropFirst(4).prefix(count)))
      else { return nil }
      images.append(image)
      rest = rest.dropFirst(4 + count)
    }
    return rest.isEmpty && images.count == Int(frame[2]) && !images.isEmpty
      ? .defineStoredImages(images) : nil
  }
}
