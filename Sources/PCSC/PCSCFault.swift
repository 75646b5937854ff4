import Devices

/// What a function of the PC/SC library returned that was not success.
struct PCSCFault: Error, Equatable {
  /// `SCARD_E_…` or `SCARD_W_…` as in pcsclite.h, without its upper half where a long has one.
  let code: UInt32

  init(_ code: UInt32) { self.code = code }

  init(returned code: Int) { self.code = UInt32(truncatingIfNeeded: code) }

  static let cancelled = PCSCFault(0x8010_0002)
  static let noMemory = PCSCFault(0x8010_0006)
  static let unknownReader = PCSCFault(0x8010_0009)
  static let timeout = PCSCFault(0x8010_000A)
  static let sharingViolation = PCSCFault(0x8010_000B)
  static let noSmartcard = PCSCFault(0x8010_000C)
  static let readerUnavailable = PCSCFault(0x8010_0017)
  static let communicationError = PCSCFault(0x8010_0013)
  static let noService = PCSCFault(0x8010_001D)
  static let serviceStopped = PCSCFault(0x8010_001E)
  static let noReadersAvailable = PCSCFault(0x8010_002E)
  static let communicationDataLost = PCSCFault(0x8010_002F)
  static let noAccess = PCSCFault(0x8010_0027)
  static let securityViolation = PCSCFault(0x8010_006A)

  /// The only mapping of PC/SC's codes.
  func error(_ device: DeviceID) -> DeviceError {
    let kind: DeviceError.Kind =
      switch self {
      // No pcscd, or one that ended: nothing to do but to try again later.
      case .noService, .serviceStopped, .communicationError, .communicationDataLost:
        .disconnected
      case .cancelled: .cancelled
      case .noAccess, .securityViolation: .accessDenied
      case .sharingViolation: .busy
      case .noMemory: .exhausted
      case .timeout: .timedOut
      default: .malformedResponse
      }
    return DeviceError(kind, device: device, underlyingCode: Int32(bitPattern: code))
  }
}

/// Sentences for the shop's staff about card readers behind pcscd: the cause and the cure.
public enum PCSCMessage {
  /// Where pcscd listens (pcsc-lite, `PCSCLITE_CSOCK_NAME`).
  public static let socketPath = "/run/pcscd/pcscd.comm"

  public static let noService =
    "The card reader is used through pcscd, which does not run: `systemctl enable --now "
    + "pcscd.socket`, or set devices.cardReader to usb in the configuration."

  public static let noReader =
    "pcscd knows no card reader: connect one; if one is connected, `journalctl -u pcscd` tells "
    + "why it is not used."

  static let accessDenied =
    "pcscd does not let the kiosk's user in: install config/polkit/49-kioskd-pcscd.rules in "
    + "/etc/polkit-1/rules.d/."

  /// Why pcscd cannot be used.
  static func fault(_ error: DeviceError) -> String {
    switch error.kind {
    case .disconnected: noService
    case .accessDenied: accessDenied
    case .cancelled:
      "Another program ended the kiosk's wait at pcscd; it is begun again. If that comes back, "
        + "end that program: `lsof /run/pcscd/pcscd.comm` names it."
    case .busy, .timedOut, .stalled, .needsAttention, .malformedResponse, .exhausted,
      .unsupported:
      "pcscd answers with \(hex(error.underlyingCode)): `systemctl restart pcscd`; "
        + "`journalctl -u pcscd` tells more."
    }
  }

  private static func hex(_ code: Int32?) -> String {
    "0x" + String(UInt32(bitPattern: code ?? 0), radix: 16, uppercase: true)
  }
}
