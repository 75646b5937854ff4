import Daemon
import Ledger

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
    _ template: String, member: Int64?, serial: UInt64, directory: String
  ) throws -> IssuedCode? {
    let request = ControlRequest.issueCoupon(
      template: template, member: member, serial: serial)
    return try ask(request, directory: directory) { reply in
      if case .coupon(let code) = reply { code } else { nil }
    }
  }

  static func submit(_ batch: Batch, directory: String) throws -> [Outcome]? {
    try ask(.submit(batch), directory: directory) { reply in
      if case .outcomes(let outcomes) = reply { outcomes } else { nil }
    }
  }

  static func member(
    _ request: MemberRequest, directory: String
  ) throws -> MemberReply? {
    try ask(.member(request), directory: directory) { reply in
      if case .member(let answer) = reply { answer } else { nil }
    }
  }

  static func wallet(
    _ request: WalletRequest, directory: String
  ) throws -> WalletReply? {
    try ask(.wallet(request), directory: directory) { reply in
      if case .wallet(let answer) = reply { answer } else { nil }
    }
  }

  static func test(
    _ device: TestedDevice, force: Bool, directory: String
  ) throws -> TestReport? {
    try ask(.test(device, force: force), directory: directory) { reply in
      if case .tested(let report) = reply { report } else { nil }
    }
  }

  /// How far the printer confirmed it.
  static func openDrawer(
    connector: Int, by user: String, directory: String
  ) throws -> String? {
    try ask(.openDrawer(connector: connector, user: user), directory: directory) { reply in
      if case .drawerOpened(let completion) = reply { completion } else { nil }
    }
  }

  /// Hands on what the daemon sees until `take` answers false or the deadline has come; false when
  /// no daemon runs.
  static func watch(
    _ device: WatchedDevice, isRaw: Bool, directory: String,
    until deadline: ContinuousClock.Instant, _ take: (SeenEvent) throws -> Bool
  ) throws -> Bool {
    try ControlClient.watch(device, isRaw: isRaw, directory: directory, until: deadline) { reply in
      switch reply {
      case .watching: return true
      case .seen(let event): return try take(event)
      case .refused(let reason): throw Complaint(reason)
      case .devices, .coupon, .member, .wallet, .status, .released, .outcomes, .tested,
        .drawerOpened,
        .cardAwaited, .cardWord:
        return true
      }
    }
  }

  /// Hands on what comes of the next card until `answer` says stop or the deadline has come; false
  /// when no daemon runs.
  static func card(
    _ work: CardDesk.Work, force: Bool, directory: String,
    until deadline: ContinuousClock.Instant, onAwaited: () -> Void = {},
    _ answer: (CardDesk.Word) throws -> CardAnswer
  ) throws -> Bool {
    try ControlClient.card(work, force: force, directory: directory, until: deadline) { reply in
      switch reply {
      case .cardWord(let word): return try answer(word)
      case .refused(let reason): throw Complaint(reason)
      case .cardAwaited:
        onAwaited()
        return .goOn
      case .devices, .coupon, .member, .wallet, .status, .released, .outcomes, .tested,
        .drawerOpened,
        .watching, .seen:
        return .goOn
      }
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
