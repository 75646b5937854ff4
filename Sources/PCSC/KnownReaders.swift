import Devices

/// A look at pcscd for who stands beside it: the readers that it knows, or why there are none.
public struct KnownReaders: Equatable, Sendable {
  /// By the names that pcscd gave them.
  public let readers: [String]
  /// The cause and the cure; empty when there is a reader.
  public let message: String

  public init(readers: [String], message: String) {
    (self.readers, self.message) = (readers, message)
  }

  /// Asks the pcscd of this machine.
  public static func look() -> KnownReaders {
    look { () throws(PCSCFault) in try LibPCSC() }
  }

  static func look(
    _ open: () throws(PCSCFault) -> any CardAccess
  ) -> KnownReaders {
    do throws(PCSCFault) {
      let service = try open()
      defer { service.close() }
      let readers = try service.readers()
      return KnownReaders(readers: readers, message: readers.isEmpty ? PCSCMessage.noReader : "")
    } catch {
      return KnownReaders(
        readers: [], message: PCSCMessage.fault(error.error(DeviceID("cardReader@pcsc"))))
    }
  }
}
