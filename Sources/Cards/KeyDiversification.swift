/// A key for each card, made of one master key and the card's UID (NXP AN10922, 2.2): whoever
/// breaks one card open has the key of that card alone.
public enum KeyDiversification {
  public static let maximumInputByteCount = 31

  /// The key of a card: AES-128 CMAC over 01h and the input, padded to 32 bytes. nil for a master
  /// key that has not 16 bytes and an input that is empty or too long.
  public static func aes128Key(master: [UInt8], input: [UInt8]) -> [UInt8]? {
    guard (1...maximumInputByteCount).contains(input.count) else { return nil }
    do throws(AESCipher.Refusal) {
      return try AESCipher.chainedCMAC(
        [0x01] + input, key: master, minimumByteCount: 2 * AESCipher.blockByteCount)
    } catch {
      return nil
    }
  }
}
