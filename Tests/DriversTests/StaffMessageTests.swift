import Devices
import Profiles
import StrictYAML
import Testing

@testable import Drivers

/// Each cause that a shop meets has its cure, in a sentence that names it.
struct StaffMessageTests {
  private func match(_ category: String, _ driver: String, _ extra: String) throws -> ProfileMatch {
    let text = """
      category: \(category)
      driver: \(driver)
      \(extra)
      source: a test
      verified: simulated
      """
    let profiles = try ProfileSet([("model", try YAMLFile.parse(text, file: "model.yaml"))])
    return ProfileMatch(profile: try #require(profiles.profiles.first), interfaces: [0])
  }

  private func reader() throws -> ProfileMatch {
    try match("smart-card-reader", "ccid", "match: { usb: \"072f:2200\" }")
  }

  // python-escpos #24, #382; escpos-php #617; node-usb #483: not the cable, and never mode 0666.
  @Test func `a missing permission is told from an absent device`() throws {
    let text = StaffMessage.fault(.accessDenied, of: try reader())
    #expect(text.contains("is plugged in") && text.contains("kioskctl udev-rules"))
    #expect(!text.contains("cable") && !text.contains("0666"))
    #expect(StaffMessage.unplugged.contains("cables"))
  }

  // node-escpos #25; python-escpos #387; pcsc-tools #97.
  @Test func `the program that holds a device is named`() throws {
    let text = StaffMessage.fault(
      .busy, of: try reader(), heldBy: [USBHolder(processID: 412, command: "pcscd")])
    #expect(text.contains("pcscd (process 412)"))
    #expect(text.contains("pn533_usb"))
    let unseen = StaffMessage.fault(.busy, of: try reader())
    #expect(unseen.contains("Another program") && unseen.contains("kioskctl doctor"))
  }

  @Test(arguments: [
    DeviceError.Kind.disconnected, .busy, .accessDenied, .timedOut, .stalled, .malformedResponse,
    .exhausted, .unsupported, .needsAttention(.paperOut),
  ])
  func `every cause has a cure`(cause: DeviceError.Kind) throws {
    let text = StaffMessage.fault(cause, of: try reader())
    // The cause, a colon or a full stop, and what to do.
    #expect(text.contains(": ") || text.contains("; "))
    #expect(text.hasSuffix("."))
  }

  @Test(arguments: DeviceKind.allCases)
  func `what is not there is asked for by its name`(kind: DeviceKind) {
    #expect(StaffMessage.nothingAttached(kind).contains("kioskctl devices"))
  }
}
