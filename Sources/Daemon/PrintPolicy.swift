import Devices
import Storage

/// Which papers are still wanted, and which may be begun on what is left of a roll.
public struct PrintPolicy: Equatable, Sendable {
  /// What the near-end sensor of most printers leaves, with the roll's core in mind: makers tell
  /// two to eight metres, and the sensor can be shifted.
  public static let standardPaperAfterNearEnd = 1_500

  /// Paper on the roll when the printer begins to report its near end, in millimetres.
  public let paperAfterNearEnd: Int

  public init(paperAfterNearEnd: Int = standardPaperAfterNearEnd) {
    self.paperAfterNearEnd = paperAfterNearEnd
  }

  /// A paper that waited longer is not put into another customer's hand; staff can print it again.
  /// A coupon is worth something to whoever takes it, so that it waits the shortest time; what
  /// staff asked for waits for staff.
  static func lifetimeMilliseconds(of kind: NewPrintJob.Kind) -> Int64 {
    let minutes: Int64 =
      switch kind {
      case .receipt: 30
      case .coupon: 15
      case .test: 10
      case .report: 24 * 60
      }
    return minutes * 60 * 1_000
  }
}

/// What is left of a roll that nears its end, as far as one can know.
struct PaperSupply: Equatable {
  private let policy: PrintPolicy
  private(set) var isNearEnd = false
  private var used = 0

  init(_ policy: PrintPolicy) { self.policy = policy }

  /// Takes the printer's word; true when a new roll is in.
  mutating func told(_ attention: [Attention]) -> Bool {
    let was = isNearEnd
    // A printer without paper says the one and not always the other: it is still the old roll.
    isNearEnd = attention.contains(.paperNearEnd) || attention.contains(.paperOut)
    if !isNearEnd { used = 0 }
    return was && !isNearEnd
  }

  mutating func printed(millimeters: Int) { if isNearEnd { used += max(0, millimeters) } }

  /// Whether a paper of this length may be begun. A receipt always: what the customer bought is due
  /// to him at once, and one that breaks off is finished on the next roll. A coupon is not torn in
  /// two: it waits.
  func allows(_ kind: NewPrintJob.Kind, millimeters: Int) -> Bool {
    switch kind {
    case .coupon: !isNearEnd || millimeters <= policy.paperAfterNearEnd - used
    case .receipt, .report, .test: true
    }
  }
}
