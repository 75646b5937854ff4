import Testing

@testable import RigDevices

struct ControlCommandTests {
  @Test(arguments: [
    ("plug printer", ControlCommand.plug(.printer)),
    ("unplug scanner", .unplug(.scanner)),
    ("scan a b", .scan("a b")),
    ("card in 04A1b2", .card([0x04, 0xA1, 0xB2])),
    ("card out", .card(nil)),
    ("paper nearEnd", .paper("nearEnd")),
    ("paper text", .paperText),
    ("display lines", .displayLines),
    ("cover open", .cover(isOpen: true)),
    ("cover closed", .cover(isOpen: false)),
    ("hold printer 82", .fault(.hold, .printer, endpoint: 0x82)),
    ("release printer 01", .fault(.release, .printer, endpoint: 1)),
    ("stall reader 82", .fault(.stall, .reader, endpoint: 0x82)),
    ("overflow reader 82", .fault(.overflow, .reader, endpoint: 0x82)),
    ("short printer 01 20", .fault(.short(20), .printer, endpoint: 1)),
    ("limit printer 01 200", .fault(.limit(200), .printer, endpoint: 1)),
  ])
  func `a line is a command`(line: String, command: ControlCommand) {
    #expect(ControlCommand(line) == command)
  }

  @Test(arguments: [
    "", "scan", "plug", "plug mouse", "card in", "card in 4", "card in 0g", "cover ajar",
    "hold printer", "hold printer xyz", "short printer 01", "limit printer 01 -1", "fly away",
  ])
  func `what is none is refused`(line: String) {
    #expect(ControlCommand(line) == nil)
  }
}
