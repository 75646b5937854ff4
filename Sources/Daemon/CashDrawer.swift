import Devices
import Logging
import Retail
import Storage

/// Why the cash drawer was not opened.
public enum DrawerRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case noPrinter
  case noConnector(DrawerConnector)
  case busy
  case fault(DeviceError.Kind, device: DeviceID)
  case store(StorageError)

  public var description: String {
    switch self {
    case .noPrinter:
      "the drawer is opened by the printer, and none is in use; `kioskctl devices` says why"
    case .noConnector(let connector):
      "the printer has no connector \(connector.rawValue) for a drawer, by its profile"
    case .busy: "the printer is at work; try again"
    case .fault(.needsAttention(let attention), let device):
      "\(device) needs a person: \(attention.rawValue)"
    case .fault(let kind, let device): "\(device) failed (\(kind)); `kioskctl doctor` may know why"
    case .store(let error): "it cannot be written down, so it is not opened: \(error)"
    }
  }
}

extension CheckoutLoop {
  /// Opens the cash drawer for staff, written down before and after: what is in it is money.
  /// `printed` when the printer itself confirmed the pulse; whether a drawer hangs there, and has
  /// opened, it cannot tell.
  public func openDrawer(
    _ connector: DrawerConnector, actor: String
  ) async throws(DrawerRefusal) -> PrintCompletion {
    try await writeDown(actor, "asked, connector \(connector.rawValue)")
    let completion: PrintCompletion
    do throws(DrawerRefusal) {
      completion = try await printQueue.openDrawer(connector)
    } catch {
      try await writeDown(actor, "\(error)")
      throw error
    }
    logger.notice("cash drawer opened by \(actor)")
    try await writeDown(actor, completion.rawValue)
    return completion
  }

  private func writeDown(_ actor: String, _ outcome: String) async throws(DrawerRefusal) {
    do throws(StorageError) {
      try await store.append(
        StaffActRecord(
          at: setup.clock.now().instant, actor: actor, act: .openDrawer, outcome: outcome))
    } catch {
      throw .store(error)
    }
  }
}
