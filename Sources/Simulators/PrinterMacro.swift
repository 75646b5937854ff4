import Codecs

/// GS : and GS ^. ESC @ leaves it, power does not.
struct PrinterMacro: Sendable {
  static let byteLimit = 2_048
  /// A macro may run so many commands for each command that the host sent.
  private static let commandsPerToken = 64
  private static let budgetLimit = 1 << 16

  private var commands: [ESCPOS.Command] = []
  private var recording: [ESCPOS.Command]?
  private var byteCount = 0
  private var budget = PrinterMacro.budgetLimit

  mutating func gainBudget() { budget = min(budget + Self.commandsPerToken, Self.budgetLimit) }

  mutating func toggleDefinition() {
    if let recording {
      commands = recording
      self.recording = nil
    } else {
      recording = []
      byteCount = 0
    }
  }

  /// What is beyond the limit is not stored.
  mutating func record(_ command: ESCPOS.Command) {
    guard recording != nil else { return }
    byteCount += ESCPOS.encode(command).count
    if byteCount <= Self.byteLimit { recording?.append(command) }
  }

  /// During a definition, GS ^ ends and clears it.
  mutating func commandsToRun(times: Int) -> [ESCPOS.Command] {
    if recording != nil {
      recording = nil
      commands = []
    }
    let allowed = commands.isEmpty ? 0 : min(times, budget / commands.count)
    budget -= allowed * commands.count
    return Array(repeating: commands, count: allowed).flatMap { $0 }
  }
}
