import Codecs
import Devices

/// One part of an interview: some commands to one end, and what they found.
///
/// An exchange that fails altogether never comes here: the interview is torn then.
protocol Inquiry: Sendable {
  mutating func begin() -> InquiryStep
  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep
}

enum InquiryStep {
  case ask(ISO7816.CommandAPDU)
  case found(Findings)
}

/// What an inquiry found; nil is nothing told.
struct Findings: Equatable {
  var kind: CardKind?
  /// The bytes of the NDEF message.
  var message: [UInt8]?
  /// The maker's signature over the UID is valid.
  var isGenuine = false
  /// The card proved a secret of the shop.
  var isAuthenticated = false
  /// The UID that a card told under that secret.
  var provenUID: [UInt8]?
  var faults: [CardFault] = []
  /// The reader or card failed where it should not: perhaps it is gone.
  var hasFailed = false

  mutating func add(_ other: Findings) {
    kind = other.kind ?? kind
    message = other.message ?? message
    isGenuine = isGenuine || other.isGenuine
    isAuthenticated = isAuthenticated || other.isAuthenticated
    provenUID = other.provenUID ?? provenUID
    faults += other.faults.filter { !faults.contains($0) }
    hasFailed = hasFailed || other.hasFailed
  }
}

extension ISO7816.ResponseAPDU {
  /// The data of an answer with status 9000.
  var success: [UInt8]? { statusWord == .success ? data : nil }
}
