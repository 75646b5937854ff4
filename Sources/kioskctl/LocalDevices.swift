import Cards
import Codecs
import Daemon
import Devices
import Drivers
import LibUSB
import PCSC
import Profiles
import ShopConfiguration

/// The devices of one kind, opened by this program because no daemon runs.
struct LocalDevices {
  /// How long a device may take from the start to its use.
  static let openingSeconds = 10

  /// Who drives them.
  enum Access {
    case usb(ProfileSet, any USBBus)
    /// Card readers only.
    case pcsc
  }

  let kind: DeviceKind
  let access: Access
  let cards: CardConversations<CardIdentity>

  /// On the machine's own bus, or behind its pcscd where the configuration says so. `cards` is what
  /// a card is asked.
  init(
    _ kind: DeviceKind, _ configuration: KioskConfiguration, profiles: ProfileSet,
    cards: @escaping CardConversations<CardIdentity> = { _ in UIDReading() }
  ) throws {
    let usesPCSC = kind == .cardReader && configuration.cardReader == .pcsc
    self.init(
      kind, usesPCSC ? .pcsc : .usb(profiles, try LibUSBBus(onFault: { _ in })), cards: cards)
  }

  init(
    _ kind: DeviceKind, _ access: Access,
    cards: @escaping CardConversations<CardIdentity> = { _ in UIDReading() }
  ) {
    (self.kind, self.access, self.cards) = (kind, access, cards)
  }

  /// Hands what the devices tell to `body`; when it returns, or the deadline has come, the kernel's
  /// drivers have them again. Nil when the deadline came first.
  func use<Value: Sendable>(
    until deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable (DeviceEvents) async throws -> Value
  ) async throws -> Value? {
    switch access {
    case .pcsc:
      return try await Self.use(
        PCSCSupervisor(conversations: cards).events(), until: deadline, body)
    case .usb(let profiles, let bus):
      let (kind, cards) = (kind, cards)
      let supervisor = DeviceSupervisor(
        bus: FilteredBus(bus) { profiles.match($0)?.profile.kind == kind }, profiles: profiles,
        makePort: { DriverFactory.port($0, $1, $2, cards: cards) })
      let running = Task { await supervisor.run() }
      let result: Result<Value?, any Error>
      do {
        result = .success(try await Self.use(supervisor.events, until: deadline, body))
      } catch {
        result = .failure(error)
      }
      await supervisor.stop()
      await running.value
      return try result.get()
    }
  }

  private static func use<Value: Sendable>(
    _ events: DeviceEvents, until deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable (DeviceEvents) async throws -> Value
  ) async throws -> Value? {
    let result = await withTaskGroup(of: Result<Value?, any Error>.self) { group in
      group.addTask {
        do { return .success(try await body(events)) } catch { return .failure(error) }
      }
      group.addTask {
        // Cancelled when the body was faster; its answer counts then.
        do { try await Task.sleep(until: deadline, clock: .continuous) } catch {}
        return .success(nil)
      }
      let first = await group.next()
      group.cancelAll()
      return first
    }
    return try result?.get()
  }
}
