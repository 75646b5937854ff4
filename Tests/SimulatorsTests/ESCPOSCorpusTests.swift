import Codecs
import Foundation
import Testing

@testable import Simulators

/// The streams that escpos-php prints in its own tests (github.com/mike42/escpos-php, MIT). Not in
/// this repository: `KIOSK_CORPORA` or `../shared/corpora` beside it.
enum ESCPOSCorpus {
  static let names = [
    "bit-image", "character-tables", "graphics", "pdf417-code", "receipt-with-logo",
    "unifont-print-buffer",
  ]

  static var folder: URL? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().resolvingSymlinksInPath()
    let named = ProcessInfo.processInfo.environment["KIOSK_CORPORA"].map { URL(filePath: $0) }
    let folder = (named ?? root.appending(path: "../shared/corpora")).appending(path: "escpos")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = try #require(folder)
    return Array(try Data(contentsOf: folder.appending(path: name + ".bin")))
  }

  /// Puts the picture where somebody looks at it, when `KIOSK_PICTURES` names a folder.
  static func show(_ transcript: ESCPOSTranscript, as name: String) throws {
    let environment = ProcessInfo.processInfo.environment
    guard let folder = environment["KIOSK_PICTURES"].map({ URL(filePath: $0) }) else { return }
    try Data(try transcript.png()).write(to: folder.appending(path: name + ".png"))
  }
}

@Suite(.enabled(if: ESCPOSCorpus.folder != nil, "the corpora are not here"))
struct ESCPOSCorpusTests {
  @Test(arguments: ESCPOSCorpus.names)
  func `every byte is known, whatever the chunks`(name: String) throws {
    let bytes = try ESCPOSCorpus.bytes(name)
    let whole = ESCPOS.tokens(of: bytes)
    for token in whole {
      if case .unknown(let frame, let offset) = token {
        Issue.record("unknown at \(offset): \(frame.prefix(8))")
      }
    }
    for size in [1, 2, 3, 7, 64, 1_000] {
      var tokenizer = ESCPOS.Tokenizer()
      var tokens: [ESCPOS.Token] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        tokens += tokenizer.feed(bytes[start..<min(bytes.count, start + size)])
      }
      #expect(tokens + tokenizer.finish() == whole)
    }
  }

  @Test(arguments: ESCPOSCorpus.names)
  func `what is read is written as the same bytes`(name: String) throws {
    let bytes = try ESCPOSCorpus.bytes(name)
    let commands = ESCPOS.tokens(of: bytes).compactMap { token -> ESCPOS.Command? in
      guard case .command(let command, _) = token else { return nil }
      return command
    }
    #expect(ESCPOS.encode(commands) == bytes)
  }

  @Test(arguments: ESCPOSCorpus.names)
  func `it is drawn`(name: String) throws {
    let transcript = ESCPOSTranscript(of: try ESCPOSCorpus.bytes(name))
    #expect(transcript.unknown.isEmpty)
    // Two of the PDF417 symbols are wider than the paper: modules of 8 dots, and 30 columns.
    #expect(transcript.refused.count == (name == "pdf417-code" ? 2 : 0))
    #expect(try transcript.png().count > 1_000)
    try ESCPOSCorpus.show(transcript, as: name)
  }

  @Test func `the receipt reads as escpos-php wrote it`() throws {
    let transcript = ESCPOSTranscript(of: try ESCPOSCorpus.bytes("receipt-with-logo"))
    #expect(transcript.lines.first == "ExampleMart Ltd.")
    #expect(transcript.images == [.init(width: 300, height: 236)])
    #expect(transcript.cuts == 1 && transcript.drawerPulses == 1)
  }

  @Test func `symbols of PDF417 are all there`() throws {
    let transcript = ESCPOSTranscript(of: try ESCPOSCorpus.bytes("pdf417-code"))
    #expect(transcript.symbols.allSatisfy { $0.kind == .pdf417 })
    #expect(transcript.symbols.count == 24)
    #expect(transcript.symbols.allSatisfy { $0.data == Array("Testing 123".utf8) })
    #expect(transcript.lines.first == "PDF417 code demo")
  }
}
