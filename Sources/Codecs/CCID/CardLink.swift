extension CCID {
  /// The way of an APDU to the card and back, by the reader's exchange level and the protocol that
  /// was agreed with the card. One value goes with one activation.
  public struct CardLink: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
      /// PC_to_RDR_XfrBlock with these parameters (6.1.4).
      case transfer([UInt8], waitingTimeExtension: UInt8 = 0, level: UInt16 = 0)
      /// The whole response APDU.
      case response([UInt8])
      case failed(Failure)
    }

    public enum Failure: Error, Equatable, Sendable {
      /// Longer than the reader takes, or no APDU.
      case unsendable
      case malformedResponse
      case protocolBroken(ISO7816.T1.Exchange.Failure)
      /// The reader could not bring the block over.
      case exchangeFailed
    }

    private enum Way: Equatable {
      /// A whole TPDU (T=0) or APDU in one message.
      case whole
      case extended(Chain)
      case blocks(ISO7816.T1.Exchange)
    }

    /// Parts of one APDU: the longest there is, in the smallest messages.
    public static let maximumParts = 1_280

    private var way: Way
    private var collector: ISO7816.ResponseCollector
    private let maximumPayload: Int

    /// For a reader of APDU level; `level` must not be `tpdu`, which needs `parameters`.
    public init(_ descriptor: ClassDescriptor) {
      way = descriptor.exchangeLevel == .extendedAPDU ? .extended(Chain()) : .whole
      collector = ISO7816.ResponseCollector()
      maximumPayload = Self.maximumPayload(descriptor)
    }

    /// For a reader of TPDU level.
    public init(_ descriptor: ClassDescriptor, _ parameters: ISO7816.ProtocolParameters) {
      maximumPayload = Self.maximumPayload(descriptor)
      guard parameters.protocolNumber == 1 else {
        way = .whole
        collector = ISO7816.ResponseCollector(overT0: true)
        return
      }
      // What fits a message, without prologue and epilogue (11.4.2: 254 at most).
      let size = min(Int(descriptor.maximumIFSD), maximumPayload - 5, 254)
      let announced = descriptor.announcesBlockSize || size < 1 ? nil : UInt8(size)
      way = .blocks(parameters.exchange(announcing: announced))
      collector = ISO7816.ResponseCollector()
    }

    private static func maximumPayload(_ descriptor: ClassDescriptor) -> Int {
      let told = min(Int(descriptor.maximumMessageByteCount), CCID.maximumMessageByteCount)
      return max(told - CCID.headerByteCount, 0)
    }

    /// The longest command that `transmit` takes.
    public var maximumCommandByteCount: Int {
      switch way {
      case .whole: maximumPayload
      case .extended, .blocks: CardLimits.maximumResponseByteCount
      }
    }

    /// The longest response that comes back.
    public var maximumResponseByteCount: Int {
      switch way {
      case .whole: min(maximumPayload, 258)
      case .extended, .blocks: CardLimits.maximumResponseByteCount
      }
    }

    public mutating func transmit(_ command: [UInt8]) -> Step {
      step(collector.transmit(command))
    }

    /// abData and bChainParameter of the reader's answer.
    public mutating func receive(_ data: [UInt8], chain: UInt8) -> Step {
      switch way {
      case .whole: return step(collector.receive(data))
      case .extended(var parts):
        let next = parts.receive(data, chain, maximumPayload: maximumPayload)
        way = .extended(parts)
        switch next {
        case .transfer, .failed: return next
        case .response(let response): return step(collector.receive(response))
        }
      case .blocks(var exchange):
        let next = exchange.receive(data)
        way = .blocks(exchange)
        return step(next)
      }
    }

    /// The reader failed to bring the block over and the card is still there.
    public mutating func exchangeFailed() -> Step {
      guard case .blocks(var exchange) = way else { return .failed(.exchangeFailed) }
      let next = exchange.noAnswer()
      way = .blocks(exchange)
      return step(next)
    }

    private mutating func step(_ step: ISO7816.ResponseCollector.Step) -> Step {
      switch step {
      case .transmit(let command): return send(command)
      case .response(let response): return .response(response)
      case .failed(.unsendable): return .failed(.unsendable)
      case .failed(.malformedResponse): return .failed(.malformedResponse)
      }
    }

    private mutating func step(_ step: ISO7816.T1.Exchange.Step) -> Step {
      switch step {
      case .send(let block, let times):
        return block.count <= maximumPayload
          ? .transfer(block, waitingTimeExtension: times) : .failed(.unsendable)
      case .response(let response): return self.step(collector.receive(response))
      case .failed(let failure): return .failed(.protocolBroken(failure))
      }
    }

    private mutating func send(_ command: [UInt8]) -> Step {
      switch way {
      case .whole:
        return command.count <= maximumPayload ? .transfer(command) : .failed(.unsendable)
      case .extended(var parts):
        let next = parts.transmit(command, maximumPayload: maximumPayload)
        way = .extended(parts)
        return next
      case .blocks(var exchange):
        let next = exchange.transmit(command)
        way = .blocks(exchange)
        return step(next)
      }
    }
  }
}

extension CCID.CardLink {
  /// bChainParameter and wLevelParameter: which part of a long APDU this is.
  private enum Part {
    static let whole: UInt8 = 0x00
    static let begin: UInt8 = 0x01
    static let end: UInt8 = 0x02
    static let middle: UInt8 = 0x03
    /// An empty part: the other side may go on.
    static let goOn: UInt8 = 0x10
  }

  /// A long APDU in parts (6.1.4 and 6.2.1, extended APDU level).
  struct Chain: Equatable {
    private var rest: ArraySlice<UInt8> = []
    private var response: [UInt8] = []
    private var parts = 0

    mutating func transmit(_ command: [UInt8], maximumPayload: Int) -> Step {
      self = Chain()
      guard maximumPayload > 0 else { return .failed(.unsendable) }
      guard command.count > maximumPayload else { return .transfer(command) }
      rest = command[maximumPayload...]
      return .transfer(Array(command[..<maximumPayload]), level: UInt16(Part.begin))
    }

    mutating func receive(_ data: [UInt8], _ chain: UInt8, maximumPayload: Int) -> Step {
      parts += 1
      guard parts <= CCID.CardLink.maximumParts,
        response.count + data.count <= CardLimits.maximumResponseByteCount
      else { return .failed(.malformedResponse) }
      switch chain {
      case Part.goOn where !rest.isEmpty && data.isEmpty:
        let part = Array(rest.prefix(maximumPayload))
        rest = rest.dropFirst(part.count)
        return .transfer(part, level: UInt16(rest.isEmpty ? Part.end : Part.middle))
      case Part.whole where rest.isEmpty && response.isEmpty: return .response(data)
      case Part.begin where rest.isEmpty && response.isEmpty,
        Part.middle where rest.isEmpty && !response.isEmpty:
        response += data
        return .transfer([], level: UInt16(Part.goOn))
      case Part.end where !response.isEmpty: return .response(response + data)
      default: return .failed(.malformedResponse)
      }
    }
  }
}
