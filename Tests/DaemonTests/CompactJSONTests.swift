import CheckoutMachine
import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// The journal's own writer of JSON beside Foundation's.
struct CompactJSONTests {
  private struct Odd: Codable, Equatable {
    enum Kind: Codable, Equatable {
      case bare
      case one(Int)
      case named(left: String?, right: [Kind])
    }

    struct Nothing: Codable, Equatable {}

    var text = "\"\\/\u{0}\u{1F}\n\t券🎫"
    var empty = ""
    var numbers: [Int64] = [.min, -1, 0, 1, .max]
    var small: UInt8 = 255
    var large: UInt64 = .max
    var flag = true
    var nothing = Nothing()
    var absent: Int?
    var holes: [Int?] = [1, nil]
    var lists: [[String]] = [[], ["a"], []]
    var names = ["a": 1, "b": 2]
    var kinds: [Kind] = [
      .bare, .one(-5), .named(left: nil, right: [.bare, .named(left: "x", right: [])]),
    ]
    var number = 0.25
  }

  /// The same object to whoever reads it.
  private func expectSame<Value: Encodable>(_ value: Value) throws {
    let own = try JSONSerialization.jsonObject(
      with: Data(try CompactJSON.encode(value)), options: .fragmentsAllowed)
    let theirs = try JSONSerialization.jsonObject(
      with: try JSONEncoder().encode(value), options: .fragmentsAllowed)
    #expect((own as? NSObject) == (theirs as? NSObject), "\(value)")
  }

  @Test func `it says what Foundation's encoder says`() throws {
    try expectSame(Odd())
    #expect(
      try JSONDecoder().decode(Odd.self, from: Data(try CompactJSON.encode(Odd()))) == Odd())
    for text in ["", "x", "\u{7F}\u{2028}"] { try expectSame(text) }
    for list in [[], [1], [1, 2]] { try expectSame(list) }
    #expect(throws: EncodingError.self) { try CompactJSON.encode([Double.nan]) }
  }

  @Test(arguments: Stages().all)
  func `every state comes back as it was written`(state: Checkout.State) throws {
    try expectSame(state)
    let bytes = try CompactJSON.encode(state)
    #expect(try JSONDecoder().decode(Checkout.State.self, from: Data(bytes)) == state)
  }

  @Test func `a decision is written once, and found where version 1 wrote it twice`() throws {
    let posting = try #require(Stages().all.first { $0.name == "posting" })
    guard case .posting(let settlement) = posting else { return }
    let decision = try CompactJSON.encode(settlement.basket.bill.decision)
    let text = String(decoding: try CompactJSON.encode(posting), as: UTF8.self)
    let word = String(decoding: decision, as: UTF8.self)
    #expect(text.components(separatedBy: word).count == 2)
    // What version 1 wrote: the posting with a decision of its own.
    let old = text.replacingOccurrences(
      of: "\"posting\":{\"batch\":", with: "\"posting\":{\"decision\":\(word),\"batch\":")
    #expect(old != text)
    #expect(try JSONDecoder().decode(Checkout.State.self, from: Data(old.utf8)) == posting)
  }

  @Test func `what the state waits for is not written again with its effects`() throws {
    let holding = try #require(Stages().all.first { $0.name == "holding" })
    guard case .holding(let settlement) = holding else { return }
    let context = Checkout.Context(
      time: ShopTime(instant: ManualClock.start, offsetSeconds: 0), nextSale: Stages.sale)
    let own = try JournalRecord(
      .pressed(.confirm), holding, [.show, .hold(settlement.hold)], context)
    #expect(String(decoding: own.effects, as: UTF8.self) == "[{\"show\":{}},\"hold\"]")
    let other = try JournalRecord(
      .pressed(.confirm), .attract(.zh), [.hold(settlement.hold)], context)
    #expect(other.effects.count > 100)
  }
}
