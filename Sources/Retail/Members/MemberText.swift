/// Free words about a member, and the shop's own words for them.
public enum MemberText {
  public enum Field: String, Sendable, Codable, CaseIterable {
    case actor, reason, note, preference, preferenceName, tag, source
  }

  public enum Flaw: String, Error, Sendable, Codable, CaseIterable {
    case empty, tooLong, forbiddenCharacter
  }

  public static let textLimit = 500
  public static let keyLimit = 40
  /// Of one member.
  public static let tagLimit = 40
  public static let preferenceLimit = 40
  public static let noteLimit = 200

  /// What people write: any letters and signs in one line, nothing that hides or steers.
  public static func check(_ text: String, _ field: Field) throws(MemberRefusal) {
    guard text.utf8.count <= textLimit else { throw .text(field, .tooLong) }
    var isBlank = true
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
        throw .text(field, .forbiddenCharacter)
      // Emoji are joined by one; what turns the direction of writing is not text.
      case .format where scalar.value != 0x200D: throw .text(field, .forbiddenCharacter)
      case .spaceSeparator: continue
      default: isBlank = false
      }
    }
    guard !isBlank else { throw .text(field, .empty) }
  }

  /// A word of the shop, such as a tag: small letters, digits and hyphens. They are kept readable,
  /// so that members can be chosen by them.
  public static func checkKey(_ key: String, _ field: Field) throws(MemberRefusal) {
    guard !key.isEmpty else { throw .text(field, .empty) }
    guard key.utf8.count <= keyLimit else { throw .text(field, .tooLong) }
    guard
      key.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 &- 0x30 <= 9 || $0 == 0x2D })
    else { throw .text(field, .forbiddenCharacter) }
  }
}
