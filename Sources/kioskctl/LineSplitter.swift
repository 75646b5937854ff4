/// Cuts a stream of bytes into lines, however it is chunked; a line that is too long is dropped as
/// a whole and told.
struct LineSplitter {
  /// A recording's longest paper and a descriptor dump stay far below.
  static let byteLimit = 1 << 20

  enum Line: Equatable {
    /// Without its line feed and a carriage return before it.
    case whole(ArraySlice<UInt8>)
    case tooLong
  }

  private var rest: [UInt8] = []
  private var isDropping = false

  init() {}

  mutating func feed(
    _ chunk: some Collection<UInt8>, _ take: (Line) throws -> Void
  ) rethrows {
    var begin = chunk.startIndex
    while let end = chunk[begin...].firstIndex(of: 0x0A) {
      append(chunk[begin..<end])
      try finish(take)
      begin = chunk.index(after: end)
    }
    append(chunk[begin...])
  }

  /// What stands behind the last line feed counts as a line.
  mutating func end(_ take: (Line) throws -> Void) rethrows {
    if !rest.isEmpty || isDropping { try finish(take) }
  }

  private mutating func append(_ part: some Collection<UInt8>) {
    guard !isDropping else { return }
    rest += part
    if rest.count > Self.byteLimit {
      isDropping = true
      rest = []
    }
  }

  private mutating func finish(_ take: (Line) throws -> Void) rethrows {
    defer {
      rest.removeAll(keepingCapacity: true)
      isDropping = false
    }
    guard !isDropping else { return try take(.tooLong) }
    try take(.whole(rest.last == 0x0D ? rest.dropLast() : rest[...]))
  }
}
