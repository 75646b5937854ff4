import Devices
import Ledger
import Retail
import Storage

/// Changes members: for the daemon when `kioskctl` asks it, and for `kioskctl` itself when no
/// daemon runs.
public struct MemberOffice: Sendable {
  /// Lines of a file in one request.
  public static let importLimit = 20
  /// Two mergers whose random ids meet are told by the ledger; then others are drawn, so often.
  static let mergeAttempts = 3

  let store: Store
  let rules: MemberRules
  let offers: RuleSet
  let kiosk: UInt32
  let clock: KioskClock
  let language: Language

  public init(
    store: Store, rules: MemberRules, offers: RuleSet, kiosk: UInt32, clock: KioskClock,
    language: Language
  ) {
    self.store = store
    self.rules = rules
    self.offers = offers
    self.kiosk = kiosk
    self.clock = clock
    self.language = language
  }

  /// A number for a new member.
  public static func drawnNumber(_ clock: KioskClock) -> String {
    MemberNumber(random: clock.randomBytes(MemberNumber.randomByteCount))?.text ?? ""
  }

  /// Does what is asked for. When it throws, nothing was changed.
  ///
  /// - Parameter actor: who asks, `staff/17`.
  public func answer(
    _ request: MemberRequest, actor: String
  ) async throws(MemberFailure) -> MemberReply {
    switch request {
    case .register, .change, .block, .note, .consent, .renewCode, .importMembers:
      return try await record(request, actor)
    case .merge(let from, let into, let reason):
      return try await merge(from, into: into, try act(actor, reason))
    case .erase(let member, let ground, let forfeits):
      return .erased(
        try await store.eraseMember(
          member, ground: ground, forfeits: forfeits, act: try act(actor, nil)))
    case .logExport(let member, let detail):
      try await store.logExport(member, detail: detail, act: try act(actor, nil))
      return .done
    case .issueCard(let uid, let member, let old, let reason):
      return reply(
        try await store.issueCard(
          uid: try Self.uid(uid), to: member, replacing: old, act: try act(actor, reason)))
    case .changeCard(let card, let change, let reason):
      return reply(try await store.changeCard(card, change, act: try act(actor, reason)))
    case .sweepTiers(let member, let isConfirmed):
      return .swept(try await TierSweep(self).part(after: member, isDateConfirmed: isConfirmed))
    case .sweepEnded(let place, let isConfirmed, let isTrial):
      return .ended(
        try await ExpirySweep(self).part(
          after: place, isDateConfirmed: isConfirmed, isTrial: isTrial))
    case .units(let request):
      return .units(try await answer(request, actor: actor))
    case .rotateKeys(let isBeginning):
      return .rotation(
        try await store.rotateKeys(isBeginning: isBeginning, act: try act(actor, nil)))
    case .endKeyRotation:
      guard try await store.endKeyRotation(act: try act(actor, nil)) else {
        return try await answer(.rotateKeys(isBeginning: false), actor: actor)
      }
      return .done
    }
  }

  private func record(
    _ request: MemberRequest, _ actor: String
  ) async throws(MemberFailure) -> MemberReply {
    switch request {
    case .register(let input, let number):
      let draft = try refusable { () throws(MemberRefusal) in try self.draft(input) }
      return reply(
        try await store.register(
          draft, number: try self.number(number), today: today, act: try act(actor, nil)))
    case .change(let member, let edit):
      let change = try refusable { () throws(MemberRefusal) in
        try MemberChange(
          edit, plan: rules.phones, tiers: rules.tierNames, today: today)
      }
      return reply(try await store.changeMember(member, change, act: try act(actor, nil)))
    case .block(let member, let isBlocked, let reason):
      return reply(try await store.setBlocked(member, isBlocked, act: try act(actor, reason)))
    case .note(let member, let text):
      try await store.addNote(text, to: member, act: try act(actor, nil))
    case .consent(let member, let purpose, let isGiven, let source):
      let act = try act(actor, nil)
      let consent = Consent(purpose: purpose, isGiven: isGiven, source: source, at: act.at)
      try await store.record(consent, of: member, act: act)
    case .renewCode(let member, let reason):
      try await store.renewMemberCode(of: member, act: try act(actor, reason))
    case .importMembers(let lines):
      var drafts: [(MemberDraft, MemberNumber)] = []
      for line in lines.prefix(Self.importLimit) {
        drafts.append(
          (
            try refusable { () throws(MemberRefusal) in try draft(line.input) },
            try number(line.number)
          ))
      }
      return .imported(
        try await store.register(all: drafts, today: today, act: try act(actor, nil)))
    case .merge, .erase, .logExport, .issueCard, .changeCard, .sweepTiers, .sweepEnded, .units,
      .rotateKeys, .endKeyRotation:
      break
    }
    return .done
  }

  private func merge(
    _ from: Int64, into: Int64, _ act: MemberAct
  ) async throws(MemberFailure) -> MemberReply {
    for attempt in 1...Self.mergeAttempts {
      let step = clock.randomBytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      do throws(MemberFailure) {
        return reply(
          try await store.mergeMember(
            from, into: into, entries: MergerEntries(kiosk: kiosk, step: step), act: act))
      } catch {
        guard error == .refused(.ledger(Outcome.otherContent.rawValue)),
          attempt < Self.mergeAttempts
        else { throw error }
      }
    }
    throw .refused(.ledger(Outcome.otherContent.rawValue))
  }

  // MARK: Values

  /// What a line of a file or a form makes; nothing is looked up.
  public func draft(_ input: MemberInput) throws(MemberRefusal) -> MemberDraft {
    try MemberDraft(input, plan: rules.phones, tiers: rules.tierNames, today: today)
  }

  private var today: CalendarDate { clock.now().date }

  private func act(_ actor: String, _ reason: String?) throws(MemberFailure) -> MemberAct {
    try refusable { () throws(MemberRefusal) in
      try MemberAct(actor: actor, reason: reason, at: clock.now().instant)
    }
  }

  private func number(_ text: String) throws(MemberFailure) -> MemberNumber {
    try refusable { () throws(MemberRefusal) in
      guard let number = try MemberDraft.number(text) else { throw .number(.empty) }
      return number
    }
  }

  private func refusable<Value>(
    _ make: () throws(MemberRefusal) -> Value
  ) throws(MemberFailure) -> Value {
    do throws(MemberRefusal) { return try make() } catch { throw .refused(error) }
  }

  /// Hexadecimal digits, with or without blanks and colons; a number that changes with every tap is
  /// no card's.
  static func uid(_ text: String) throws(MemberFailure) -> [UInt8] {
    let digits = text.filter { $0 != " " && $0 != ":" }.map { $0.isASCII ? $0.hexDigitValue : nil }
    let values = digits.compactMap(\.self)
    guard values.count == digits.count, values.count.isMultiple(of: 2), values.count <= 20 else {
      throw .refused(.card(.unusableChip))
    }
    let uid = stride(from: 0, to: values.count, by: 2).map {
      UInt8(values[$0] << 4 | values[$0 + 1])
    }
    guard MemberCardLimits.uidByteCounts.contains(uid.count), !CardIdentity.isRandom(uid) else {
      throw .refused(.card(.unusableChip))
    }
    return uid
  }

  private func reply(_ member: MemberRecord) -> MemberReply {
    .member(id: member.id, number: member.number)
  }

  private func reply(_ card: CardRecord) -> MemberReply {
    .card(id: card.id, member: card.member, card.state)
  }
}
