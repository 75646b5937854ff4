import Devices
import StrictYAML

/// Reads the settings of one driver. What the file does not name comes from the profile that it
/// inherits from; without one, what has no sensible default must be named.
struct SettingsReader {
  private let driver: DriverName
  private var mapping: YAMLMapping?
  private let file: YAMLValue
  /// The names of the keyboard layouts that there are.
  let layouts: Set<String>

  init(
    _ driver: DriverName, _ value: YAMLValue?, file: YAMLValue, layouts: Set<String>
  ) throws(YAMLError) {
    self.driver = driver
    mapping = try value?.mapping()
    self.file = file
    self.layouts = layouts
  }

  func finish() throws(YAMLError) { try mapping?.finish() }

  mutating func optional(_ key: String) -> YAMLValue? { mapping?.optional(key) }

  mutating func integer(
    _ key: String, or base: Int?, in range: ClosedRange<Int>
  ) throws(YAMLError) -> Int {
    try value(key, or: base) { value throws(YAMLError) in try value.integer(in: range) }
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, or base: Choice?
  ) throws(YAMLError) -> Choice where Choice.RawValue == String {
    try value(key, or: base) { value throws(YAMLError) in try value.choice() }
  }

  /// The key's value, else the parent's, else an error that names the key.
  mutating func value<Value>(
    _ key: String, or base: Value?, _ read: (YAMLValue) throws(YAMLError) -> Value
  ) throws(YAMLError) -> Value {
    if let value = mapping?.optional(key) { return try read(value) }
    if let base { return base }
    guard let mapping else {
      throw file.error("the key \"\(driver.rawValue)\" is missing")
    }
    throw mapping.value.error("the key \"\(key)\" is missing")
  }
}
