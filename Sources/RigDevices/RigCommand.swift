import Foundation

/// Emulated devices for the kernel of the test machine. Never part of the product.
@main
struct RigCommand {
  private static let usage = """
    usage: RigDevices selftest     prove the USB layer on this machine's kernel
    """

  static func main() async {
    do {
      switch CommandLine.arguments.dropFirst().first {
      case "selftest":
        exit(try await SelfTest.run() == 0 ? 0 : 1)
      default:
        FileHandle.standardError.write(Data("\(usage)\n".utf8))
        exit(2)
      }
    } catch {
      print("not ok stopped # \(error)")
      exit(1)
    }
  }
}
