import Foundation
import Profiles

/// Emulated devices for the kernel of the test machine. Never part of the product.
@main
struct RigCommand {
  private static let usage = """
    usage: RigDevices selftest              prove the USB layer on this machine's kernel
           RigDevices drivers PROFILES      prove the drivers and their supervision on it
           RigDevices light PROFILES SEED   both, on a usbfs that umockdev emulates
           RigDevices bus PROFILES SEED     prove what goes wrong on a bus on it
           RigDevices pcsc PCSCD CONFIG KIOSKD KIOSKCTL DATA PORT [PREFIX...]
                                            prove the reader behind pcscd, which it starts
           RigDevices sale KIOSKD KIOSKCTL DATA PORT [PREFIX...]
                                            prove a sale with the daemon, run by PREFIX
           RigDevices rules CONFIGURATION KIOSKD KIOSKCTL DATA PORT [PREFIX...]
                                            a device whose udev rule is missing
           RigDevices life COUNT SEED KIOSKD KIOSKCTL DATA PORT [PREFIX...]
                                            sales while COUNT things go wrong by chance
           RigDevices hold PORT             be the program that had a device first
           RigDevices serve SOCKET          the devices of a counter, by commands over a socket
           RigDevices tell SOCKET COMMAND   one command to it:
    \(ControlCommand.usage)
    """

  static func main() async {
    do {
      let arguments = CommandLine.arguments.dropFirst()
      switch (arguments.first, arguments.count) {
      case ("selftest", 1):
        exit(try await SelfTest.run() == 0 ? 0 : 1)
      case ("drivers", 2):
        let profiles = try ProfileSet.load(arguments[2])
        exit(try await DriversTest.run(profiles: profiles) == 0 ? 0 : 1)
      case ("light", 3):
        guard let seed = UInt64(arguments[3]) else { refuse() }
        let count = try await LightTest.run(profilesDirectory: arguments[2], seed: seed)
        exit(count == 0 ? 0 : 1)
      case ("pcsc", 7...):
        let shop = shop(arguments.dropFirst(3))
        let count = try await PCSCTest.run(pcscd: arguments[2])
        let further = try await PCSCDaemonTest.run(
          pcscd: arguments[2], configuration: arguments[3], shop)
        exit(count + further == 0 ? 0 : 1)
      case ("bus", 3):
        guard let seed = UInt64(arguments[3]) else { refuse() }
        let profiles = try ProfileSet.load(arguments[2])
        exit(try await BusTest.run(profiles: profiles, seed: seed) == 0 ? 0 : 1)
      case ("hold", 2): try await Rival.hold(arguments[2])
      case ("rules", 6...):
        let shop = shop(arguments.dropFirst(2))
        exit(try await RulesTest.run(configuration: arguments[2], shop) == 0 ? 0 : 1)
      case ("sale", 5...):
        exit(try await SaleTest.run(shop(arguments.dropFirst())) == 0 ? 0 : 1)
      case ("life", 7...):
        guard let count = Int(arguments[2]), let seed = UInt64(arguments[3]) else { refuse() }
        let life = LifeTest.Arguments(
          shop: shop(arguments.dropFirst(3)), eventCount: count, seed: seed)
        exit(try await LifeTest.run(life) == 0 ? 0 : 1)
      case ("serve", 2):
        try ControlSocket.serve(path: arguments[2], devices: CounterDevices())
      case ("tell", 3...):
        let answer = try ControlSocket.tell(
          path: arguments[2], arguments.dropFirst(2).joined(separator: " "))
        print(answer.replacing("\\n", with: "\n"))
        exit(answer.hasPrefix("ok") ? 0 : 1)
      default:
        refuse()
      }
    } catch {
      print("not ok stopped # \(error)")
      exit(1)
    }
  }

  /// KIOSKD KIOSKCTL DATA PORT [PREFIX...]
  private static func shop(_ words: ArraySlice<String>) -> SaleTest.Arguments {
    let words = Array(words)
    guard words.count >= 4, let port = Int(words[3]) else { refuse() }
    return SaleTest.Arguments(
      kioskd: words[0], kioskctl: words[1], dataDirectory: words[2], port: port,
      prefix: Array(words.dropFirst(4)))
  }

  private static func refuse() -> Never {
    FileHandle.standardError.write(Data("\(usage)\n".utf8))
    exit(2)
  }
}
