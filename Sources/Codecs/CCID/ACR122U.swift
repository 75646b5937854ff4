/// Commands that the maker of the ACR122U gave it (ACR122U API 2.04), which other readers with a
/// PN532 inside know as well. All go as APDUs of class FF in PC_to_RDR_XfrBlock.
public enum ACR122U {
  /// `FF 00 48 00 00`: answered by the firmware's name, `ACR122U214`, without a status word (6.5).
  public static let getFirmware: [UInt8] = [0xFF, 0x00, 0x48, 0x00, 0x00]

  /// `FF 00 51 pp 00`: which cards are looked for, and how often (6.7).
  public static func setOperatingParameter(_ parameter: UInt8) -> [UInt8] {
    [0xFF, 0x00, 0x51, parameter, 0x00]
  }

  /// `FF 00 52 00|FF 00`: whether the reader beeps by itself when it finds a card (6.9).
  public static func setBuzzer(onDetection isOn: Bool) -> [UInt8] {
    [0xFF, 0x00, 0x52, isOn ? 0xFF : 0x00, 0x00]
  }

  /// `FF 00 40 st 04 t1 t2 n b`: light and sound (6.2); times in units of 100 ms.
  public static func signal(
    state: UInt8, firstDuration: UInt8, secondDuration: UInt8, repetitions: UInt8, buzzer: UInt8
  ) -> [UInt8] {
    [0xFF, 0x00, 0x40, state, 0x04, firstDuration, secondDuration, repetitions, buzzer]
  }

  /// `FF 00 00 00 Lc D4 …`: a command of the PN532 (6.1), at most 254 bytes of it.
  public static func directTransmit(_ command: [UInt8]) -> [UInt8] {
    let command = command.prefix(254)
    return [0xFF, 0x00, 0x00, 0x00, UInt8(command.count + 1), 0xD4] + command
  }

  /// What the PN532 answered, behind `D5` and the command's number plus one; nil if `response` is
  /// no answer to `command`.
  public static func answer(in response: [UInt8], to command: UInt8) -> [UInt8]? {
    guard response.count >= 4, response[0] == 0xD5, response[1] == command &+ 1,
      Array(response.suffix(2)) == [0x90, 0x00]
    else { return nil }
    return Array(response[2..<(response.count - 2)])
  }

  /// InListPassiveTarget: at most two cards of 106 kbps type A (PN532 User Manual, 7.3.5).
  static let listTwoTargets = directTransmit([0x4A, 0x02, 0x00])

  /// How many cards answered to `listTwoTargets`; nil if the reader does not say.
  static func targetCount(in response: [UInt8]) -> Int? {
    answer(in: response, to: 0x4A)?.first.map(Int.init)
  }
}
