import CheckoutMachine
import Devices
import Ledger
import Retail
import Storage

/// Why staff cannot release a sale.
public enum ReleaseRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case notACase(SaleID)
  case refused(Outcome)
  case store(StorageError)
  case busy

  public var description: String {
    switch self {
    case .notACase(let sale):
      "sale \(sale) is not one whose posting was refused; `kioskctl doctor` names those"
    case .refused(let outcome):
      "the ledger refused to give the holds back (\(outcome.rawValue)); "
        + "run `kioskctl ledger verify`"
    case .store(let error): error.description
    case .busy: "the kiosk is busy or stopping; try again"
    }
  }
}

extension CheckoutLoop {
  /// What the checkout is doing, for staff: its state, and why it is out of service.
  public func kioskState() -> KioskState {
    guard case .outOfService(let closed) = state else {
      return KioskState(state: state.name, reasons: [])
    }
    return KioskState(
      state: state.name,
      reasons: closed.reasons.map { reason in
        switch reason {
        case .noScanner:
          "no scanner is in use: connect one; `kioskctl devices` says why one that is connected "
            + "is not used"
        case .storageFull:
          "the book cannot be written: free space on its disk, or replace the disk if it is not "
            + "full; `journalctl -u kioskd` has the fault"
        case .postingRefused(let sale):
          "the posting of sale \(sale) was refused; its holds wait: kioskctl sale release \(sale)"
        }
      })
  }

  /// The devices as staff see them: a printer that prints at this moment is busy. The screen's
  /// snapshot does not tell that, since it would be another screen with every paper.
  public func deviceLines() async -> [Snapshot.Device] {
    let isPrinting = await printQueue.isBusy
    return snapshot().devices.map { device in
      guard isPrinting, device.kind == DeviceKind.printer.rawValue else { return device }
      var printer = device
      printer.unifiedPOS = device.unifiedPOS?.whileBusy
      return printer
    }
  }

  /// Gives back everything that a sale with a refused posting holds, by entries, and opens the
  /// kiosk again. Returns how many holds ended. Repeating it changes nothing.
  public nonisolated func release(_ sale: SaleID) async throws(ReleaseRefusal) -> Int {
    let answer = await withCheckedContinuation { (reply: ReleaseReply) in
      guard case .enqueued = mailbox.yield(.release(sale, reply)) else {
        reply.resume(returning: .failure(.busy))
        return
      }
    }
    return try answer.get()
  }

  func take(release sale: SaleID) async -> Result<Int, ReleaseRefusal> {
    guard case .outOfService(let closed) = state,
      closed.reasons.contains(.postingRefused(sale))
    else { return .failure(.notACase(sale)) }
    let count: Int
    do throws(StorageError) {
      let ledger = SQLiteLedger(store)
      let holds = try await ledger.openHolds().filter { $0.context.sale == sale }
      let entries = holds.enumerated().map { ordinal, hold in
        // A step that no attempt of a sale reaches: the same ids whenever it is repeated.
        JournalEntry(
          id: EntryID(sale: sale, step: .max, ordinal: UInt16(ordinal)), action: .void(hold.id),
          context: EntryContext(
            reason: "posting refused, released by staff", actor: "staff/kioskctl",
            kiosk: setup.kiosk, sale: sale, at: context().time.instant))
      }
      count = entries.count
      let outcomes = try await ledger.submit(Batch(entries: entries, isLinked: true))
      if let refused = outcomes.first(where: { $0 != .ok }) { return .failure(.refused(refused)) }
    } catch {
      return .failure(.store(error))
    }
    await accept(.reopened(.postingRefused(sale)))
    return .success(count)
  }
}
