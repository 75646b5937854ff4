import Foundation
import Testing

@testable import kioskctl

/// The codecs from the command line, a JSON object a line.
struct CodecCommandTests {
  /// The answers to some lines, as values that JSON has.
  private func answers<Request: Decodable, Reply: Encodable>(
    _ input: String, _ answer: (Request) throws -> Reply
  ) throws -> [[String: JSON]] {
    var lines = JSONLines()
    let output = try lines.feed(Array((input + "\n").utf8), answer)
    return try output.split(separator: 0x0A).map {
      try JSONDecoder().decode([String: JSON].self, from: Data($0))
    }
  }

  /// Descriptor dump of the ACR122U, firmware 1.00 (LudovicRousseau/CCID, readers/ACR122U.txt).
  private static let acr122u =
    "36210001000703000000" + "a00f0000" + "a00f0000" + "00" + "002a0000" + "90d00300" + "00"
    + "f7000000" + "00000000" + "00000000" + "30000100" + "0f010000" + "00" + "00" + "0000" + "00"
    + "01"

  @Test func `a reader's descriptor comes apart into its fields, garbage into an error`() throws {
    let answers = try answers(
      "{\"descriptor\":\"\(Self.acr122u)\"}\n{\"descriptor\":\"3621\"}\n[]", CCIDFields.init)
    #expect(answers[0]["dwFeatures"] == .number(0x0001_0030))
    #expect(answers[0]["dwMaxCCIDMessageLength"] == .number(271))
    #expect(answers[0]["bcdCCID"] == .number(0x0100))
    #expect(answers[0]["dwMaxDataRate"] == .number(250_000))
    #expect(answers[0]["exchangeLevel"] == .text("tpdu"))
    #expect(
      answers[0]["features"]
        == .list([
          .text("automatic ICC clock frequency change"), .text("automatic baud rate change"),
        ])
    )
    #expect(answers[0]["voltages"] == .list([.text("5.0 V"), .text("3.0 V"), .text("1.8 V")]))
    #expect(answers[0]["protocols"] == .list([.text("T=0"), .text("T=1")]))
    #expect(answers[0]["lcd"] == .null)
    #expect(answers[0]["slots"] == .number(1))
    #expect(answers[1]["line"] == .number(2))
    #expect(answers[2]["line"] == .number(3))
  }

  @Test func `an answer to reset names the storage card that a reader makes of it`() throws {
    let answers = try answers(
      """
      {"atr":"3B8F8001804F0CA0000003060300030000000068"}
      {"atr":"3b00"}
      {"atr":"00"}
      {"atr":"3b"}
      {"atr":"3B8F8001804F0CA0000003060300030000000069"}
      """, ATRFields.init)
    #expect(answers[0]["storageCard"] == .text("MIFARE Ultralight"))
    #expect(answers[0]["convention"] == .text("direct"))
    #expect(answers[1]["storageCard"] == .null)
    #expect(answers[2]["error"] != nil)
    #expect(answers[4]["error"] == .text("TCK at offset 19 is 69, and 68 expected"))
  }

  @Test func `a tag without a message and one that is cut off are told apart`() throws {
    let answers = try answers(
      """
      {"tag":"0300fe"}
      {"tag":"00000000"}
      {"tag":"03106162"}
      """, NDEFFields.init)
    #expect(answers[0]["error"] == .text("the tag holds no message"))
    #expect(answers[1]["error"] == .text("the tag holds no message"))
    #expect(answers[2]["error"] == .text("the tag ends at 4 of 18 bytes"))
  }

  @Test func `an answer to reset is told byte by byte, and what the bytes come to`() throws {
    // TA1 18h, TC1 0, TD1 81h, TD2 31h, TA3 FEh, TB3 45h; historical "KIOSK"; TCK.
    var bytes: [UInt8] = [0x3B, 0xD5, 0x18, 0x00, 0x81, 0x31, 0xFE, 0x45]
    bytes += Array("KIOSK".utf8)
    bytes.append(bytes.dropFirst().reduce(0, ^))
    let told = try answers("{\"atr\":\"\(HexBytes.text(bytes))\"}", ATRFields.init)[0]
    #expect(
      told["interface"]
        == .object([
          "TA1": .text("18"), "TC1": .text("00"), "TD1": .text("81"), "TD2": .text("31"),
          "TA3": .text("fe"), "TB3": .text("45"),
        ]))
    #expect(told["historical"] == .text("4b494f534b"))
    #expect(told["tck"] == .text("right"))
    #expect(told["kind"] == .text("contact"))
    #expect(told["protocols"] == .list([.number(1)]))
    #expect(told["fi"] == .number(372))
    #expect(told["di"] == .number(12))
    #expect(
      told["t1"]
        == .object([
          "informationFieldSize": .number(254), "characterWaitingInteger": .number(5),
          "blockWaitingInteger": .number(4), "errorDetection": .text("LRC"),
        ]))
  }

  @Test func `a tag's message comes apart into its records`() throws {
    let message = "d1010e55036578616d706c652e636f6d2f61"
    let answers = try answers(
      "{\"message\":\"\(message)\"}\n{\"tag\":\"0312\(message)fe\"}\n{\"tag\":\"03\"}\n{}",
      NDEFFields.init)
    guard case .list(let records) = answers[0]["records"], case .object(let record) = records.first
    else {
      Issue.record("\(answers)")
      return
    }
    #expect(record["meaning"] == .text("uri"))
    #expect(record["type"] == .text("U"))
    #expect(answers[1]["records"] == answers[0]["records"])
    #expect(answers[2]["error"] != nil)
    #expect(answers[3]["error"] != nil)
  }

  @Test func `a text that a code page has not whole is told by what is missing`() throws {
    let answers = try answers(
      """
      {"text":"零一","codepage":"gb18030"}
      {"text":"零a零b一","codepage":"cp437"}
      {"text":"x","codepage":"cp999"}
      """, TextBytes.init)
    #expect(answers[0]["bytes"] == .text("c1e3d2bb"))
    #expect(answers[0]["missing"] == .list([]))
    #expect(answers[1]["bytes"] == .null)
    #expect(answers[1]["missing"] == .list([.text("零"), .text("一")]))
    #expect(answers[2]["error"] != nil)
  }
}

/// What JSON can hold.
enum JSON: Equatable, Decodable {
  case null
  case flag(Bool)
  case number(Int)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
      return
    }
    do { self = .flag(try container.decode(Bool.self)) } catch is DecodingError {
      do { self = .number(try container.decode(Int.self)) } catch is DecodingError {
        do { self = .text(try container.decode(String.self)) } catch is DecodingError {
          do { self = .list(try container.decode([JSON].self)) } catch is DecodingError {
            self = .object(try container.decode([String: JSON].self))
          }
        }
      }
    }
  }
}
