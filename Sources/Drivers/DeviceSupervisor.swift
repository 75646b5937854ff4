import Devices
import Profiles
import Synchronization

/// Keeps every device of the kiosk in use, from plug to unplug and through its faults, and tells
/// the daemon of it.
///
/// `DeviceRoster` and `DeviceLifecycle` decide; this only waits and moves what they decided.
public final class DeviceSupervisor: Sendable {
  public typealias MakePort =
    @Sendable (ProfileMatch, any USBInterface, DeviceID) -> DevicePort

  private struct State {
    var roster: DeviceRoster
    var loop: Task<Void, Never>?
    var isStopped = false
  }

  /// For one consumer: first that nothing of any kind is there, then all as it comes, in order per
  /// device. Ends with `run`.
  public let events: DeviceEvents

  private let bus: any USBBus
  private let profiles: ProfileSet
  private let clock: any Clock<Duration>
  private let makePort: MakePort
  private let onNote: @Sendable (SupervisionNote) -> Void
  private let state: Mutex<State>

  /// `clock` is only for the pauses between attempts; `makePort` is another one in tests. `onNote`
  /// is for the log.
  public init(
    bus: any USBBus, profiles: ProfileSet, clock: any Clock<Duration> = ContinuousClock(),
    makePort: @escaping MakePort = { DriverFactory.port($0, $1, $2) },
    onNote: @escaping @Sendable (SupervisionNote) -> Void = { _ in }
  ) {
    self.bus = bus
    self.profiles = profiles
    self.clock = clock
    self.onNote = onNote
    self.makePort = makePort
    state = Mutex(
      State(
        roster: DeviceRoster(hasDisplayBehindPrinter: profiles.displayBehindPrinter != nil)))
    events = DeviceEvents { event in onNote(.lost(event.reader)) }
  }

  /// Supervises until `stop` is called or the task is cancelled; to be called once. Returns when
  /// every device is closed and with the kernel's drivers again.
  public func run() async {
    let loop = state.withLock { state in
      let loop = Task { await supervise() }
      if state.isStopped { loop.cancel() }
      state.loop = loop
      return loop
    }
    await withTaskCancellationHandler {
      await loop.value
    } onCancel: {
      loop.cancel()
    }
  }

  /// Ends `run` and returns when every device is closed.
  public func stop() async {
    let loop = state.withLock { state in
      state.isStopped = true
      return state.loop
    }
    loop?.cancel()
    await loop?.value
  }

  private func supervise() async {
    for status in DeviceRoster.nothingAttached { events.send(.status(status)) }
    await withDiscardingTaskGroup { group in
      var tasks: [String: Task<Void, Never>] = [:]
      for await event in bus.events() {
        // A stream hands out what it holds even to a task that is cancelled.
        if Task.isCancelled { break }
        for action in take(event) {
          switch action {
          case .report: break  // `take` told it
          case .cancel(let address): tasks.removeValue(forKey: address)?.cancel()
          case .supervise(let entry):
            // A task of its own, because a group cannot cancel one of its children alone.
            let task = Task { await self.supervise(entry) }
            tasks[entry.description.address] = task
            group.addTask {
              await withTaskCancellationHandler {
                await task.value
              } onCancel: {
                task.cancel()
              }
            }
          }
        }
      }
      group.cancelAll()
    }
    events.finish()
  }

  private func take(_ event: USBBusEvent) -> [DeviceRoster.Action] {
    state.withLock { state in
      let actions =
        switch event {
        case .attached(let device): state.roster.attached(device, profiles.match(device))
        case .detached(let address): state.roster.detached(address: address)
        }
      // Under the lock, so that no word of the device itself comes between.
      for case .report(let status) in actions { events.send(.status(status)) }
      return actions
    }
  }

  // MARK: One device

  private func supervise(_ entry: DeviceRoster.Entry) async {
    var lifecycle = DeviceLifecycle()
    var log = SupervisionLog()
    var interface: (any USBInterface)?
    var port: DevicePort?
    var event = DeviceLifecycle.Event.started
    while true {
      let action = lifecycle.handle(Task.isCancelled ? .cancelled : event)
      let cause = lifecycle.reported.cause
      await report(lifecycle, of: entry)
      if let note = log.note(action, cause: cause, of: entry.id) { onNote(note) }
      switch action {
      case .open:
        (interface, event) = await open(entry)
      case .enable:
        port = interface.map { makePort(entry.match, $0, entry.id) }
        event = .enabled
      case .run:
        event = await run(port, of: entry)
      case .pause(let duration, let resetting):
        await close(interface, resetting: resetting)
        (interface, port) = (nil, nil)
        event = await pause(duration) ? .pauseElapsed : .cancelled
      case .rest:
        await close(interface, resetting: false)
        (interface, port) = (nil, nil)
        // Nothing ends this but the unplugging.
        while await pause(BackOff.limit) {}
        event = .cancelled
      case .end, .none:
        await close(interface, resetting: false)
        return
      }
    }
  }

  private func open(
    _ entry: DeviceRoster.Entry
  ) async -> ((any USBInterface)?, DeviceLifecycle.Event) {
    do throws(DeviceError) {
      let interface = try await bus.open(entry.description, claiming: entry.match.interfaces)
      return (interface, .claimed)
    } catch {
      return (nil, .failed(error.kind, uptime: .zero))
    }
  }

