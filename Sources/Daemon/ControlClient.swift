import Foundation

/// `kioskctl`'s side of the socket.
public enum ControlClient {
  /// Nil when no daemon runs on this data directory. Without `withinSeconds` a little longer than
  /// the daemon gives itself.
  public static func ask(
    _ request: ControlRequest, directory: String, withinSeconds: Int? = nil
  ) throws -> ControlReply? {
    guard let connection = try connect(directory) else { return nil }
    defer { connection.end() }
    try connection.send(line: try JSONEncoder().encode(request))
    // The daemon's own limit ends first.
    let standard =
      request.isForDevice ? ControlSocket.testSeconds + 1 : ControlSocket.timeoutSeconds
    return try JSONDecoder().decode(
      ControlReply.self, from: try connection.receiveLine(withinSeconds: withinSeconds ?? standard))
  }

  /// Hands on what the daemon sees until `take` answers false or the deadline has come. False when
  /// no daemon runs on this data directory.
  public static func watch(
    _ device: WatchedDevice, isRaw: Bool, directory: String,
    until deadline: ContinuousClock.Instant, _ take: (ControlReply) throws -> Bool
  ) throws -> Bool {
    guard let connection = try connect(directory) else { return false }
    defer { connection.end() }
    try connection.send(
      line: try JSONEncoder().encode(ControlRequest.watch(device, isRaw: isRaw)))
    var lines = ControlLines(connection)
    while let line = try lines.next(by: deadline) {
      guard try take(try JSONDecoder().decode(ControlReply.self, from: line)) else { break }
    }
    return true
  }

  /// Reads or writes the next card, see `CardDesk`. `answer` says what comes of each word; false
  /// when no daemon runs on this data directory. Returns when it said `.stop` or the deadline has
  /// come.
  public static func card(
    _ work: CardDesk.Work, force: Bool, directory: String,
    until deadline: ContinuousClock.Instant, _ answer: (ControlReply) throws -> CardAnswer
  ) throws -> Bool {
    guard let connection = try connect(directory) else { return false }
    defer { connection.end() }
    try connection.send(line: try JSONEncoder().encode(ControlRequest.card(work, force: force)))
    var lines = ControlLines(connection)
    while let line = try lines.next(by: deadline) {
      switch try answer(try JSONDecoder().decode(ControlReply.self, from: line)) {
      case .goOn: continue
      case .message(let bytes):
        try connection.send(line: try JSONEncoder().encode(CardMessage(bytes: bytes)))
      case .stop: return true
      }
    }
    return true
  }

  private static func connect(_ directory: String) throws(ControlError) -> ControlConnection? {
    try ControlConnection.connect(path: ControlSocket.path(directory: directory))
  }
}

/// What comes of a word about a card.
public enum CardAnswer: Equatable, Sendable {
  case goOn
  case message([UInt8])
  case stop
}
