import Ledger

/// The code that a member's phone shows and that changes every half minute: `M`, the member's
/// number and ten digits that only the shop and this phone can compute (RFC 6238 with SHA-256).
///
/// It scans as a member code (`OwnCode.Kind.member`); what the digits are is computed in Storage,
/// where the keys are. A description shows the number only.
public struct MemberCode: Equatable, Sendable {
  public static let proofDigits = 10
  static let modulus: UInt64 = 10_000_000_000
  /// The shortest number in front of the proof.
  static let shortestNumber = 4

  public enum Refusal: String, Error, Sendable, Codable, CaseIterable {
    case malformed, wrong, stale, replayed
  }

  /// How long a code lives and how far the clocks may be apart.
  public struct Window: Equatable, Sendable, Codable {
    public let seconds: Int
    /// Windows before and after the present one that are still taken.
    public let tolerance: Int

    public init(seconds: Int, tolerance: Int) {
      self.seconds = seconds
      self.tolerance = tolerance
    }

    public static let standard = Window(seconds: 30, tolerance: 1)

    /// The number of the window that a moment lies in.
    public func counter(at now: Instant) -> Int64 {
      max(0, now.milliseconds) / 1_000 / Int64(seconds)
    }

    /// Those whose codes are taken now, the present one first.
    public func counters(at now: Instant) -> [Int64] {
      let present = counter(at: now)
      let others = (0..<tolerance).flatMap { [present - Int64($0) - 1, present + Int64($0) + 1] }
      return [present] + others.filter { $0 >= 0 }
    }
  }

  public let number: String
  public let proof: String

  /// What stands behind the prefix of a member code. Nil for a bare number, which proves nothing.
  public init?(body: String) {
    let digits = body.utf8
    guard digits.allSatisfy({ $0 &- 0x30 <= 9 }),
      digits.count >= Self.proofDigits + Self.shortestNumber
    else { return nil }
    number = String(body.dropLast(Self.proofDigits))
    proof = String(body.suffix(Self.proofDigits))
  }

  /// The ten digits of a keyed hash of 32 bytes.
  public static func proof(of hash: some Sequence<UInt8>) -> String {
    let number = hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % modulus
    return padded(Int(number), proofDigits)
  }
}

extension MemberCode: CustomStringConvertible, CustomReflectable {
  public var description: String { "member code of \(number)" }
  public var customMirror: Mirror { Mirror(self, children: ["number": number]) }
}
