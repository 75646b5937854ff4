/// A customer display that is open and claimed (UnifiedPOS LineDisplay).
/// Conformers: `SerialLineDisplay` (Drivers) and the scripted display of DaemonTests.
public protocol LineDisplay: Sendable {
  var device: DeviceID { get }
  /// Columns and rows of the model; a Chinese character takes two columns.
  var size: (columns: Int, rows: Int) { get }
  /// Replaces the whole display. Lines longer than the display are cut at the right edge.
  func show(_ lines: [String]) async throws(DeviceError)
  /// Returns by throwing when the device faults.
  func run() async throws(DeviceError)
}
