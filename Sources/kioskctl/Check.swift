/// One line of `kioskctl doctor`.
struct Check: Encodable, Equatable {
  enum Status: String, Encodable {
    case ok
    /// Works, and should be known.
    case note
    /// Keeps the kiosk from selling as it should.
    case wrong
  }

  let name: String
  let status: Status
  /// What was found; when it is wrong, the cause and the cure.
  let message: String

  init(_ name: String, _ status: Status, _ message: String) {
    self.name = name
    self.status = status
    self.message = message
  }

  static func text(_ checks: [Check]) -> [String] {
    var table = TextTable([.left, .left, .left])
    for check in checks {
      let mark =
        switch check.status {
        case .ok: "ok"
        case .note: "note"
        case .wrong: "WRONG"
        }
      table.append([mark, check.name, check.message])
    }
    return table.lines
  }

  /// The one line on standard error; nil when nothing is wrong.
  static func complaint(_ checks: [Check]) -> Complaint? {
    let wrong = checks.filter { $0.status == .wrong }
    guard let first = wrong.first else { return nil }
    let others = wrong.dropFirst().map(\.name)
    return Complaint(
      "\(wrong.count) of \(checks.count) checks are wrong; \(first.name): \(first.message)"
        + (others.isEmpty ? "" : "; see also \(others.joined(separator: ", "))"))
  }
}
