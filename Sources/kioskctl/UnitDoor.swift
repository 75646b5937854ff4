import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import Storage

/// What commands take that do something with points, visits or coupons.
struct UnitOptions: ParsableArguments {
  @OptionGroup var options: MemberOptions

  @Option(
    help: ArgumentHelp(
      "Your own id of this: the same again gets the same answer and posts nothing.",
      valueName: "id"))
  var id: String?

  /// Has it done by the running daemon, or under the lock of its directory.
  func ask(_ make: (String) -> UnitRequest) async throws -> UnitReply {
    let drawn = id ?? "c" + String(UInt64.random(in: .min ... .max), radix: 16)
    do {
      let reply = try await MemberDoor.ask(.units(make(drawn)), options)
      guard case .units(let answer) = reply else { throw Self.stranger }
      return answer
    } catch let lost as ControlError {
      // It may be done already: whoever asks again must not have it done twice.
      throw Complaint("\(lost); ask again with --id \(drawn)")
    }
  }

  static var stranger: Complaint {
    Complaint("kioskd answered something else; use the kioskctl of its version")
  }

  var asJSON: Bool { options.common.json }

  func find(_ member: String) async throws -> Int64 { try await options.find(member).id }
}

/// Days as the shop has them.
extension MemberOptions {
  func day(_ instant: Instant?) throws -> String? {
    guard let instant else { return nil }
    // It ends with the moment before.
    let last = Instant(milliseconds: instant.milliseconds - 1)
    let now = try shop.load().clock().now()
    return "\(ShopTime(instant: last, offsetSeconds: now.offsetSeconds).date)"
  }
}
