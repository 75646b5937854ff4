import Codecs
import Devices
import Synchronization
import Testing

@testable import PCSC

/// What was told, waited for with the suite's limit and no other time.
private final class Told<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  func add(_ value: Value) { values.withLock { $0.append(value) } }

  func first(_ count: Int) async -> [Value] {
    while true {
      let all = values.withLock { $0 }
      if all.count >= count || Task.isCancelled { return Array(all.prefix(count)) }
      await Task.yield()
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct PCSCReaderTests {
  private let service = ScriptedAccess()
  private let first: [UInt8] = [0x04, 0xD3, 0xC2, 0xA2, 0x99, 0x3C, 0x80]
  private let second: [UInt8] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66]

  private func inserted(_ uid: [UInt8]) -> CardEvent {
    .inserted(
      CardIdentity(
        uid: uid, answerToReset: ISO7816.AnswerToReset(storageCard: .mifareUltralight).bytes))
  }

  private func reader(_ onReaders: @escaping @Sendable ([String]) -> Void = { _ in }) -> PCSCReader
  {
    PCSCReader(
      device: DeviceID("cardReader@pcsc"), conversations: { _ in UIDTalk() },
      onReaders: onReaders, open: { [service] () throws(PCSCFault) in service })
  }

  /// Runs the reader while `body` does; how it ended.
  private func running(
    _ body: (Told<CardEvent>) async -> Void
  ) async -> DeviceError? {
    let told = Told<CardEvent>()
    let reader = reader()
    let task = Task { () -> DeviceError? in
      do throws(DeviceError) {
        try await reader.run { told.add($0) }
        return nil
      } catch {
        return error
      }
    }
    await body(told)
    task.cancel()
    return await task.value
  }

  @Test func `cards come and go at a reader that pcscd drives`() async {
    service.plug("ACS ACR122U 00 00")
    let fault = await running { told in
      service.lay(.init(uid: first), on: "ACS ACR122U 00 00")
      #expect(await told.first(1) == [inserted(first)])
      service.lay(nil, on: "ACS ACR122U 00 00")
      #expect(await told.first(2).last == .removed)
      service.lay(.init(uid: second), on: "ACS ACR122U 00 00")
      #expect(await told.first(3).last == inserted(second))
    }
    #expect(fault?.kind == .cancelled && fault?.device == DeviceID("cardReader@pcsc"))
  }

  // keyple-java #207: a reader that was plugged in again was never heard again.
  @Test func `a reader that is unplugged takes its card with it, and is heard when it is back`()
    async
  {
    service.plug("Reader A")
    _ = await running { told in
      service.lay(.init(uid: first), on: "Reader A")
      #expect(await told.first(1) == [inserted(first)])
      service.unplug("Reader A")
      #expect(await told.first(2).last == .removed)
      service.plug("Reader A")
      service.lay(.init(uid: first), on: "Reader A")
      #expect(await told.first(3).last == inserted(first))
    }
  }

  @Test func `cards at two readers are refused`() async {
    service.plug("Reader A")
    service.plug("Reader B")
    _ = await running { told in
      service.lay(.init(uid: first), on: "Reader A")
      #expect(await told.first(1) == [inserted(first)])
      service.lay(.init(uid: second), on: "Reader B")
      #expect(await told.first(2).last == .refused(.severalCards))
      service.lay(nil, on: "Reader A")
      service.lay(nil, on: "Reader B")
      #expect(await told.first(3).last == .removed)
    }
  }

  @Test(arguments: [PCSCFault.noSmartcard, .sharingViolation, PCSCFault(0x8010_0066)])
  func `a card that cannot be connected is torn`(fault: PCSCFault) async {
    service.plug("Reader A")
    _ = await running { told in
      service.lay(.init(uid: first, connectFault: fault), on: "Reader A")
      #expect(await told.first(1) == [.refused(.torn)])
      service.lay(nil, on: "Reader A")
      #expect(await told.first(2).last == .removed)
      service.lay(.init(uid: second, transmitFault: fault), on: "Reader A")
      #expect(await told.first(3).last == .refused(.torn))
    }
  }

  @Test func `pcscd that is not there or ends is a fault with its code`() async {
    service.fail(.noService)
    let reader = reader()
    await #expect(
      throws: DeviceError(
        .disconnected, device: DeviceID("cardReader@pcsc"),
        underlyingCode: Int32(bitPattern: 0x8010_001D))
    ) {
      try await reader.run { _ in }
    }
    #expect(service.closes == 1)
  }

  @Test func `the supervisor tells the cause and the cure, and comes back`() async {
    let told = Told<DeviceStatus>()
    service.fail(.noService)
    let supervisor = PCSCSupervisor(clock: ImpatientClock()) { [service] device, onReaders in
      PCSCReader(
        device: device, conversations: { _ in UIDTalk() }, onReaders: onReaders,
        open: { () throws(PCSCFault) in service })
    }
    let task = Task {
      await supervisor.run { if case .status(let status) = $0 { told.add(status) } }
    }
    let begun = await told.first(2)
    #expect(begun.map(\.state) == [.attached, .faulted])
    #expect(begun.last?.message == PCSCMessage.noService)
    service.fail(nil)
    #expect(await told.first(3).last?.state == .absent)
    #expect(await told.first(3).last?.message == PCSCMessage.noReader)
    service.plug("Reader A")
    #expect(await told.first(4).last?.state == .enabled)
    // Another program ended what this one waits for: it is read again.
    service.fail(.cancelled)
    #expect(await told.first(5).last?.state == .faulted)
    service.fail(nil)
    #expect(await told.first(6).last?.state == .enabled)
    service.fail(.noAccess)
    #expect(await told.first(7).last?.message.contains("polkit") == true)
    task.cancel()
    await task.value
  }

  @Test func `a card is told to the daemon, and to staff when it cannot be read`() async {
    let told = Told<DeviceStatus>()
    service.plug("Reader A")
    let supervisor = PCSCSupervisor(clock: ImpatientClock()) { [service] device, onReaders in
      PCSCReader(
        device: device, conversations: { _ in UIDTalk() }, onReaders: onReaders,
        open: { () throws(PCSCFault) in service })
    }
    let listening = Task {
      for await event in supervisor.events() {
        if case .status(let status) = event { told.add(status) }
      }
    }
    #expect(await told.first(2).map(\.state) == [.attached, .enabled])
    service.lay(.init(uid: first), on: "Reader A")
    #expect(await told.first(3).last?.unifiedPOS.statusUpdates == [2])
    service.lay(nil, on: "Reader A")
    #expect(await told.first(4).last?.unifiedPOS.statusUpdates == [1])
    service.lay(.init(uid: second, connectFault: .noSmartcard), on: "Reader A")
    let torn = await told.first(5).last
    #expect(torn?.unifiedPOS.extendedError == 203 && torn?.attention == [.cardUnreadable])
    #expect(torn?.message == Attention.cardUnreadable.advice)
    listening.cancel()
    await listening.value
  }

  @Test func `who stands beside is told the readers, or the cause and the cure`() {
    func look() -> KnownReaders { KnownReaders.look { [service] () throws(PCSCFault) in service } }
    #expect(look() == KnownReaders(readers: [], message: PCSCMessage.noReader))
    service.plug("Reader A")
    #expect(look() == KnownReaders(readers: ["Reader A"], message: ""))
    service.fail(.noService)
    #expect(look() == KnownReaders(readers: [], message: PCSCMessage.noService))
    #expect(service.closes == 3)
  }

  @Test func `the real library says that nothing runs here, or lists its readers`() async throws {
    // Without pcscd this proves the binding to the library and the code's mapping.
    do throws(PCSCFault) {
      let library = try LibPCSC()
      defer { library.close() }
      #expect(try library.readers().count <= 16)
    } catch {
      #expect([.noService, .noAccess, .securityViolation].contains(error))
    }
  }
}

/// Waits for nothing.
private struct ImpatientClock: Clock {
  typealias Duration = Swift.Duration

  var now: ContinuousClock.Instant { ContinuousClock.now }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    await Task.yield()
  }
}
