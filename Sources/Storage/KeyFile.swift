import Crypto
import Foundation

/// What a key file holds.
struct KeyMaterial: Equatable, Sendable {
  static let byteCount = 32
  /// The present generation, and the one before while a rotation is under way.
  static let generationLimit = 2

  struct Generation: Equatable, Sendable {
    let generation: Int64
    let key: [UInt8]
  }

  var base: [UInt8]
  /// The newest first; empty in a file of before version 2.
  var personal: [Generation]

  static func random() -> [UInt8] {
    SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
  }

  /// Brings a further generation in.
  mutating func rotate() {
    let next = (personal.first?.generation ?? 0) + 1
    personal.insert(Generation(generation: next, key: Self.random()), at: 0)
  }
}

/// `shop.key`: text of a few lines, or the 32 bytes of the base alone as versions up to 0.1 wrote
/// it.
enum KeyFile {
  static let byteLimit = 1_024
  private static let heading = "kioskd keys 2"

  static func text(of material: KeyMaterial) -> String {
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    let lines =
      [heading, "base \(hex(material.base))"]
      + material.personal.map { "personal \($0.generation) \(hex($0.key))" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Nil when it is no key file.
  static func material(of bytes: [UInt8]) -> KeyMaterial? {
    if bytes.count == KeyMaterial.byteCount { return KeyMaterial(base: bytes, personal: []) }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    // The last line ends as well: a file that was cut off is none.
    guard lines.first.map(String.init) == heading, lines.last == "", lines.count >= 3 else {
      return nil
    }
    var base: [UInt8]?
    var personal: [KeyMaterial.Generation] = []
    for line in lines.dropFirst().dropLast() {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard let last = words.last, let key = key(last) else { return nil }
      if words.count == 2, words[0] == "base", base == nil {
        base = key
      } else if words.count == 3, words[0] == "personal", let number = Int64(words[1]),
        number > 0, number < personal.last?.generation ?? .max
      {
        personal.append(.init(generation: number, key: key))
      } else {
        return nil
      }
    }
    guard let base, (1...KeyMaterial.generationLimit).contains(personal.count) else { return nil }
    return KeyMaterial(base: base, personal: personal)
  }

  private static func key(_ text: Substring) -> [UInt8]? {
    let digits = text.map(\.hexDigitValue)
    let values = digits.compactMap(\.self)
    guard values.count == digits.count, values.count == 2 * KeyMaterial.byteCount else {
      return nil
    }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }

  /// Reads the key file; creates it first when `mayCreate`, which is at a shop's very first start.
  /// When this returns a power cut does not take the file away again.
  static func load(path: String, mayCreate: Bool) throws(StorageError) -> KeyMaterial {
    var descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT {
      guard mayCreate else {
        throw StorageError(
          .keyFile, "\(path): the key file of this database is missing; restore it from backup")
      }
      var new = KeyMaterial(base: KeyMaterial.random(), personal: [])
      new.rotate()
      try write(new, path: path)
      descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw StorageError(.keyFile, "\(path): \(errnoText())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw StorageError(.keyFile, "\(path): \(errnoText())")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw StorageError(.keyFile, "\(path): others may read the key file; `chmod 600` it")
    }
    var bytes = [UInt8](repeating: 0, count: byteLimit + 1)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, count <= byteLimit, let material = material(of: Array(bytes.prefix(count)))
    else {
      throw StorageError(
        .keyFile, "\(path): not a whole key file; restore it from backup")
    }
    // Found or made: its name may be younger than the last power cut. What the database keeps of
    // the key must not outlive it.
    if mayCreate { try keepName(of: path) }
    return material
  }

  /// Written beside and renamed, so that a power cut leaves the whole old file or the whole new
  /// one.
  static func write(_ material: KeyMaterial, path: String) throws(StorageError) {
    let draft = path + ".new"
    unlink(draft)
    let descriptor = Foundation.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(.keyFile, "\(draft): \(errnoText())") }
    let bytes = Array(text(of: material).utf8)
    let isWritten =
      Foundation.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    let reason = errnoText()
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      unlink(draft)
      throw StorageError(.keyFile, "\(path): cannot be written: \(reason)")
    }
    try keepName(of: path)
  }

  /// Brings the file's entry in its directory to the disk.
  private static func keepName(of path: String) throws(StorageError) {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = Foundation.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(.keyFile, "\(directory): \(errnoText())") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw StorageError(.keyFile, "\(directory): cannot be synchronised: \(errnoText())")
    }
  }
}
