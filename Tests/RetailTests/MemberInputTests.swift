import Ledger
import Retail
import Testing

struct MemberInputTests {
  private static let today = CalendarDate(year: 2_026, month: 11, day: 22)

  private func flaw(_ name: String) -> PersonName.Flaw? {
    do throws(PersonName.Flaw) {
      _ = try PersonName(name)
      return nil
    } catch {
      return error
    }
  }

  @Test func `names of any script are taken`() throws {
    for name in [
      "王小明", "欧阳 明月", "Wang Xiaoming", "Zoë O’Brien", "Nguyễn Thị Minh Khai", "Иван Петров",
      "Ελένη", "محمد", "山田　太郎", "阿卜杜拉·买买提", "김민수", "O'Neil Jr.", "D’Arcy, Anne",
    ] {
      #expect(flaw(name) == nil, "\(name)")
    }
    #expect(try PersonName("  Wang   Xiaoming ").text == "Wang Xiaoming")
    #expect(try PersonName("Ｗａｎｇ").text == "Wang")
  }

  @Test func `names that hide, steer or imitate are refused, each by its reason`() {
    let refused: [(String, PersonName.Flaw)] = [
      ("", .empty), ("   ", .empty), (String(repeating: "王", count: 61), .tooLong),
      (String(repeating: "a", count: 1_000_000), .tooLong), ("Wang\nX", .controlCharacter),
      ("Wang\u{0}", .controlCharacter), ("\u{1B}[31mWang", .controlCharacter),
      ("Wang\u{202E}gnaW", .invisibleCharacter), ("Wa\u{200B}ng", .invisibleCharacter),
      ("Wa\u{AD}ng", .invisibleCharacter), ("\u{3164}", .invisibleCharacter),
      ("\u{E000}", .invisibleCharacter), ("W\u{FE0F}ang", .invisibleCharacter),
      ("𝐖ang", .lookAlike), ("Ⓦang", .lookAlike), ("ℋans", .lookAlike),
      ("Wаng", .mixedScripts),  // The second letter is Cyrillic.
      ("=HYPERLINK", .forbiddenCharacter), ("+Wang", .forbiddenCharacter),
      ("-Wang", .forbiddenCharacter), ("@Wang", .forbiddenCharacter),
      ("1Wang", .forbiddenCharacter),
      ("Wang<script>", .forbiddenCharacter), ("Wang 😀", .forbiddenCharacter),
      ("a\u{301}\u{301}\u{301}\u{301}", .forbiddenCharacter),
    ]
    for (name, expected) in refused { #expect(flaw(name) == expected, "\(name.prefix(20))") }
  }

  @Test func `a phone has one form, however it is typed`() throws {
    for text in [
      "13800138000", "138-0013-8000", "138 0013 8000", "+8613800138000", "+86 138 0013 8000",
      "008613800138000", "8613800138000", "１３８００１３８０００", "(138)00138000", "＋86 138.0013.8000",
    ] {
      #expect(try PhoneNumber(text).text == "13800138000", "\(text)")
    }
    #expect(try PhoneNumber("+852 9123 4567").text == "+85291234567")
    #expect(try PhoneNumber("0044 20 7946 0018").text == "+442079460018")
    let german = PhonePlan(countryCode: "49", trunkPrefix: "0", nationalDigits: 6...11)
    for text in ["030 123456", "+49 30 123456", "0049 30 123456"] {
      #expect(try PhoneNumber(text, plan: german).text == "30123456", "\(text)")
    }
  }

  @Test func `what is no phone is refused by its reason`() {
    let refused: [(String, PhoneNumber.Flaw)] = [
      ("", .empty), ("-", .empty), ("1380013800", .wrongLength), ("138001380001", .wrongLength),
      ("+1", .wrongLength), ("+8613800", .wrongLength), ("+0001234567", .wrongLength),
      (String(repeating: "1", count: 41), .tooLong), ("1380013800a", .forbiddenCharacter),
      ("138+0138000", .forbiddenCharacter), ("13800138000\n", .forbiddenCharacter),
      ("١٣٨٠٠١٣٨٠٠٠", .foreignDigit), ("1380013800𝟎", .foreignDigit),
      ("13800138000; DROP", .forbiddenCharacter), ("13800138000\u{200B}", .forbiddenCharacter),
    ]
    for (text, expected) in refused {
      do throws(PhoneNumber.Flaw) {
        Issue.record("\(text) was taken as \(try PhoneNumber(text))")
      } catch {
        #expect(error == expected, "\(text)")
      }
    }
  }

  @Test func `a new number sees every wrong digit and every exchange of neighbours`() throws {
    for first in UInt8(0)..<40 {
      let number = try #require(MemberNumber(random: [first, 2, 3, 4, 5, 6, 7, first &* 31]))
      #expect(number.text.utf8.count == MemberNumber.digitCount && !number.isMistyped)
      var digits = Array(number.text.utf8)
      for place in digits.indices {
        let right = digits[place]
        for wrong in UInt8(ascii: "0")...UInt8(ascii: "9") where wrong != right {
          digits[place] = wrong
          #expect(try MemberNumber(String(decoding: digits, as: UTF8.self)).isMistyped)
        }
        digits[place] = right
        guard place > 0, digits[place - 1] != right else { continue }
        digits.swapAt(place - 1, place)
        #expect(try MemberNumber(String(decoding: digits, as: UTF8.self)).isMistyped)
        digits.swapAt(place - 1, place)
      }
    }
    #expect(MemberNumber(random: [1]) == nil)
    for (text, flaw): (String, MemberNumber.Flaw) in [
      ("", .empty), (String(repeating: "1", count: 21), .tooLong), ("８０００", .forbiddenCharacter),
      ("80 01", .forbiddenCharacter),
    ] {
      #expect(throws: flaw) { try MemberNumber(text) }
    }
  }

  @Test func `birthdays are days of the calendar, with or without a year`() throws {
    let today = Self.today
    #expect(try Birthday("1990-05-12", today: today).text == "1990-05-12")
    #expect(try Birthday("02-29", today: today).text == "02-29")
    let refused: [(String, Birthday.Flaw)] = [
      ("", .malformed), ("1990", .malformed), ("12/05/1990", .malformed), ("5-12", .malformed),
      ("1990-5-12", .malformed), ("１９９０-05-12", .malformed), ("1990-02-30", .impossible),
      ("1990-13-01", .impossible), ("1990-00-10", .impossible), ("2100-01-01", .inTheFuture),
      ("1890-01-01", .tooLongAgo), ("2023-02-29", .impossible),
    ]
    for (text, flaw) in refused {
      #expect(throws: flaw, "\(text)") { try Birthday(text, today: today) }
    }
    let leap = try Birthday("02-29", today: today)
    #expect(leap.next(from: today) == CalendarDate(year: 2_027, month: 2, day: 28))
    #expect(
      leap.next(from: CalendarDate(year: 2_028, month: 2, day: 29))
        == CalendarDate(year: 2_028, month: 2, day: 29))
  }

