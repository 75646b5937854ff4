import Ledger

/// What a member agreed to or withdrew, when and how it was said. The last word on a purpose
/// counts.
public struct Consent: Equatable, Sendable, Codable {
  /// Each is asked by itself (PIPL: marketing consent is separate).
  public enum Purpose: String, Sendable, Codable, CaseIterable {
    /// Keeping the record itself: points and wallet.
    case membership
    case marketing
    /// The birthday, for its offer.
    case birthday
    /// Offers by what was bought.
    case analysis
  }

  public enum Source: String, Sendable, Codable, CaseIterable {
    case kiosk, counter, paper, phone, web
    /// Taken over from another system.
    case file
  }

  public let purpose: Purpose
  public let isGiven: Bool
  public let source: Source
  public let at: Instant

  public init(purpose: Purpose, isGiven: Bool, source: Source, at: Instant) {
    self.purpose = purpose
    self.isGiven = isGiven
    self.source = source
    self.at = at
  }
}

/// Who changes a member's record, why and when; the audit keeps it.
public struct MemberAct: Equatable, Sendable, Codable {
  public static let actorLimit = 60

  /// `customer`, `staff/<id>`, `system`.
  public let actor: String
  /// For changes that need one; kept under the member's own key.
  public let reason: String?
  public let at: Instant

  public init(actor: String, reason: String? = nil, at: Instant) throws(MemberRefusal) {
    guard (1...Self.actorLimit).contains(actor.utf8.count),
      actor.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .text(.actor, .forbiddenCharacter) }
    if let reason { try MemberText.check(reason, .reason) }
    self.actor = actor
    self.reason = reason
    self.at = at
  }
}
