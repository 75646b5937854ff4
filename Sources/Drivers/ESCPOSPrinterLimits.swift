/// How long an ESC/POS printer is waited for.
public struct ESCPOSPrinterLimits: Equatable, Sendable {
  /// A person may take so long to put paper in; then the job is given back.
  public var attention = Duration.seconds(120)
  /// Without progress and without a cause that a person could mend: what the job's paper takes, and
  /// this.
  public var patience = Duration.seconds(10)
  /// One OUT transfer; a printer that is offline takes no more bytes.
  public var writeMilliseconds = 1_000
  /// The answer to a real-time command.
  public var answerMilliseconds = 500
  /// Without any news the status is asked for.
  public var idleMilliseconds = 5_000
  /// The same of a printer that tells its changes: only for a word that was lost.
  public var restingMilliseconds = 30_000

  public init() {}
}

/// What could not be printed as it was given; the paper shows it.
public enum PrintLoss: Equatable, Sendable, CustomStringConvertible {
  /// Neither the printer nor a font has it: a geta mark (〓) or a question mark stands for it.
  case substituted(Character)
  /// A symbol whose content its symbology refuses, or for which the paper is too narrow: the
  /// content is printed as text.
  case symbolAsText(String)
  /// A picture, where the printer cannot print any.
  case pictureLeftOut

  /// For a log: a symbol's content may be a coupon's code, and is not in it.
  public var description: String {
    switch self {
    case .substituted(let character): "substituted \(character)"
    case .symbolAsText(let content): "a symbol of \(content.count) characters as text"
    case .pictureLeftOut: "a picture left out"
    }
  }
}
