import CheckoutMachine
import Devices
import Drivers
import Profiles
import Retail

/// The first place at which a replay came to something else than the recording.
public struct ReplayDifference: Equatable, Sendable, CustomStringConvertible {
  public let line: Int
  /// The device, or the part of the daemon.
  public let place: String
  public let expected: String
  public let found: String

  public var description: String {
    "line \(line), \(place): recorded \(expected); replayed \(found)"
  }
}

/// What was replayed and came to the same.
public struct ReplaySummary: Equatable, Sendable, Codable {
  public var steps = 0
  public var receipts = 0
  public var devices = 0
  /// Lines of devices: transfers, what drivers told, jobs.
  public var deviceLines = 0
  /// How the recording ends.
  public var ending = ""
}

/// Goes through a recording with the code of today.
public struct Replay {
  private struct Opened {
    let description: USBDeviceDescription
    var device = ""
    var match: ProfileMatch?
    var lines: [NumberedEvent] = []
  }

  private let profiles: ProfileSet
  private let layOut: (Receipt) -> [PrintElement]
  private var opened: [Int: Opened] = [:]
  private var state: Checkout.State?
  public private(set) var summary = ReplaySummary()

  /// - Parameters:
  ///   - profiles: those of the recording's header.
  ///   - layOut: the receipt's layout.
  public init(profiles: ProfileSet, layOut: @escaping (Receipt) -> [PrintElement]) {
    self.profiles = profiles
    self.layOut = layOut
  }

  /// The first difference in the order of the lines for the checkout, then device by device; nil
  /// when all came to the same.
  public mutating func run(
    _ recording: RecordingReader
  ) async throws(RecordingError) -> ReplayDifference? {
    var reader = recording
    while let line = try reader.next() {
      if let difference = take(line, policy: reader.header.policy, hasKey: reader.hasKey) {
        return difference
      }
    }
    summary.ending = reader.ending
    for handle in opened.keys.sorted() {
      guard let opened = opened.removeValue(forKey: handle), let match = opened.match else {
        continue
      }
      let talks = RecordedTalk.replayed(opened.lines)
      let device = DeviceReplay(opened.description, device: opened.device) { interface, clock in
        DriverFactory.port(
          match, interface, DeviceID(opened.device), clock: clock, cards: talks)
      }
      if let difference = await device.play(opened.lines) { return difference }
      summary.devices += 1
      summary.deviceLines += opened.lines.count
    }
    return nil
  }

  private mutating func take(
    _ line: NumberedEvent, policy: Checkout.Policy, hasKey: Bool
  ) -> ReplayDifference? {
    switch line.event {
    case .step(let step):
      summary.steps += 1
      return Self.difference(step, policy, line.line)
    case .laidOut(let receipt, let elements):
      summary.receipts += 1
      return Self.difference(receipt, elements, layOut(receipt), line.line)
    case .opened(let description, let handle):
      if hasKey { opened[handle] = Opened(description: description) }
    case .driven(let handle, let device, let profile):
      guard let description = opened[handle]?.description else { return nil }
      let match = profiles.match(description)
      guard match?.profile.key == profile else {
        return ReplayDifference(
          line: line.line, place: device, expected: "profile \(profile)",
          found: match.map { "profile \($0.profile.key)" } ?? "no profile")
      }
      opened[handle]?.device = device
      opened[handle]?.match = match
    case .called(let handle, _, _), .answered(let handle, _, _), .told(let handle, _),
      .gave(let handle, _, _), .ended(let handle, _, _), .stopped(let handle, _),
      .talked(let handle, _, _), .turned(let handle, _):
      opened[handle]?.lines.append(line)
    case .began, .attached, .detached, .refused, .over: break
    }
    return nil
  }

  private static func difference(
    _ step: Checkout.Transition, _ policy: Checkout.Policy, _ line: Int
  ) -> ReplayDifference? {
    let again = step.repeated(under: policy)
    let place = "step \(step.from.name)"
    if again.to != step.to {
      return ReplayDifference(
        line: line, place: place, expected: "state \(firstDifference(step.to, again.to))",
        found: "state \(firstDifference(again.to, step.to))")
    }
    guard again.effects == step.effects else {
      return ReplayDifference(
        line: line, place: place,
        expected: "effects \(firstDifference(step.effects, again.effects))",
        found: "effects \(firstDifference(again.effects, step.effects))")
    }
    return nil
  }

  private static func difference(
    _ receipt: Receipt, _ recorded: [PrintElement], _ found: [PrintElement], _ line: Int
  ) -> ReplayDifference? {
    guard recorded != found else { return nil }
    let place = zip(recorded, found).prefix { $0 == $1 }.count
    func element(_ list: [PrintElement]) -> String {
      list.indices.contains(place) ? "\(list[place])" : "no more"
    }
    return ReplayDifference(
      line: line, place: "receipt \(receipt.sale), element \(place)", expected: element(recorded),
      found: element(found))
  }

  /// The description of a value from where it differs from another one's.
  private static func firstDifference(_ value: some Any, _ other: some Any) -> String {
    let (text, otherText) = (String(describing: value), String(describing: other))
    let same = zip(text, otherText).prefix { $0 == $1 }.count
    return "…" + String(text.dropFirst(max(0, same - 40)).prefix(120))
  }
}

extension RecordedCall {
  /// For people.
  var words: String {
    switch self {
    case .control(let setup, let data, _):
      "control request \(setup.requestType)/\(setup.request) value \(setup.value) "
        + "with \(data.bytes?.count ?? 0) bytes"
    case .read(let endpoint, let maximum, let limit):
      "read \(maximum) from \(endpoint)" + (limit.map { " within \($0) ms" } ?? "")
    case .write(let endpoint, let count, let offset, _):
      "write \(count) bytes to \(endpoint) from \(offset)"
    case .clearHalt(let endpoint): "clear halt of \(endpoint)"
    case .reset: "reset"
    case .close: "close"
    }
  }
}
