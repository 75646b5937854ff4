import CheckoutMachine
import Devices
import Ledger
import Logging
import Retail
import Storage

/// The one task that decides: takes what happened from a bounded inbox, looks things up, reduces,
/// writes the journal, and only then acts.
///
/// Everything that changes the checkout goes through `run`; it handles one input after the other.
public actor CheckoutLoop: KioskScreen {
  /// Inputs that may wait. A full inbox refuses presses and drops device events, with a log line.
  public static let inboxLimit = 256
  /// Screens that may listen at once.
  public static let listenerLimit = 32
  /// A scanner that is away for less is not told to the customer.
  static let scannerGrace = Duration.seconds(3)
  /// Pause before a failed write is tried again.
  static let storageRetryPause = Duration.seconds(2)
  /// Pause before a full inbox is tried again with what nobody would send a second time.
  static let fullInboxPause = Duration.milliseconds(100)

  /// What the loop needs to know of its kiosk.
  public struct Setup: Sendable {
    public let kiosk: UInt32
    public let shop: LocalizedText
    public let policy: Checkout.Policy
    public let scans: ScanDesk
    public let clock: KioskClock
    public let display: DisplaySettings
    public let printing: PrintPolicy
    /// Above every receipt and coupon.
    public let logo: PrintPicture?
    /// How long the codes of members' phones live.
    public let memberCodes: MemberCode.Window
    /// What rules of prices ask of members, and the parts of the members that they may name.
    public let questions: CustomerQuestions
    public let segments: [Segment]
    /// Called after every effect; `--crash-at` kills the process in it.
    public let afterEffect: @Sendable () -> Void
    /// Told of every decision, for a recording; never waited for.
    public let observe: @Sendable (LoopRecord) -> Void

    public init(
      kiosk: UInt32, shop: LocalizedText, policy: Checkout.Policy, scans: ScanDesk,
      clock: KioskClock,
      display: DisplaySettings = DisplaySettings(), printing: PrintPolicy = PrintPolicy(),
      logo: PrintPicture? = nil,
      memberCodes: MemberCode.Window = .standard,
      questions: CustomerQuestions? = nil, segments: [Segment] = [],
      afterEffect: @escaping @Sendable () -> Void = {},
      observe: @escaping @Sendable (LoopRecord) -> Void = { _ in }
    ) {
      self.kiosk = kiosk
      self.shop = shop
      self.policy = policy
      self.scans = scans
      self.clock = clock
      self.display = display
      self.printing = printing
      self.logo = logo
      self.memberCodes = memberCodes
      self.questions = questions ?? CustomerQuestions(policy.rules.rules)
      self.segments = segments
      self.afterEffect = afterEffect
      self.observe = observe
    }
  }

  /// What the loop did that the same inputs must lead to again.
  public enum LoopRecord: Sendable {
    /// A reduction, those that led nowhere included.
    case step(Checkout.Transition)
    /// A posted sale's receipt, laid out.
    case laidOut(Receipt, [PrintElement])
  }

  enum Input: Sendable {
    case device(DeviceEvent)
    case press(ButtonPress, PressReply)
    case timer(Checkout.Timer, generation: Int)
    case print(PrintQueue.Report)
    case scannerGraceOver(generation: Int)
    /// A write failed a while ago.
    case storageRetry
    case release(SaleID, ReleaseReply)
  }

  typealias ReleaseReply = CheckedContinuation<Result<Int, ReleaseRefusal>, Never>
  typealias PressReply = CheckedContinuation<Result<Snapshot, PressRefusal>, Never>

  let setup: Setup
  let store: Store
  let logger: Logger
  let printQueue: PrintQueue
  let display: DisplayMailbox
  let layout: ReceiptLayout
  private let inbox: AsyncStream<Input>
  nonisolated let mailbox: AsyncStream<Input>.Continuation

  var state: Checkout.State
  var notices: [Checkout.Notice] = []
  var devices = DeviceBoard()
  var couponDesk = CouponDesk()
  var memberDesk = MemberDesk()
  var paymentDesk = PaymentDesk()
  var nextCounter: UInt64 = 1
  /// Effects whose write failed and that the state waits for.
  var postponed: [Checkout.Effect] = []
  var isStorageFailing = false
  /// The open sale that a storage fault put aside, and since when.
  var interrupted: (state: Checkout.State, since: Instant)?
  /// What recovery has to begin with and could not write yet.
  var unresumed: Checkout.Event?
  var scannerGraceGeneration = 0
  var isScannerMissing = false
  /// The coupon that the screen shows because its paper does not come.
  private var offered: (coupon: String, offer: Snapshot.Offer)?
  private var revision = 0
  private var timer: Task<Void, Never>?
  private var timerGeneration = 0
  private var listeners: [Int: AsyncStream<Snapshot>.Continuation] = [:]
  private var nextListener = 0

  public init(setup: Setup, store: Store, logger: Logger) {
    self.setup = setup
    self.store = store
    self.logger = logger
    layout = ReceiptLayout(shop: setup.shop, currency: setup.policy.currency)
    display = DisplayMailbox(
      logger: logger, dimming: setup.display.dimming, now: setup.clock.now,
      sleep: setup.clock.sleep)
    let (inbox, mailbox) = AsyncStream<Input>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.inboxLimit))
    (self.inbox, self.mailbox) = (inbox, mailbox)
    state = .attract(setup.policy.language)
    printQueue = PrintQueue(
      store: store, layout: layout, clock: setup.clock, logger: logger, policy: setup.printing,
      logo: setup.logo,
      report: { report in
        guard case .dropped = mailbox.yield(.print(report)) else { return }
        // Nobody tells it a second time.
        Task { await Self.deliver(.print(report), to: mailbox, setup.clock) }
      })
  }

  /// Goes on from the journal and works until `stop`. Throws when the journal cannot be read.
  public func run() async throws {
    try await recover()
    // No sale starts without the room for its voids.
    if !store.hasReserve { await storageFailed(StorageRefill()) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.printQueue.run() }
      group.addTask { await self.display.run() }
      printQueue.wake()
      for await input in inbox { await take(input) }
      timer?.cancel()
      printQueue.stop()
      display.stop()
      group.cancelAll()
    }
    for listener in listeners.values { listener.finish() }
    listeners = [:]
  }

  /// Ends `run` after the input at hand; later presses are refused.
  public nonisolated func stop() { mailbox.finish() }

  /// Hands in what a device reported, as soon as there is room.
  public nonisolated func deliver(_ event: DeviceEvent) async {
    await Self.deliver(.device(event), to: mailbox, setup.clock)
  }

  /// Hands in what a device reported, if there is room.
  public nonisolated func take(_ event: DeviceEvent) {
    if case .dropped = mailbox.yield(.device(event)) {
      logger.error("inbox full, device event dropped", metadata: ["limit": "\(Self.inboxLimit)"])
    }
  }

  // MARK: KioskScreen

  public func snapshot() -> Snapshot {
    SnapshotBuilder(
      shop: setup.shop, kiosk: setup.kiosk, currency: setup.policy.currency, offered: offered
    ).snapshot(state, notices: notices, devices: devices, revision: revision)
  }

  public func snapshots() -> AsyncStream<Snapshot> {
    let (stream, continuation) = AsyncStream<Snapshot>.makeStream(
      bufferingPolicy: .bufferingNewest(1))
    guard listeners.count < Self.listenerLimit else {
      continuation.finish()
      return stream
    }
    let id = nextListener
    nextListener += 1
    listeners[id] = continuation
    continuation.onTermination = { _ in Task { await self.forget(listener: id) } }
    continuation.yield(snapshot())
    return stream
  }

  private func forget(listener id: Int) { listeners[id] = nil }

  public nonisolated func press(
    _ press: ButtonPress
  ) async throws(PressRefusal) -> Snapshot {
    let answer = await withCheckedContinuation { (reply: PressReply) in
      switch mailbox.yield(.press(press, reply)) {
      case .enqueued: break
      case .dropped: reply.resume(returning: .failure(.busy))
      case .terminated: reply.resume(returning: .failure(.stopping))
      @unknown default: reply.resume(returning: .failure(.stopping))
      }
    }
    return try answer.get()
  }

  // MARK: What listeners see

  var currentRevision: Int { revision }

  /// Shows the state anew to screens and customer display.
  func publish() async {
    await findOffer()
    revision += 1
    let newest = snapshot()
    for listener in listeners.values { listener.yield(newest) }
    await display.show(
      DisplayText.lines(
        state, notices: notices, currency: setup.policy.currency, idle: setup.display.idleLines))
  }

  /// Of a coupon whose paper does not come the screen has the same code, so that nobody waits for
  /// the next roll. It is one balance, however often it is shown or printed later.
  private func findOffer() async {
    guard case .done(let completed) = state, completed.paper == .delayed,
      let coupon = completed.receipt.coupons.first
    else { return offered = nil }
    guard offered?.coupon != coupon.id else { return }
    offered = nil
    do {
      guard let code = try await store.revealCode(id: coupon.id) else { return }
      offered = (coupon.id, try Snapshot.Offer(code))
    } catch {
      logger.error("the screen cannot show a coupon: \(error)", metadata: ["id": "\(coupon.id)"])
    }
  }

  // MARK: Timers

  func arm(_ kind: Checkout.Timer, seconds: Int) {
    disarm()
    let (generation, clock, mailbox) = (timerGeneration, setup.clock, mailbox)
    timer = Task {
      do { try await clock.sleep(.seconds(seconds)) } catch { return }  // Cancelled by `disarm`.
      await Self.deliver(.timer(kind, generation: generation), to: mailbox, clock)
    }
  }

  func disarm() {
    timer?.cancel()
    timer = nil
    timerGeneration += 1
  }

  func isCurrent(timer generation: Int) -> Bool { generation == timerGeneration }

  /// Sends an input after a pause.
  func later(_ pause: Duration, _ input: Input) {
    let (clock, mailbox) = (setup.clock, mailbox)
    Task {
      do { try await clock.sleep(pause) } catch { return }  // Cancelled: the daemon stops.
      await Self.deliver(input, to: mailbox, clock)
    }
  }

  private static func deliver(
    _ input: Input, to mailbox: AsyncStream<Input>.Continuation, _ clock: KioskClock
  ) async {
    while case .dropped = mailbox.yield(input) {
      do { try await clock.sleep(fullInboxPause) } catch { return }  // Cancelled by `disarm`.
    }
  }
}
