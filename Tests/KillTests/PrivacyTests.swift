import Foundation
import LoopbackHTTP
import Testing

/// A whole run of the programs, with a sale, a recording and what staff do beside it: no file that
/// it leaves has anything personal in the clear.
struct PrivacyTests {
  /// Of the sample's member who buys, and of the one who is registered here.
  private static let secrets = [
    "王秀英", "13812345521", "1968-11-30", "04A1B2C3D4E580", "04a1b2c3d4e580", "欧阳明月", "13600136000",
    "2001-02-03", "window-seat", "by-letter", "04F1F2F3F4F5F6", "04f1f2f3f4f5f6",
  ]

  @Test func `no file of a run has anything personal in the clear`() async throws {
    let place = try TemporaryDirectory()
    let data = place.path + "/data"
    let recording = place.path + "/shift.jsonl"
    let run = try await KioskRun(
      data: data, ["--simulate", "--sample", "--record", recording])
    let customer = try await Customer(at: run)
    try await customer.buy()
    var words: [String] = []
    for line in [
      "member register --name 欧阳明月 --phone 136-0013-6000 --birthday 2001-02-03 --json",
      "member note 13600136000 window-seat", "member card give 13600136000 04F1F2F3F4F5F6",
      "member block 13600136000 --reason by-letter", "member find 明月", "member show 13600136000",
      "member show 80001001", "ledger verify", "tiers sweep", "keys rotate",
    ] {
      words.append(try await Self.kioskctl(line, data))
    }
    // A refusal is logged, and names nobody.
    words.append(
      try await Self.kioskctl("member register --name 欧阳明月 --phone 13600136000", data, status: 1))
    try await customer.scan("M" + "80001001" + "0123456789")
    #expect(try await run.stop() == .exited(0))

    var files = ["output": Data(run.output.utf8), "errors": Data(run.errors.utf8)]
    files["words"] = Data(words.joined().utf8)
    let inside = try FileManager.default.subpathsOfDirectory(atPath: place.path)
    for name in inside {
      var isDirectory: ObjCBool = false
      let path = place.path + "/" + name
      if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    #expect(files.count >= 6, "\(files.keys)")
    for (name, content) in files {
      for secret in Self.secrets {
        #expect(content.range(of: Data(secret.utf8)) == nil, "\(secret) is in \(name)")
        let wide = Data(secret.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
        #expect(content.range(of: wide) == nil, "\(secret) is in \(name) in UTF-16")
      }
      let uid = Data([0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80])
      #expect(content.range(of: uid) == nil, "the UID is in \(name)")
    }
  }

  private static func kioskctl(
    _ line: String, _ data: String, status: Int32 = 0
  ) async throws -> String {
    let folder =
      ProcessInfo.processInfo.environment["KIOSK_BIN"] ?? KioskRun.repository + "/.build/release"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: folder + "/kioskctl")
    process.arguments = line.split(separator: " ").map(String.init) + ["--data", data]
    let out = Pipe()
    process.standardOutput = out
    process.standardError = out
    try process.run()
    let text = String(
      decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == status, "\(line): \(text)")
    return text
  }
}
