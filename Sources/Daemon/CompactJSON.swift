/// Writes JSON in one pass: every step of a sale is written before anything is done, and
/// `JSONEncoder` builds a tree of it first, in two and a half times the time.
///
/// The same values as `JSONEncoder`'s; read back with `JSONDecoder`. Only for types of the kernel
/// and of paper: it gives dates and data no form of their own.
public enum CompactJSON {
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let text = JSONText()
    try text.write(value)
    if let fault = text.fault { throw fault }
    return text.bytes
  }
}

/// The text so far, and the objects and lists that are open in it.
private final class JSONText {
  private struct Level {
    let serial: Int
    let close: UInt8
    var isEmpty = true
  }

  private(set) var bytes: [UInt8] = []
  private var levels: [Level] = []
  private var serial = 0
  /// A container was used after another of its parent; told at the end.
  private(set) var fault: EncodingError?

  init() { bytes.reserveCapacity(4_096) }

  /// A value wherever one may stand now; what it opened is closed after it.
  func write<Value: Encodable>(_ value: Value) throws {
    let (depth, count) = (levels.count, bytes.count)
    try value.encode(to: JSONValueEncoder(text: self))
    if bytes.count == count { append("{}") }
    closeLevels(to: depth)
  }

  func open(_ bracket: UInt8, _ close: UInt8) -> (depth: Int, serial: Int) {
    bytes.append(bracket)
    serial += 1
    levels.append(Level(serial: serial, close: close))
    return (levels.count, serial)
  }

  /// The place of the next item of a container: what was opened in the one before is closed.
  func next(_ place: (depth: Int, serial: Int), key: (any CodingKey)?) {
    closeLevels(to: place.depth)
    guard levels.count == place.depth, levels[place.depth - 1].serial == place.serial else {
      fault = EncodingError.invalidValue(
        key?.stringValue ?? "", .init(codingPath: [], debugDescription: "out of turn"))
      return
    }
    if levels[place.depth - 1].isEmpty {
      levels[place.depth - 1].isEmpty = false
    } else {
      bytes.append(0x2C)
    }
    guard let key else { return }
    write(text: key.stringValue)
    bytes.append(0x3A)
  }

  private func closeLevels(to depth: Int) {
    while levels.count > depth { bytes.append(levels.removeLast().close) }
  }

  // MARK: Single values

  func append(_ word: StaticString) {
    word.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  func write(number value: some BinaryInteger) {
    var rest = value.magnitude
    if value < 0 { bytes.append(0x2D) }
    let start = bytes.count
    repeat {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  func write(text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A: append("\\n")
      case 0x00..<0x20:
        append(byte < 0x10 ? "\\u000" : "\\u001")
        bytes.append(byte % 16 < 10 ? 0x30 + byte % 16 : 0x57 + byte % 16)
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  func write(double value: Double) throws {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: [], debugDescription: "no number of JSON"))
    }
    bytes += Array("\(value)".utf8)
  }
}

/// Codable's side of it. Coding paths are left out: an error names the value.
private struct JSONValueEncoder: Encoder {
  let text: JSONText
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(JSONObject(text: text, place: text.open(0x7B, 0x7D)))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONList(text: text, place: text.open(0x5B, 0x5D))
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingle(text: text) }
}

private struct JSONObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let text: JSONText
  let place: (depth: Int, serial: Int)
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil(forKey key: Key) {
    text.next(place, key: key)
    text.append("null")
  }

  mutating func encode(_ value: Bool, forKey key: Key) {
    text.next(place, key: key)
    text.append(value ? "true" : "false")
  }

  mutating func encode(_ value: String, forKey key: Key) {
    text.next(place, key: key)
    text.write(text: value)
  }

  mutating func encode(_ value: Int, forKey key: Key) {
    text.next(place, key: key)
    text.write(number: value)
  }

  mutating func encode(_ value: Int64, forKey key: Key) {
    text.next(place, key: key)
    text.write(number: value)
  }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    text.next(place, key: key)
    try text.write(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    text.next(place, key: key)
    return KeyedEncodingContainer(JSONObject<Nested>(text: text, place: text.open(0x7B, 0x7D)))
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    text.next(place, key: key)
    return JSONList(text: text, place: text.open(0x5B, 0x5D))
  }

  mutating func superEncoder() -> any Encoder { JSONValueEncoder(text: text) }

  mutating func superEncoder(forKey key: Key) -> any Encoder {
    text.next(place, key: key)
    return JSONValueEncoder(text: text)
  }
}

private struct JSONList: UnkeyedEncodingContainer {
  let text: JSONText
  let place: (depth: Int, serial: Int)
  private(set) var count = 0
  var codingPath: [any CodingKey] { [] }

  init(text: JSONText, place: (depth: Int, serial: Int)) {
    self.text = text
    self.place = place
  }

  private mutating func next() {
    text.next(place, key: nil)
    count += 1
  }

  mutating func encodeNil() {
    next()
    text.append("null")
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    next()
    try text.write(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    next()
    return KeyedEncodingContainer(JSONObject<Nested>(text: text, place: text.open(0x7B, 0x7D)))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    next()
    return JSONList(text: text, place: text.open(0x5B, 0x5D))
  }

  mutating func superEncoder() -> any Encoder {
    next()
    return JSONValueEncoder(text: text)
  }
}

private struct JSONSingle: SingleValueEncodingContainer {
  let text: JSONText
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { text.append("null") }
  mutating func encode(_ value: Bool) { text.append(value ? "true" : "false") }
  mutating func encode(_ value: String) { text.write(text: value) }
  mutating func encode(_ value: Double) throws { try text.write(double: value) }
  mutating func encode(_ value: Float) throws { try text.write(double: Double(value)) }
  mutating func encode(_ value: Int) { text.write(number: value) }
  mutating func encode(_ value: Int8) { text.write(number: value) }
  mutating func encode(_ value: Int16) { text.write(number: value) }
  mutating func encode(_ value: Int32) { text.write(number: value) }
  mutating func encode(_ value: Int64) { text.write(number: value) }
  mutating func encode(_ value: UInt) { text.write(number: value) }
  mutating func encode(_ value: UInt8) { text.write(number: value) }
  mutating func encode(_ value: UInt16) { text.write(number: value) }
  mutating func encode(_ value: UInt32) { text.write(number: value) }
  mutating func encode(_ value: UInt64) { text.write(number: value) }
  mutating func encode<Value: Encodable>(_ value: Value) throws { try text.write(value) }
}
