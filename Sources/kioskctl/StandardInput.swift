import Foundation

/// Standard input as it comes.
///
/// `FileHandle.read(upToCount:)` waits until it has that many bytes: who sends a line through a
/// pipe and waits for the answer would wait for ever.
enum StandardInput {
  static let chunkByteCount = 1 << 16

  /// What is there, at least one byte; empty at the end.
  ///
  /// - Throws: `Complaint` with the system's word, as for a folder.
  static func chunk() throws -> [UInt8] {
    try chunk(of: STDIN_FILENO, name: "standard input")
  }

  static func chunk(of descriptor: Int32, name: String) throws -> [UInt8] {
    var fault: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: chunkByteCount) { buffer, count in
      var result: Int
      repeat {
        result = read(descriptor, buffer.baseAddress, buffer.count)
        fault = result < 0 ? errno : 0
      } while fault == EINTR
      count = max(0, result)
    }
    guard fault == 0 else { throw Complaint("\(name): \(String(cString: strerror(fault)))") }
    return bytes
  }
}
