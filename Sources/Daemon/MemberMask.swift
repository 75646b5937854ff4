/// What of a member may be shown to who did not ask for all of it (SCREEN 32).
public enum MemberMask {
  /// `王小明` → `王*`, `Wang Xiaoming` → `Wang *`
  public static func name(_ name: String) -> String {
    guard let first = name.first else { return "*" }
    if first.isASCII, let word = name.split(separator: " ").first, word.count < name.count {
      return word + " *"
    }
    return String(first) + "*"
  }

  /// `13812345521` → `138****5521`; a short one is hidden whole.
  public static func phone(_ phone: String) -> String {
    guard phone.count >= 8 else { return phone.isEmpty ? "" : "****" }
    return phone.prefix(3) + "****" + phone.suffix(4)
  }
}
