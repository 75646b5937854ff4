import Foundation
import Ledger

/// What `kioskctl` asks of a running daemon, one JSON line each way over `DIR/control.sock`
/// (DESIGN 3, one writer).
public enum ControlRequest: Codable, Equatable, Sendable {
  /// The devices as the daemon sees them.
  case devices
  /// Issues a coupon of a template, to a member or to its bearer. `serial` is the asker's own
  /// number of it: asked again under the same one, the same coupon is the answer.
  case issueCoupon(template: String, member: Int64?, serial: UInt64)
  /// Something about members, their cards and tiers.
  case member(MemberRequest)
  /// Something about stored value.
  case wallet(WalletRequest)
  /// What the checkout is doing, and why it is out of service.
  case status
  /// Gives back what a sale holds whose posting was refused, `3-000042`.
  case releaseSale(String)
  /// Puts entries into the book: corrections, and what a till elsewhere has done. Asked again with
  /// the same ids, the answer is the same.
  case submit(Batch)
  /// Prints the test page, or shows the test pattern; in the middle of a sale only when forced.
  case test(TestedDevice, force: Bool)
  /// Opens the cash drawer at a connector of the printer; `user` is who asks.
  case openDrawer(connector: Int, user: String)
  /// What the scanners or the readers tell from now on, line by line until the asker goes.
  case watch(WatchedDevice, isRaw: Bool)
  /// Reads or writes the next card, word by word until the asker goes; in the middle of a sale only
  /// when forced.
  case card(CardDesk.Work, force: Bool)
}

/// What `kioskctl` answers to `wantsMessage`: the bytes of the NDEF message for that chip.
public struct CardMessage: Codable, Equatable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) { self.bytes = bytes }
}

public enum ControlReply: Codable, Equatable, Sendable {
  case devices([Snapshot.Device])
  case coupon(IssuedCode)
  case member(MemberReply)
  case wallet(WalletReply)
  case status(KioskState)
  /// So many holds were given back.
  case released(Int)
  /// One for each entry, in order.
  case outcomes([Outcome])
  case tested(TestReport)
  /// A `PrintCompletion`: how far the printer confirmed it.
  case drawerOpened(String)
  /// The watch has begun; `seen` follow.
  case watching
  case seen(SeenEvent)
  /// The reader is staff's; `cardWord` follows, word by word.
  case cardAwaited
  case cardWord(CardDesk.Word)
  /// What is wrong and what to do.
  case refused(String)
}

extension ControlRequest {
  /// A device works for it, in its own time.
  var isForDevice: Bool {
    switch self {
    case .test, .openDrawer: true
    case .devices, .issueCoupon, .member, .wallet, .status, .releaseSale, .submit, .watch, .card:
      false
    }
  }
}

/// The checkout as staff need to know it.
public struct KioskState: Codable, Equatable, Sendable {
  /// A state of the checkout.
  public let state: String
  /// Why no sale can start, each with its cure; empty in any state but outOfService.
  public let reasons: [String]
  /// Whether its devices are simulated ones, so that those plugged in are none of its business.
  public let isSimulated: Bool

  public init(state: String, reasons: [String], isSimulated: Bool = false) {
    self.state = state
    self.reasons = reasons
    self.isSimulated = isSimulated
  }
}

/// A coupon that was issued by hand. Its code is shown once, to who issued it.
public struct IssuedCode: Codable, Equatable, Sendable {
  public let id: String
  public let template: String
  public let title: String
  public let code: String
  /// ISO 8601 dates, both days included.
  public let validFrom: String
  public let validUntil: String

  public init(
    id: String, template: String, title: String, code: String, validFrom: String,
    validUntil: String
  ) {
    self.id = id
    self.template = template
    self.title = title
    self.code = code
    self.validFrom = validFrom
    self.validUntil = validUntil
  }
}

/// What the technician's test commands drive.
public enum TestedDevice: String, Codable, Equatable, Sendable { case printer, display }

/// What the technician's watch commands listen to.
public enum WatchedDevice: String, Codable, Equatable, Sendable { case scanner, reader }

/// Limits and place of the control socket.
public enum ControlSocket {
  public static let fileName = "control.sock"
  /// The longest name of who asks.
  public static let userLimit = 64
  /// The longest line either way.
  public static let lineLimit = 65_536
  /// How long either side waits for the other.
  public static let timeoutSeconds = 5
  /// Devices take their time over a test.
  public static let testSeconds = 60
  /// Clients at once; more are told to come again.
  public static let clientLimit = 16
  /// The longest work at the card reader, so that one that was forgotten does not stay.
  public static let cardSeconds = 300
  /// Watches at once.
  public static let watchLimit = 1
  /// What a watcher that does not read may be behind; beyond it the oldest are left out.
  public static let watchBufferLimit = 64
  /// A watch ends by itself, so that one that was forgotten does not stay.
  public static let watchSeconds = 8 * 3_600

  public static func path(directory: String) -> String { directory + "/" + fileName }
}

/// A fault of the control socket, for the operator.
public struct ControlError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
