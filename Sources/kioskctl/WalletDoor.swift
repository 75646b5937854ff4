import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

/// What commands about stored value take.
struct WalletOptions: ParsableArguments {
  @OptionGroup var member: MemberOptions

  @Option(help: ArgumentHelp("The shop's rules of stored value.", valueName: "file"))
  var wallet: String?

  var common: CommonOptions { member.common }

  func currency() throws -> Currency { try member.shop.load().currency }
}

/// What commands take that move money.
struct ActOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Names this operation: asked again under the same id it is answered and not done again; by "
        + "default one is drawn and told.", valueName: "id"))
  var id: String?

  @Option(help: ArgumentHelp("Who does it; by default kioskctl.", valueName: "name"))
  var staff: String?

  func actID() throws -> MoneyActID {
    guard let id else {
      var random = SystemRandomNumberGenerator()
      return MoneyActID(
        random: (0..<MoneyActID.randomByteCount).map { _ in
          UInt8.random(in: 0...255, using: &random)
        })
    }
    return try Self.actID(id)
  }

  static func actID(_ text: String) throws -> MoneyActID {
    guard let id = MoneyActID(text) else {
      throw Complaint(WalletRefusal.id(text).staffText(.cny))
    }
    return id
  }
}

/// Has something done with stored value: by the running daemon, or under the lock of its directory
/// when none runs.
enum WalletDoor {
  static func ask(
    _ work: WalletRequest.Work, _ act: ActOptions, _ options: WalletOptions
  ) async throws -> (MoneyActID, WalletReply) {
    let id = try act.actID()
    let request = WalletRequest(id: id, staff: act.staff, work: work)
    do {
      if let reply = try RunningDaemon.wallet(request, directory: options.common.data) {
        return (id, reply)
      }
    } catch let lost as ControlError {
      // It may be done already: whoever asks again must not do it twice.
      throw Complaint("\(lost); ask again with --id \(id)")
    }
    return (id, try await answer(request, options))
  }

  /// The lock that opening takes keeps a daemon from starting meanwhile.
  private static func answer(
    _ request: WalletRequest, _ options: WalletOptions
  ) async throws -> WalletReply {
    guard DataDirectory.hasDatabase(options.common.data) else {
      throw Complaint(
        "\(options.common.data): no kiosk's book is here; name its directory with --data")
    }
    let configuration = try options.member.shop.load()
    let offers = try options.member.offers()
    let rules = try WalletFile.read(options.wallet ?? ResourcePaths.wallet, offers: offers)
    let law = try options.member.rules().prepaid
    let store = try Store.open(directory: options.common.data, mode: .writer)
    let office = WalletOffice(
      store: store, rules: rules, law: law, offers: offers, kiosk: configuration.kioskNumber,
      currency: configuration.currency, clock: try configuration.clock(),
      language: configuration.language)
    let reply = try await office.answer(request)
    try store.close()
    return reply
  }

  static var stranger: Complaint {
    Complaint("kioskd answered something else; use the kioskctl of its version")
  }
}
