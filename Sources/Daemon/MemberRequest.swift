import Retail
import Storage

/// What is asked of the members' records; the running daemon does it, or `kioskctl` under the lock
/// of the data directory. Each is all or nothing.
public enum MemberRequest: Codable, Equatable, Sendable {
  /// Under a number that the asker drew: asked again, the same member is the answer.
  case register(MemberInput, number: String)
  case change(member: Int64, MemberEdit)
  case block(member: Int64, Bool, reason: String?)
  case note(member: Int64, String)
  case consent(member: Int64, Consent.Purpose, isGiven: Bool, Consent.Source)
  case merge(from: Int64, into: Int64, reason: String)
  case erase(member: Int64, ErasureGround, forfeits: Bool)
  /// Only notes it; who exports reads for itself.
  case logExport(member: Int64?, detail: String)
  /// `uid` in hexadecimal digits.
  case issueCard(uid: String, member: Int64, replacing: Int64?, reason: String?)
  case changeCard(card: Int64, CardChange, reason: String)
  case renewCode(member: Int64, reason: String)
  case importMembers([ImportedMember])
  /// The next part of a sweep, behind a member.
  case sweepTiers(after: Int64, isDateConfirmed: Bool)
  /// The next part of a sweep of ended lots, behind one; a trial only tells what it would post.
  case sweepEnded(after: ExpiryPart.Place?, isDateConfirmed: Bool, isTrial: Bool)
  /// Something with points, visits or coupons.
  case units(UnitRequest)
  case rotateKeys(isBeginning: Bool)
  case endKeyRotation
}

/// A line of a file of members.
public struct ImportedMember: Codable, Equatable, Sendable {
  public let input: MemberInput
  /// Drawn by the asker, for a line without a number.
  public let number: String

  public init(input: MemberInput, number: String) {
    self.input = input
    self.number = number
  }
}

public enum MemberReply: Codable, Equatable, Sendable {
  case member(id: Int64, number: String)
  case card(id: Int64, member: Int64, CardState)
  case erased([Int64])
  /// So many were new.
  case imported(Int)
  case swept(TierSweep.Part)
  case ended(ExpiryPart)
  case units(UnitReply)
  case rotation(KeyRotation)
  case done
}
