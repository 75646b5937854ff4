/// What of a member may be shown to who did not ask for all of it (SCREEN 32).
public enum MemberMask {
  /// `王小明` → `王*`
  public static func name(_ name: String) -> String { MemberDesk.mask(name: name) }

  /// `13812345521` → `138****5521`
  public static func phone(_ phone: String) -> String { MemberDesk.mask(phone: phone) }
}
