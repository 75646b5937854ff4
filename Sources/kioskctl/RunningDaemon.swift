import Daemon

/// What the daemon of a data directory says; each answer is nil when none runs on it.
enum RunningDaemon {
  static func devices(directory: String) throws -> [Snapshot.Device]? {
    try ask(.devices, directory: directory) { reply in
      if case .devices(let devices) = reply { devices } else { nil }
    }
  }

  static func state(directory: String) throws -> KioskState? {
    try ask(.status, directory: directory) { reply in
      if case .status(let state) = reply { state } else { nil }
    }
  }

  /// How many holds were given back.
  static func release(_ sale: String, directory: String) throws -> Int? {
    try ask(.releaseSale(sale), directory: directory) { reply in
      if case .released(let count) = reply { count } else { nil }
    }
  }

  static func issue(
    _ template: String, member: Int64?, directory: String
  ) throws -> IssuedCode? {
    let request = ControlRequest.issueCoupon(template: template, member: member)
    return try ask(request, directory: directory) { reply in
      if case .coupon(let code) = reply { code } else { nil }
    }
  }

  private static func ask<Answer>(
    _ request: ControlRequest, directory: String, _ read: (ControlReply) -> Answer?
  ) throws -> Answer? {
    let stranger = Complaint("kioskd answered something else; use the kioskctl of its version")
    let reply: ControlReply?
    do {
      reply = try ControlClient.ask(request, directory: directory)
    } catch is DecodingError {
      throw stranger
    }
    guard let reply else { return nil }
    if case .refused(let reason) = reply { throw Complaint(reason) }
    guard let answer = read(reply) else { throw stranger }
    return answer
  }
}
