import Foundation

/// Emulated devices for the kernel of the test machine. Never part of the product.
@main
struct RigCommand {
  private static let usage = """
    usage: RigDevices selftest              prove the USB layer on this machine's kernel
           RigDevices drivers PROFILES      prove the drivers and their supervision on it
           RigDevices sale KIOSKD KIOSKCTL DATA PORT [PREFIX...]
                                            prove a sale with the daemon, run by PREFIX
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
        exit(try await DriversTest.run(profilesDirectory: arguments[2]) == 0 ? 0 : 1)
      case ("sale", 5...):
        guard let port = Int(arguments[5]) else { refuse() }
        let sale = SaleTest.Arguments(
          kioskd: arguments[2], kioskctl: arguments[3], dataDirectory: arguments[4], port: port,
          prefix: Array(arguments.dropFirst(5)))
        exit(try await SaleTest.run(sale) == 0 ? 0 : 1)
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

  private static func refuse() -> Never {
    FileHandle.standardError.write(Data("\(usage)\n".utf8))
    exit(2)
  }
}
