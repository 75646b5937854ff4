import Foundation

/// Reads how long a write-ahead log is, from SQLite's index of it.
enum WriteAheadLog {
  /// The frames that are valid now: `mxFrame` of the index's header, a word of the machine's own
  /// order at offset 16 (SQLite, "WAL-mode file format", 2.1).
  static func frameCount(ofDatabase path: String) throws -> Int {
    guard let index = FileManager.default.contents(atPath: path + "-shm"), index.count >= 20 else {
      throw BenchmarkFault("\(path)-shm cannot be read")
    }
    return Int(index[16..<20].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }
}