  /// Runs the port until it faults; the fault and how long it had run.
  private func run(
    _ port: DevicePort?, of entry: DeviceRoster.Entry
  ) async -> DeviceLifecycle.Event {
    guard let port else { return .cancelled }
    return await timed(clock) { () async -> DeviceError.Kind in
      do throws(DeviceError) {
        try await self.run(port, of: entry)
        return .disconnected  // a port returns only by throwing
      } catch {
        return error.kind
      }
    }
  }

  private func run(_ port: DevicePort, of entry: DeviceRoster.Entry) async throws(DeviceError) {
    switch port {
    case .scanner(let scanner):
      // The last sentence for staff about how it is set up; empty when all is well.
      let complaint = Mutex("")
      try await scanner.run { output in
        let words = StaffMessage.scan(output)
        if let words, complaint.withLock({ $0 != words }) {
          complaint.withLock { $0 = words }
          self.emit(.status(self.status(of: entry, .enabled, message: words)), of: entry)
        }
        switch output {
        case .scan(let data): self.emit(.scan(data), of: entry)
        case .refused(let fault): self.emit(.scanRefused(entry.id, fault), of: entry)
        }
      }
    case .cardReader(let reader):
      try await reader.run { card in
        self.emit(.card(card), of: entry)
        self.emit(.status(self.status(of: entry, after: card)), of: entry)
      }
    case .printer(let printer, let display):
      emit(.printerReady(printer), of: entry)
      if let display { emit(.displayReady(display), of: entry) }
      // A printer that stands still passes nothing on.
      let wasReady = Mutex(true)
      try await printer.run { status in
        self.emit(
          .status(self.status(of: entry, .enabled, attention: status.attention)), of: entry)
        let isReadyAgain = wasReady.withLock { ready in
          defer { ready = status.canPrint }
          return !ready && status.canPrint
        }
        if isReadyAgain, let display { self.emit(.displayReady(display), of: entry) }
      }
    case .display(let display):
      emit(.displayReady(display), of: entry)
      try await display.run()
    }
  }

  private func close(_ interface: (any USBInterface)?, resetting: Bool) async {
    guard let interface else { return }
    if resetting {
      do throws(DeviceError) {
        try await interface.reset()
      } catch {
        // Gone, or past a reset: the next attempt to open it tells which.
      }
    }
    await interface.close()
  }

  /// Whether the pause was whole: false when the task was cancelled.
  private func pause(_ duration: Duration) async -> Bool {
    do {
      try await clock.sleep(for: duration)
      return !Task.isCancelled
    } catch {
      return false
    }
  }

  // MARK: Telling

  private func report(_ lifecycle: DeviceLifecycle, of entry: DeviceRoster.Entry) async {
    let (reported, cause) = lifecycle.reported
    // That a device is gone is told by whoever took it from the roster.
    guard reported != .absent else { return }
    let holders = cause == .busy ? await bus.holders(of: entry.description) : []
    let message = cause.map { StaffMessage.fault($0, of: entry.match, heldBy: holders) } ?? ""
    emit(
      .status(
        DeviceStatus(
          device: entry.id, kind: entry.kind, state: reported, cause: cause,
          profile: entry.match.profile.key, message: message)), of: entry)
    if let display = entry.displayBehind {
      emit(
        .status(
          DeviceStatus(
            device: display, kind: .display, state: reported, cause: cause,
            profile: entry.match.profile.key,
            message: cause == nil ? "" : StaffMessage.behind(entry.id))), of: entry)
    }
  }

  private func status(
    of entry: DeviceRoster.Entry, _ state: DeviceState, message: String
  ) -> DeviceStatus {
    DeviceStatus(
      device: entry.id, kind: entry.kind, state: state, profile: entry.match.profile.key,
      message: message)
  }

  private func status(of entry: DeviceRoster.Entry, after card: CardEvent) -> DeviceStatus {
    let (update, error) = card.unifiedPOS
    // Several cards are a matter of the customer's, told on the screen.
    let attention: [Attention] = error == nil ? [] : [.cardUnreadable]
    return DeviceStatus(
      device: entry.id, kind: entry.kind, state: .enabled, attention: attention, card: update,
      cardError: error, profile: entry.match.profile.key,
      message: StaffMessage.attention(attention))
  }

  private func status(
    of entry: DeviceRoster.Entry, _ state: DeviceState, attention: [Attention]
  ) -> DeviceStatus {
    DeviceStatus(
      device: entry.id, kind: entry.kind, state: state, attention: attention,
      profile: entry.match.profile.key, message: StaffMessage.attention(attention))
  }

  /// Hands on what a device says, unless it was unplugged meanwhile: the last word is then that.
  private func emit(_ event: DeviceEvent, of entry: DeviceRoster.Entry) {
    state.withLock { state in
      guard state.roster.isInUse(address: entry.description.address) else { return }
      events.send(event)
    }
  }
}

/// The failure that `body` ended with and the time it took.
private func timed<C: Clock>(
  _ clock: C, _ body: () async -> DeviceError.Kind
) async -> DeviceLifecycle.Event where C.Duration == Duration {
  let start = clock.now
  let kind = await body()
  return .failed(kind, uptime: start.duration(to: clock.now))
}
