import Foundation
import Profiles
import Testing

@testable import Recording

/// What a replay elsewhere needs travels in the recording.
struct RecordedFilesTests {
  @Test func `the profiles come out as they went in, through a link and with their folders`()
    throws
  {
    let directory = try TemporaryDirectory()
    let files = FileManager.default
    let source = directory.path + "/source"
    // A link would be copied as a link, and written through.
    let drivers = URL(fileURLWithPath: RecordedShift.drivers).resolvingSymlinksInPath().path
    try files.copyItem(atPath: drivers, toPath: source)
    try files.createDirectory(
      atPath: source + "/deeper", withIntermediateDirectories: true)
    try "a: 1\n".write(toFile: source + "/deeper/x.yaml", atomically: false, encoding: .utf8)
    try files.createSymbolicLink(
      atPath: directory.path + "/link", withDestinationPath: source)
    try "shop: {}\n".write(
      toFile: directory.path + "/kioskd.yaml", atomically: false, encoding: .utf8)

    let read = try RecordedFiles(
      configuration: directory.path + "/kioskd.yaml", drivers: directory.path + "/link")
    let header = RecordingHeader(
      kiosk: 3, shop: RecordedShift.shop, policy: RecordedShift.policy, files: try read.sealed())
    let carried = try #require(try RecordedFiles(header))
    try carried.write(below: directory.path + "/copy")

    #expect(carried == read)
    #expect(carried.drivers["deeper/x.yaml"] == "a: 1\n")
    let copy = try ProfileSet.load(directory.path + "/copy/drivers")
    #expect(copy == (try ProfileSet.load(RecordedShift.drivers)))
    #expect(!copy.profiles.isEmpty)
  }

  @Test func `a name in it does not lead out of the folder`() throws {
    let directory = try TemporaryDirectory()
    let json = #"{"configuration":"","drivers":{"../../out.yaml":"x","in.yaml":"y"}}"#
    let header = RecordingHeader(
      kiosk: 3, shop: RecordedShift.shop, policy: RecordedShift.policy,
      files: Sealed(text: json))
    try #require(try RecordedFiles(header)).write(below: directory.path + "/a/b")

    #expect(FileManager.default.fileExists(atPath: directory.path + "/a/b/drivers/in.yaml"))
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/a/out.yaml"))
  }
}
