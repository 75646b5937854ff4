import Foundation
import FuzzParsers

/// What libFuzzer calls. The parser is chosen by the environment, because a program has one entry
/// point for it: `FUZZ_PARSER=ndef fuzz corpus/ndef`.
private let parser: FuzzParser = {
  let name = ProcessInfo.processInfo.environment["FUZZ_PARSER"] ?? ""
  guard let parser = FuzzParser(rawValue: name) else {
    let names = FuzzParser.allCases.map(\.rawValue).joined(separator: " ")
    FileHandle.standardError.write(Data("FUZZ_PARSER must be one of: \(names)\n".utf8))
    // Not exit, which libFuzzer takes for a crash and writes down.
    _exit(2)
  }
  return parser
}()

/// Writes the seeds into the folder `FUZZ_SEEDS`, before libFuzzer reads it.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
) -> CInt {
  guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
  for (index, seed) in parser.seeds.enumerated() {
    let file = URL(fileURLWithPath: folder).appendingPathComponent("seed-\(index)")
    do {
      try Data(seed).write(to: file)
    } catch {
      FileHandle.standardError.write(Data("\(file.path): \(error)\n".utf8))
      return 1
    }
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  parser.take([UInt8](UnsafeBufferPointer(start: start, count: count)))
  return 0
}