  @Test func `a draft refuses its first bad field`() {
    let long = Dictionary(uniqueKeysWithValues: (0...40).map { ("k\($0)", "v") })
    let refused: [(MemberInput, MemberRefusal)] = [
      (MemberInput(name: ""), .name(.empty)),
      (MemberInput(name: "王", phone: "1"), .phone(.wrongLength)),
      (MemberInput(name: "王", birthday: "x"), .birthday(.malformed)),
      (MemberInput(name: "王", tier: "platinum"), .unknownTier("platinum")),
      (MemberInput(name: "王", tags: ["VIP"]), .text(.tag, .forbiddenCharacter)),
      (
        MemberInput(name: "王", tags: (0...40).map { "t\($0)" }),
        .tooMany(.tag, limit: MemberText.tagLimit)
      ),
      (MemberInput(name: "王", preferences: long), .tooMany(.preference, limit: 40)),
      (
        MemberInput(name: "王", preferences: ["a": "b\u{202E}"]),
        .text(.preference, .forbiddenCharacter)
      ),
      (MemberInput(name: "王", source: ""), .text(.source, .empty)),
      (MemberInput(name: "王", number: "a b"), .number(.forbiddenCharacter)),
    ]
    for (input, expected) in refused {
      do throws(MemberRefusal) {
        _ = try MemberDraft(input, plan: .standard, tiers: ["basic"], today: Self.today)
        Issue.record("\(expected) was taken")
      } catch {
        #expect(error == expected)
        #expect(!error.staffText.isEmpty && !error.customerText.zh.isEmpty)
      }
    }
  }

  @Test func `no description shows personal data`() throws {
    let draft = try MemberDraft(
      MemberInput(name: "王小明", phone: "13812345521", birthday: "1990-05-12"), plan: .standard,
      tiers: ["basic"], today: Self.today)
    let text =
      "\(draft.name) \(String(describing: draft.phone)) \(String(describing: draft.birthday))"
    for secret in ["小明", "13812345521", "1990-05-12"] { #expect(!text.contains(secret)) }
  }
}

struct CardStateTests {
  /// Every pair of a change and a state either leads somewhere or is refused by name.
  @Test func `cards go the ways that there are`() {
    let ways: [(CardState?, CardChange, CardState)] = [
      (nil, .issue, .active), (.returned, .issue, .active), (.active, .reportLost, .lost),
      (.blocked, .reportLost, .lost), (.active, .block, .blocked), (.lost, .unblock, .active),
      (.blocked, .unblock, .active), (.active, .replace, .replaced), (.lost, .replace, .replaced),
      (.blocked, .replace, .replaced), (.active, .giveBack, .returned),
      (.lost, .giveBack, .returned), (.blocked, .giveBack, .returned),
      (.replaced, .giveBack, .returned),
    ]
    var count = 0
    for change in CardChange.allCases {
      for state in [nil] + CardState.allCases.map(Optional.some) {
        let expected = ways.first { $0.0 == state && $0.1 == change }?.2
        do throws(CardRefusal) {
          let reached = try change.from(state)
          #expect(reached == expected, "\(change) from \(String(describing: state))")
          count += 1
        } catch {
          #expect(expected == nil, "\(change) from \(String(describing: state)): \(error)")
        }
      }
    }
    #expect(count == ways.count)
  }

  @Test func `a member code is a number and ten digits`() throws {
    let code = try #require(MemberCode(body: "80001001" + "0123456789"))
    #expect(code.number == "80001001" && code.proof == "0123456789")
    #expect(!"\(code)".contains(code.proof))
    for bare in ["", "80001001", "1234567890123", "80001001" + "012345678x"] {
      #expect(MemberCode(body: bare) == nil, "\(bare)")
    }
    let window = MemberCode.Window(seconds: 30, tolerance: 1)
    #expect(window.counters(at: Instant(milliseconds: 59_999)) == [1, 0, 2])
    #expect(window.counters(at: Instant(milliseconds: -5)) == [0, 1])
    #expect(MemberCode.proof(of: [UInt8](repeating: 255, count: 32)) == "4073709551615".suffix(10))
  }
}
