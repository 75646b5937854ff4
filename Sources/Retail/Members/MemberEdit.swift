/// What is to be changed of a member, as it was typed; nil stays as it is.
public struct MemberEdit: Equatable, Sendable, Codable {
  public var name: String?
  /// Empty: taken away.
  public var phone: String?
  /// Empty: taken away.
  public var birthday: String?
  /// Given by staff; it stays until `tierUntil`, or for good.
  public var tier: String?
  /// `YYYY-MM-DD`, the first day on which the rules may take the tier back.
  public var tierUntil: String?
  public var addTags: [String]
  public var removeTags: [String]
  /// Empty text takes one away.
  public var preferences: [String: String]

  public init(
    name: String? = nil, phone: String? = nil, birthday: String? = nil, tier: String? = nil,
    tierUntil: String? = nil, addTags: [String] = [], removeTags: [String] = [],
    preferences: [String: String] = [:]
  ) {
    self.name = name
    self.phone = phone
    self.birthday = birthday
    self.tier = tier
    self.tierUntil = tierUntil
    self.addTags = addTags
    self.removeTags = removeTags
    self.preferences = preferences
  }
}

/// A change whose every field is one.
public struct MemberChange: Equatable, Sendable {
  public enum Field<Value: Equatable & Sendable>: Equatable, Sendable {
    case kept
    case removed
    case set(Value)

    /// The words `phone`, or nothing when it is kept.
    func name(_ name: String) -> [String] { self == .kept ? [] : [name] }
  }

  public let name: PersonName?
  public let phone: Field<PhoneNumber>
  public let birthday: Field<Birthday>
  public let tier: TierStanding?
  public let addTags: [String]
  public let removeTags: [String]
  public let preferences: [String: Field<String>]

  public init(
    _ edit: MemberEdit, plan: PhonePlan, tiers: [String], today: CalendarDate
  ) throws(MemberRefusal) {
    name = try edit.name.map { text throws(MemberRefusal) in try MemberDraft.name(text) }
    phone =
      switch edit.phone {
      case nil: .kept
      case "": .removed
      case .some(let text): try MemberDraft.phone(text, plan).map { .set($0) } ?? .kept
      }
    birthday =
      switch edit.birthday {
      case nil: .kept
      case "": .removed
      case .some(let text): try MemberDraft.birthday(text, today).map { .set($0) } ?? .kept
      }
    tier = try Self.standing(edit, tiers, today)
    for tag in edit.addTags + edit.removeTags { try MemberText.checkKey(tag, .tag) }
    addTags = Array(Set(edit.addTags)).sorted()
    removeTags = Array(Set(edit.removeTags)).sorted()
    var preferences: [String: Field<String>] = [:]
    for (name, text) in edit.preferences {
      try MemberText.checkKey(name, .preferenceName)
      if !text.isEmpty { try MemberText.check(text, .preference) }
      preferences[name] = text.isEmpty ? .removed : .set(text)
    }
    self.preferences = preferences
    guard !fields.isEmpty else { throw .nothingToChange }
  }

  /// The names of what is changed, for the audit.
  public var fields: [String] {
    (name == nil ? [] : ["name"]) + phone.name("phone") + birthday.name("birthday")
      + (tier == nil ? [] : ["tier"]) + addTags.map { "+\($0)" } + removeTags.map { "-\($0)" }
      + preferences.keys.sorted()
  }

  private static func standing(
    _ edit: MemberEdit, _ tiers: [String], _ today: CalendarDate
  ) throws(MemberRefusal) -> TierStanding? {
    guard let tier = edit.tier else { return nil }
    guard tiers.contains(tier) else {
      throw .unknownTier(String(tier.prefix(MemberText.keyLimit)))
    }
    var review: CalendarDate?
    if let until = edit.tierUntil {
      guard let date = CalendarDate(until), date > today else { throw .tierEnd }
      review = date
    }
    return TierStanding(tier: tier, since: today, review: review, isByStaff: true)
  }
}
