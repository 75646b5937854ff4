import Foundation
import StrictYAML
import Testing

private func parse(_ text: String) throws(YAMLError) -> YAMLMapping {
  try YAMLFile.parse(text, file: "test.yaml").mapping()
}

private func message(_ body: () throws(YAMLError) -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return error.description
  }
}

private enum Order: String, CaseIterable {
  case bonusFirst, principalFirst
}

struct StrictReadingTests {
  @Test func `values are read as what the caller expects`() throws {
    var mapping = try parse(
      """
      name: 青禾超市
      code: "0123"
      usb: 0c2e:0b61
      day: 1990-05-12
      limit: 20000
      mask: 0xFF
      loud: true
      order: bonusFirst
      list: [1, 2]
      """)
    #expect(try mapping.required("name").text() == "青禾超市")
    #expect(try mapping.required("code").text() == "0123")
    #expect(try mapping.required("usb").text() == "0c2e:0b61")
    #expect(try mapping.required("day").text() == "1990-05-12")
    #expect(try mapping.required("limit").integer(in: Int64(0)...100_000) == 20_000)
    #expect(try mapping.required("mask").integer(in: UInt8.min...UInt8.max) == 255)
    #expect(try mapping.required("loud").boolean())
    #expect(try mapping.required("order").choice(of: Order.self) == .bonusFirst)
    let items = try mapping.required("list").items(limit: 2)
    #expect(try items.map { try $0.integer(in: 0...9) } == [1, 2])
    #expect(mapping.optional("absent") == nil)
    try mapping.finish()
  }

  @Test func `a key nobody asked for is named with its line and what was expected`() throws {
    var mapping = try parse("port: 1\n\nprot: 2\n")
    _ = mapping.optional("port")
    _ = mapping.optional("layout")
    #expect(
      message { () throws(YAMLError) in try mapping.finish() }
        == "test.yaml:3: prot: unknown key; expected one of layout, port")
  }

  @Test func `a missing key is an error at its mapping`() throws {
    var top = try parse("a:\n  b: 1\n")
    var inner = try top.required("a").mapping()
    #expect(
      message { () throws(YAMLError) in _ = try inner.required("c") }
        == "test.yaml:2: a: the key \"c\" is missing")
  }

  @Test func `the same key twice is an error`() {
    let found = message { () throws(YAMLError) in _ = try parse("x: 1\nport: 1\nport: 2\n") }
    #expect(found?.hasSuffix("the key \"port\" is there twice") == true)
    #expect(found?.hasPrefix("test.yaml:") == true)
  }

  @Test(arguments: [
    ("v: 0123", "the number 0123"), ("v: 690", "the number 690"), ("v: 1e5", "the number 1e5"),
    ("v: 12:30", "the number 12:30"), ("v: 2.14", "the number 2.14"), ("v: -7", "the number -7"),
    ("v: no", "no, a truth value to many readers"), ("v: ~", "nothing"), ("v:", "nothing"),
  ])
  func `what others take for a number or a truth value is not taken for text`(
    yaml: String, found: String
  ) throws {
    var mapping = try parse(yaml)
    let value = try mapping.required("v")
    #expect(
      message { () throws(YAMLError) in _ = try value.text() }
        == "test.yaml:1: v: expected text, found \(found); "
        + "put it in quotes if it is meant as text")
  }

  @Test(arguments: [
    "v: '5'", "v: 5.0", "v: 11", "v: -1", "v: five", "v: 1_0", "v: [5]", "v: {a: 5}", "v:",
    "v: 99999999999999999999",
  ])
  func `only a whole number in range is a number`(yaml: String) throws {
    var mapping = try parse(yaml)
    let value = try mapping.required("v")
    #expect(
      message { () throws(YAMLError) in _ = try value.integer(in: 0...10) }?
        .hasPrefix("test.yaml:1: v: expected a whole number from 0 to 10, found") == true)
  }

  @Test func `an unknown choice lists the known ones`() throws {
    var mapping = try parse("order: lifo")
    let value = try mapping.required("order")
    #expect(
      message { () throws(YAMLError) in _ = try value.choice(of: Order.self) }
        == "test.yaml:1: order: expected one of bonusFirst, principalFirst, found \"lifo\"")
  }

  @Test func `a list that is longer than its limit is refused`() throws {
    var mapping = try parse("list: [1, 2, 3]")
    let list = try mapping.required("list")
    #expect(
      message { () throws(YAMLError) in _ = try list.items(limit: 2) }
        == "test.yaml:1: list: expected at most 2 items, found 3")
  }

  @Test(arguments: ["", "# only a comment", "a: [1", "a: 1\n b: 2", "--- 1\n--- 2", "\u{0}"])
  func `what is not one document of YAML is refused`(yaml: String) {
    #expect(message { () throws(YAMLError) in _ = try parse(yaml) } != nil)
  }

  @Test func `aliases that blow a file up are refused`() {
    var yaml = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
    for level in 1...8 {
      let previous = "*a\(level - 1)"
      yaml += "a\(level): &a\(level) ["
      yaml += [String](repeating: previous, count: 10).joined(separator: ",") + "]\n"
    }
    #expect(
      message { () throws(YAMLError) in _ = try parse(yaml) }?.hasSuffix("too deep") == true)
  }

  @Test func `a file that is not there is named`() {
    let found = message { () throws(YAMLError) in _ = try YAMLFile.read("/nonexistent/a.yaml") }
    #expect(found?.hasPrefix("/nonexistent/a.yaml: cannot be read: ") == true)
  }
}
