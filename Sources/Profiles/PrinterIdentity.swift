/// What a printer calls itself: maker and model, as in its IEEE 1284 device id (MFG, MDL) and its
/// answers to GS I 66 and 67. Upper and lower case are the same.
public struct PrinterIdentity: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// Nil when there is no model. A model that begins with its maker is not given it twice.
  public init?(maker: String, model: String) {
    let maker = Self.trimmed(maker)
    let model = Self.trimmed(model)
    guard !model.isEmpty else { return nil }
    let isWhole = maker.isEmpty || model.hasPrefix(maker + " ")
    description = isWhole ? model : maker + " " + model
  }

  /// "EPSON TM-T20".
  public init?(_ text: String) { self.init(maker: "", model: text) }

  private static func trimmed(_ text: String) -> String {
    text.split(separator: " ").joined(separator: " ").uppercased()
  }
}
