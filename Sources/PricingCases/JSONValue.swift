import StrictYAML

/// JSON in which every number is whole.
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  static func list(_ numbers: [Int64]) -> JSONValue { .array(numbers.map { .integer($0) }) }

  /// What a file says, for comparing with what was computed.
  init(_ value: YAMLValue) throws(YAMLError) {
    switch value.shape {
    case .nothing: self = .null
    case .truth(let truth): self = .bool(truth)
    case .integer(let number): self = .integer(number)
    case .text(let text): self = .string(text)
    case .other: throw value.error("expected a whole number, text, true, false or null")
    case .list(let items):
      var values: [JSONValue] = []
      for item in items { values.append(try JSONValue(item)) }
      self = .array(values)
    case .mapping(let entries):
      var values: [String: JSONValue] = [:]
      for entry in entries { values[entry.key] = try JSONValue(entry.value) }
      self = .object(values)
    }
  }
}

extension JSONValue: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let entries): try container.encode(entries)
    }
  }
}
