import Daemon
import Devices
import Ledger
import Retail
import Storage

/// What the daemon does for `kioskctl`: the one writer writes for it.
struct ControlDesk {
  let store: Store
  let rules: RuleSet
  let loop: CheckoutLoop
  let clock: KioskClock
  let kiosk: UInt32
  let language: Language
  let isSimulated: Bool
  let isRecording: Bool
  let members: MemberOffice
  let wallet: WalletOffice

  @Sendable func answer(_ request: ControlRequest) async -> ControlReply {
    switch request {
    case .status:
      let state = await loop.kioskState()
      return .status(
        KioskState(state: state.state, reasons: state.reasons, isSimulated: isSimulated))
    case .releaseSale(let text):
      guard let sale = SaleID(text) else {
        return .refused("\(text) is no sale; a receipt prints it like 3-000042")
      }
      do {
        return .released(try await loop.release(sale))
      } catch {
        return .refused(error.description)
      }
    case .submit(let batch):
      do {
        return .outcomes(try await SQLiteLedger(store).submit(batch))
      } catch {
        return .refused(error.description)
      }
    case .test(let device, let force):
      do {
        return .tested(try await loop.test(device, force: force))
      } catch {
        return .refused(error.description)
      }
    case .openDrawer(let number, let user):
      guard let connector = DrawerConnector(rawValue: number),
        (1...ControlSocket.userLimit).contains(user.count)
      else { return .refused("a drawer is at connector 1 or 2, and somebody must have asked") }
      do {
        let completion = try await loop.openDrawer(connector, actor: "\(user)/kioskctl")
        return .drawerOpened(completion.rawValue)
      } catch {
        return .refused(error.description)
      }
    case .watch: return .refused("a watch is answered line by line")  // By the server itself.
    case .card(_, let force):
      guard !isRecording else {
        return .refused("a shift is being recorded, and cards at the desk are no part of one")
      }
      do {
        try await loop.mayDisturb(force: force)
        return .cardAwaited  // The server goes on from here.
      } catch {
        return .refused(error.description)
      }
    case .devices: return .devices(await loop.deviceLines())
    case .member(let request): return await answer(request)
    case .wallet(let request): return await answer(request)
    case .issueCoupon(let template, let member, let serial):
      do {
        return .coupon(
          try await CouponIssue.issue(
            template: template, member: member, serial: serial, in: store, rules: rules,
            kiosk: kiosk, clock: clock, language: language))
      } catch {
        return .refused("\(error)")
      }
    }
  }

  private func answer(_ request: MemberRequest) async -> ControlReply {
    do {
      return .member(try await members.answer(request, actor: "staff/kioskctl"))
    } catch {
      return .refused(error.description)
    }
  }

  private func answer(_ request: WalletRequest) async -> ControlReply {
    do {
      return .wallet(try await wallet.answer(request))
    } catch {
      return .refused(error.description)
    }
  }
}
