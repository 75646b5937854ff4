/// What lies in the memory of NFC Forum tags: NDEF messages, and the layouts of Type 2 and Type 4
/// Tags and of MIFARE Classic that hold them.
public enum NFC {
  /// Bytes of one message; a member card needs some hundred.
  public static let maximumMessageByteCount = 8_192
  /// Records of one message, the pieces of a chunked one counted.
  public static let maximumRecordCount = 64
}
