import Ledger

/// What is told of a new member, as it was typed or read from a file.
public struct MemberInput: Equatable, Sendable, Codable {
  public var name: String
  public var phone: String?
  public var birthday: String?
  /// Nil: the base tier.
  public var tier: String?
  public var tags: [String]
  public var preferences: [String: String]
  /// How the member came: `kiosk`, `friend`, a campaign.
  public var source: String?
  /// The number of the member who brought this one.
  public var referrer: String?
  public var consents: [Consent.Purpose]
  /// Nil: a new number.
  public var number: String?

  public init(
    name: String, phone: String? = nil, birthday: String? = nil, tier: String? = nil,
    tags: [String] = [], preferences: [String: String] = [:], source: String? = nil,
    referrer: String? = nil, consents: [Consent.Purpose] = [], number: String? = nil
  ) {
    self.name = name
    self.phone = phone
    self.birthday = birthday
    self.tier = tier
    self.tags = tags
    self.preferences = preferences
    self.source = source
    self.referrer = referrer
    self.consents = consents
    self.number = number
  }
}

/// A new member whose every field is one.
public struct MemberDraft: Equatable, Sendable {
  public let name: PersonName
  public let phone: PhoneNumber?
  public let birthday: Birthday?
  public let tier: String
  public let tags: [String]
  public let preferences: [String: String]
  public let source: String?
  public let referrer: MemberNumber?
  public let consents: [Consent.Purpose]
  public let number: MemberNumber?

  /// Refuses the first field that is none, in the order of the fields.
  ///
  /// - Parameter tiers: those that the shop has, the base first.
  public init(
    _ input: MemberInput, plan: PhonePlan, tiers: [String], today: CalendarDate
  ) throws(MemberRefusal) {
    name = try Self.name(input.name)
    phone = try Self.phone(input.phone, plan)
    birthday = try Self.birthday(input.birthday, today)
    guard let tier = input.tier ?? tiers.first, tiers.contains(tier) else {
      throw .unknownTier(input.tier.map { String($0.prefix(MemberText.keyLimit)) } ?? "")
    }
    self.tier = tier
    guard input.tags.count <= MemberText.tagLimit else {
      throw .tooMany(.tag, limit: MemberText.tagLimit)
    }
    for tag in input.tags { try MemberText.checkKey(tag, .tag) }
    tags = Array(Set(input.tags)).sorted()
    guard input.preferences.count <= MemberText.preferenceLimit else {
      throw .tooMany(.preference, limit: MemberText.preferenceLimit)
    }
    for (name, text) in input.preferences {
      try MemberText.checkKey(name, .preferenceName)
      try MemberText.check(text, .preference)
    }
    preferences = input.preferences
    if let source = input.source { try MemberText.checkKey(source, .source) }
    source = input.source
    referrer = try Self.number(input.referrer)
    consents = Consent.Purpose.allCases.filter { input.consents.contains($0) }
    number = try Self.number(input.number)
  }

  // Each maps one vocabulary of flaws into that of members.

  public static func name(_ text: String) throws(MemberRefusal) -> PersonName {
    do throws(PersonName.Flaw) { return try PersonName(text) } catch { throw .name(error) }
  }

  public static func phone(
    _ text: String?, _ plan: PhonePlan
  ) throws(MemberRefusal) -> PhoneNumber? {
    guard let text else { return nil }
    do throws(PhoneNumber.Flaw) {
      return try PhoneNumber(text, plan: plan)
    } catch {
      throw .phone(error)
    }
  }

  public static func birthday(
    _ text: String?, _ today: CalendarDate
  ) throws(MemberRefusal) -> Birthday? {
    guard let text else { return nil }
    do throws(Birthday.Flaw) {
      return try Birthday(text, today: today)
    } catch {
      throw .birthday(error)
    }
  }

  public static func number(_ text: String?) throws(MemberRefusal) -> MemberNumber? {
    guard let text else { return nil }
    do throws(MemberNumber.Flaw) { return try MemberNumber(text) } catch { throw .number(error) }
  }
}
