extension ESCPOS {
  /// What the bytes 80h to FFh are after ESC t n.
  public struct CodeTable: Equatable, Sendable {
    /// As the C library calls the page; nil for a page that is none of its own.
    public let name: String?
    /// 128 characters; U+FFFD where the page has none.
    public let characters: [Character]

    /// The table that the TM series of Epson has under `n`; nil where it has none, or one that is
    /// not published (escpos-printer-db, profile "default").
    public init?(_ n: UInt8) {
      if let text = Self.drawn[n] {
        // By scalars: a vowel sign of Arabic would join the character before it.
        self.init(name: nil, characters: text.unicodeScalars.map { Character($0) })
      } else if let name = Self.names[n] {
        self.init(name: name)
      } else {
        return nil
      }
    }

    private init(name: String?, characters: [Character]) {
      self.name = name
      self.characters = characters
    }

    /// The page that the C library has under `name`; nil when it has none.
    public init?(name: String) {
      guard let converter = CharacterConverter(to: "UTF-8", from: name) else { return nil }
      self.name = name
      characters = (UInt8(0x80)...0xFF).map { byte in
        let scalar = converter.decode([byte], leadByteCount: 1).unicodeScalars.first
        // A control character of ISO 8859 has no picture.
        guard let scalar, scalar.properties.generalCategory != .control else { return "\u{FFFD}" }
        return Character(scalar)
      }
    }

    public subscript(byte: UInt8) -> Character {
      byte < 0x80 ? Character(Unicode.Scalar(byte)) : characters[Int(byte) - 0x80]
    }

    private static let names: [UInt8: String] = [
      0: "CP437", 2: "CP850", 3: "CP860", 4: "CP863", 5: "CP865", 11: "CP851", 13: "CP857",
      14: "CP737", 15: "ISO-8859-7", 16: "CP1252", 17: "CP866", 18: "CP852", 19: "CP858",
      21: "CP874", 33: "CP775", 34: "CP855", 35: "CP861", 36: "CP862", 37: "CP864", 38: "CP869",
      39: "ISO-8859-2", 40: "ISO-8859-15", 42: "CP774", 43: "CP772", 44: "CP1125", 45: "CP1250",
      46: "CP1251", 47: "CP1253", 48: "CP1254", 49: "CP1255", 50: "CP1256", 51: "CP1257",
      52: "CP1258", 53: "RK1048",
    ]

    /// Pages that the C library has not: Katakana and TCVN-3 as escpos-printer-db gives them
    /// (CC BY 4.0), page 720 as Microsoft published it. A place without a character is U+FFFD.
    private static let drawn: [UInt8: String] = [
      1:
        "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├¯─│▕┌┐└┘╭╮╰╯ ｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿ"
        + "ﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▓ ",
      30: blank(40)
        + "ăâêôơưđ" + blank(6) + "àảãáạ" + blank(1) + "ằẳẵắ" + blank(7) + "ặầẩẫấậè" + blank(1)
        + "ẻẽéẹềểễếệìỉ" + blank(3) + "ĩíịò" + blank(1) + "ỏõóọồổỗốộờởỡớợù" + blank(1)
        + "ủũúụừửữứựỳỷỹýỵ" + blank(1),
      31: blank(33)
        + "ĂÂ" + blank(4) + "Ð" + blank(2) + "ÊÔƠƯ" + blank(7) + "ÀẢÃÁẠ" + blank(1) + "ẰẲẴẮ"
        + blank(7) + "ẶẦẨẪẤẬÈ" + blank(1) + "ẺẼÉẸỀỂỄẾỆÌỈ" + blank(3) + "ĨÍỊÒ" + blank(1)
        + "ỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙ" + blank(1) + "ỦŨÚỤỪỬỮỨỰỲỶỸÝỴ" + blank(1),
      32: blank(2) + "éâ" + blank(1) + "à" + blank(1) + "çêëèïî" + blank(3) + blank(1)
        + "\u{651}\u{652}ô¤ـûùءآأؤ£إئابةتثجحخدذرزسشص«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌"
        + "█▄▌▐▀ضطظعغفµقكلمنهوىي≡\u{64B}\u{64C}\u{64D}\u{64E}\u{64F}\u{650}≈°∙·√ⁿ²■\u{A0}",
    ]

    private static func blank(_ count: Int) -> String {
      String(repeating: "\u{FFFD}", count: count)
    }
  }

  /// What ESC R n puts in the place of twelve characters of ASCII.
  public enum InternationalSet {
    /// 23h 24h 40h 5Bh 5Ch 5Dh 5Eh 60h 7Bh 7Ch 7Dh 7Eh.
    private static let places = Array("#$@[\\]^`{|}~")

    private static let sets: [[Character]] = [
      "#$@[\\]^`{|}~",  // U.S.A.
      "#$à°ç§^`éùè¨",  // France
      "#$§ÄÖÜ^`äöüß",  // Germany
      "£$@[\\]^`{|}~",  // U.K.
      "#$@ÆØÅ^`æøå~",  // Denmark I
      "#¤ÉÄÖÅÜéäöåü",  // Sweden
      "#$@°\\é^ùàòèì",  // Italy
      "₧$@¡Ñ¿^`¨ñ}~",  // Spain I
      "#$@[¥]^`{|}~",  // Japan
      "#¤ÉÆØÅÜéæøåü",  // Norway
      "#$ÉÆØÅÜéæøåü",  // Denmark II
      "#$á¡Ñ¿é`íñóú",  // Spain II
      "#$á¡Ñ¿éüíñóú",  // Latin America
      "#$@[₩]^`{|}~",  // Korea
      "#$ŽŠĐĆČžšđćč",  // Slovenia, Croatia
      "#¥@[\\]^`{|}~",  // China
    ].map { Array($0) }

    /// The character for `character` in set `n`; itself where the set does not change it.
    public static func character(for character: Character, in n: UInt8) -> Character {
      guard n > 0, Int(n) < sets.count, let place = places.firstIndex(of: character)
      else { return character }
      return sets[Int(n)][place]
    }
  }
}
