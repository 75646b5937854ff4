import Devices
import Profiles

/// Sentences for the shop's staff: the cause and the cure.
enum StaffMessage {
  static let unplugged = "It was unplugged or has no power: check both of its cables."

  static func nothingAttached(_ kind: DeviceKind) -> String {
    let name =
      switch kind {
      case .scanner: "scanner"
      case .cardReader: "card reader"
      case .printer: "receipt printer"
      case .display: "customer display"
      }
    return "No \(name) is connected, or none that a profile is for; "
      + "`kioskctl devices` lists what is there."
  }

  static func spare(of active: DeviceID) -> String {
    "Spare: \(active) is in use; it takes over when that one is unplugged."
  }

  static func behind(_ printer: DeviceID) -> String {
    "It is connected to \(printer), which cannot be used."
  }

  static let otherDisplayConfigured =
    "Not used: by display.behindPrinter of the configuration, the display is at the printer."

  /// Why a device cannot be used; empty when only the program itself stopped. `heldBy` are the
  /// programs that have it open, as far as they can be seen.
  static func fault(
    _ cause: DeviceError.Kind, of match: ProfileMatch, heldBy holders: [USBHolder] = []
  ) -> String {
    switch cause {
    case .disconnected: return unplugged
    case .busy:
      guard !holders.isEmpty else {
        return "Another program holds it: " + rival(of: match.profile.kind)
      }
      let names = holders.map { "\($0.command) (process \($0.processID))" }
      return "\(names.joined(separator: ", ")) holds it: end that; else "
        + rival(of: match.profile.kind)
    case .accessDenied:
      return "It is plugged in, and the kiosk may not open it: install the udev rules "
        + "(`kioskctl udev-rules`, and `--local` for a scanner of the configuration), then plug "
        + "it in again."
    case .timedOut: return "It does not answer: switch it off and on again."
    case .stalled, .malformedResponse:
      return "It answers wrongly and is reset; if that stays so, switch it off and on again, "
        + "and replace it if that does not help."
    case .cancelled: return ""
    case .needsAttention(let attention): return attention.advice
    case .exhausted:
      return "The kiosk's computer is short of memory or open files and tries again: restart it "
        + "if that stays so."
    case .unsupported:
      return "It is not what the profile \(match.profile.key) says: set its USB mode as in its "
        + "manual, or report the model with the output of `kioskctl devices`."
    }
  }

  /// What a person has to do at a device in use, all of it; empty when nothing.
  static func attention(_ list: [Attention]) -> String {
    list.map(\.advice).joined(separator: " ")
  }

  /// What a scan says about how the scanner is set up: empty when all is well with it, nil when it
  /// says nothing.
  static func scan(_ output: ScannerOutput) -> String? {
    switch output {
    case .scan(let data):
      switch data.anomaly {
      case nil: return ""
      case .otherLayout(let names): return otherLayout(names)
      }
    case .refused(.otherLayout(let names)): return otherLayout(names)
    case .refused(.typedByHand):
      return "Its keys come as slowly as a person types: look whether it is a scanner and not a "
        + "keyboard, and set its delay between characters to none."
    case .refused(.glued):
      return "Two codes came as one: set it to end every code with Enter, or with CR."
    case .refused(.torn), .refused(.tooLong), .refused(.unknownKey): return nil
    }
  }

  private static func otherLayout(_ names: [String]) -> String {
    "The scanner's keyboard layout looks like \(names.joined(separator: " or ")): name it with "
      + "`layout` in devices.scanners, or set the scanner to the layout that is named there."
  }

  private static func rival(of kind: DeviceKind) -> String {
    switch kind {
    case .scanner: "close the other program that reads it; `kioskctl doctor` names it."
    case .cardReader:
      "stop pcscd, and keep the module pn533_usb from loading; `kioskctl doctor` names it."
    case .printer: "remove it from CUPS; `kioskctl doctor` names it."
    case .display: "stop ModemManager or brltty; `kioskctl doctor` names it."
    }
  }
}
