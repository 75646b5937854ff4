import Daemon

/// A language of the screen.
public enum Language: String, CaseIterable, Sendable {
  case zh, en

  func pick(_ chinese: String, _ english: String) -> String {
    self == .zh ? chinese : english
  }
}

/// The snapshots of one sale and of what may go wrong in it: all that the page must show.
public enum Scene: String, CaseIterable, Sendable {
  case attract, attractMember, firstItem, scanning, scanningGuest, unknownItem, manyItems
  case everythingAtOnce, reviewing, reviewingGuest, tendering, walletShort, posting, printing
  case done, doneDelayed, outOfService, stillThere, claiming, printerTrouble

  public func snapshot(_ language: Language) -> Snapshot {
    let words = SceneWords(language: language)
    switch self {
    case .attract: return words.attract()
    case .attractMember:
      return with(words.attract()) { $0.member = words.member }
    case .firstItem: return words.scanning(lineCount: 0)
    case .scanning: return words.scanning(lineCount: 6)
    case .scanningGuest:
      return with(words.scanning(lineCount: 2)) {
        $0.member = nil; $0.hint = nil
      }
    case .unknownItem:
      return with(words.scanning(lineCount: 4)) { $0.messages = [words.unknownItem] }
    case .manyItems: return words.scanning(lineCount: 14)
    case .everythingAtOnce:
      return with(words.scanning(lineCount: 14)) {
        $0.messages = [words.unknownItem, words.printerNotReady]
        $0.devices = words.devices(printer: words.noPaper)
        $0.discounts += [words.threshold, words.weekday, words.birthday]
        $0.total = $0.subtotal - $0.discounts.reduce(0) { $0 + $1.amount }
      }
    case .reviewing: return words.reviewing()
    case .reviewingGuest:
      return with(words.reviewing()) {
        $0.member = nil
        $0.buttons = words.buttons(["wallet": false, "cancel": true])
      }
    case .tendering: return words.tendering(remaining: 0)
    case .walletShort: return words.tendering(remaining: 1_450)
    case .posting:
      return with(words.tendering(remaining: 0)) {
        $0.state = "posting"
        $0.buttons = words.buttons([:])
      }
    case .printing: return words.finished(state: "printing", paper: .printing)
    case .done: return words.finished(state: "done", paper: .printed)
    case .doneDelayed:
      return with(words.finished(state: "done", paper: .delayed)) {
        $0.devices = words.devices(printer: words.noPaper)
        $0.messages = [words.receiptDelayed, words.printerNotReady]
        $0.completed?.coupon?.offer = words.offer
      }
    case .stillThere:
      return with(words.scanning(lineCount: 3)) {
        $0.messages = [words.stillThere]
        $0.buttons = words.buttons(
          ["pay": true, "remove": true, "quantity": true, "cancel": true, "confirm": true])
      }
    case .claiming:
      return with(words.scanning(lineCount: 3)) {
        $0.state = "claiming"
        ($0.member, $0.hint) = (nil, nil)
        $0.messages = [words.whoseBasket]
        $0.buttons = words.buttons(["confirm": true, "cancel": true])
      }
    case .printerTrouble:
      return with(words.attract()) {
        $0.devices = words.devices(printer: words.noPaper)
        $0.messages = [words.printerNotReady]
      }
    case .outOfService:
      return with(words.attract()) {
        $0.state = "outOfService"
        $0.messages = [words.outOfService]
      }
    }
  }

  private func with(_ snapshot: Snapshot, _ change: (inout Snapshot) -> Void) -> Snapshot {
    var snapshot = snapshot
    change(&snapshot)
    return snapshot
  }
}
