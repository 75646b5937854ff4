/// The keys of one mapping while they are read. A key that nobody asked for is an error, and
/// `finish()` tells it.
public struct YAMLMapping: Sendable {
  /// The mapping itself, for errors that concern it as a whole.
  public let value: YAMLValue
  private let entries: [YAMLEntry]
  private var asked: Set<String> = []

  init(value: YAMLValue, entries: [YAMLEntry]) {
    self.value = value
    self.entries = entries
  }

  /// The value of a key that must be there.
  public mutating func required(_ key: String) throws(YAMLError) -> YAMLValue {
    guard let found = optional(key) else { throw value.error("the key \"\(key)\" is missing") }
    return found
  }

  /// The value of a key, or nil when the key is not there. A key without a value is not nil.
  public mutating func optional(_ key: String) -> YAMLValue? {
    asked.insert(key)
    return entries.first { $0.key == key }?.value
  }

  /// All keys with their values in the order of the file, for a mapping whose keys are names that
  /// the file chooses.
  public mutating func all(limit: Int) throws(YAMLError) -> [(key: String, value: YAMLValue)] {
    guard entries.count <= limit else {
      throw value.error("expected at most \(limit) keys, found \(entries.count)")
    }
    asked.formUnion(entries.map(\.key))
    return entries.map { ($0.key, $0.value) }
  }

  /// Throws for the first key that nobody asked for.
  public func finish() throws(YAMLError) {
    guard let unknown = entries.first(where: { !asked.contains($0.key) }) else { return }
    throw YAMLError(
      file: value.file, line: unknown.line, keyPath: unknown.value.keyPath,
      message: "unknown key; expected one of \(asked.sorted().joined(separator: ", "))")
  }
}
