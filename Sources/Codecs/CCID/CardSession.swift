extension CCID {
  /// From the power of one slot to the end of the conversation with the card in it.
  struct CardSession<Card: Equatable & Sendable>: Sendable {
    enum Step {
      case command(Command)
      case finished(Result<Card, ReadFault>)
      case failed(Failure)
    }

    private enum Phase {
      /// The voltages that are still to be tried.
      case poweringOn(rest: ArraySlice<PowerSelect>)
      case poweringOff(next: PowerSelect, rest: ArraySlice<PowerSelect>)
      case askingParameters(ISO7816.AnswerToReset)
      case agreeing(ISO7816.AnswerToReset, ISO7816.ProtocolParameters)
      case tellingParameters(ISO7816.ProtocolParameters, answer: [UInt8])
      case conversing
      case countingTargets(Card)
    }

    private let configuration: ReaderConfiguration
    private let conversations: CardConversations<Card>
    private var answerToReset: [UInt8] = []
    private var link: CardLink
    private var conversation: (any CardConversation<CardReading<Card>>)?
    private var phase: Phase
    private var steps = 0
    private var wasRefused = false

    private var descriptor: ClassDescriptor { configuration.descriptor }

    init(
      _ configuration: ReaderConfiguration, _ conversations: @escaping CardConversations<Card>
    ) {
      self.configuration = configuration
      self.conversations = conversations
      link = CardLink(configuration.descriptor)
      phase = .poweringOn(rest: [])
    }

    mutating func start() -> Step {
      let selects = Self.selects(descriptor)
      return powerOn(selects[0], rest: selects[1...])
    }

    /// The voltages of the reader, highest first as for cards of class A (ISO/IEC 7816-3, 6.2.1).
    private static func selects(_ descriptor: ClassDescriptor) -> [PowerSelect] {
      guard !descriptor.choosesVoltage else { return [.automatic] }
      let all: [(bit: UInt8, select: PowerSelect)] = [
        (1, .volts5), (2, .volts3), (4, .volts1point8),
      ]
      let known = all.filter { descriptor.voltageSupport & $0.bit != 0 }.map(\.select)
      return known.isEmpty ? [.automatic] : known
    }

    private mutating func powerOn(_ select: PowerSelect, rest: ArraySlice<PowerSelect>) -> Step {
      phase = .poweringOn(rest: rest)
      return .command(.iccPowerOn(select))
    }

    /// The answer to the last command.
    mutating func receive(_ message: ResponseMessage) -> Step {
      guard case .processed = message.commandStatus else { return refused(message) }
      switch (phase, message.response) {
      case (.poweringOn, .dataBlock(let answer, chainParameter: 0))
      where (1...ISO7816.AnswerToReset.maximumByteCount).contains(answer.count):
        return activated(answer)
      case (.poweringOff(let next, let rest), .slotStatus): return powerOn(next, rest: rest)
      case (.askingParameters(let answer), .parameters(let number, _)):
        return talk(answer, supported: 1 << UInt32(number & 1), usesCardRate: false)
      case (.agreeing(let answer, let wished), .dataBlock(let block, _)):
        guard let agreed = wished.agreed(by: block) else { return begin(without: answer) }
        return tell(agreed, answer: answer.bytes)
      case (.tellingParameters(let parameters, _), .parameters): return converse(parameters)
      case (.conversing, .dataBlock(let block, let chain)):
        return step(link.receive(block, chain: chain))
      case (.countingTargets(let card), .dataBlock(let block, _)):
        let count = ACR122U.targetCount(in: block) ?? 1
        return .finished(count > 1 ? .failure(.severalCards) : .success(card))
      case (.poweringOn, _), (.poweringOff, _), (.askingParameters, _), (.agreeing, _),
        (.tellingParameters, _), (.conversing, _), (.countingTargets, _):
        return .failed(.unexpectedMessage(message.bytes[0]))
      }
    }

    /// No answer came within the time, and the command was taken back.
    mutating func noAnswer() -> Step { torn() }

    // MARK: Activation

    private mutating func activated(_ bytes: [UInt8]) -> Step {
      answerToReset = bytes
      let isTPDU = descriptor.exchangeLevel == .tpdu
      guard isTPDU || !descriptor.configuresParameters else { return converse(nil) }
      let answer: ISO7816.AnswerToReset
      do throws(ISO7816.AnswerToReset.Malformation) {
        answer = try ISO7816.AnswerToReset(decoding: bytes)
      } catch {
        return isTPDU ? .finished(.failure(.unreadable)) : converse(nil)
      }
      if descriptor.features & 0x40 != 0 {
        phase = .askingParameters(answer)
        return .command(.getParameters)
      }
      return talk(
        answer, supported: descriptor.protocols, usesCardRate: canUseRate(of: answer))
    }

    /// The reader follows the rate by itself and is fast enough (5.1, bits 4 and 5).
    private func canUseRate(of answer: ISO7816.AnswerToReset) -> Bool {
      guard !wasRefused, descriptor.features & 0x30 == 0x30,
        let conversion = answer.clockRateConversion, let adjustment = answer.baudRateAdjustment
      else { return false }
      let clock = Int(descriptor.defaultClockKilohertz) * 1_000
      return clock * adjustment / conversion <= Int(descriptor.maximumDataRateBitsPerSecond)
    }

    private mutating func talk(
      _ answer: ISO7816.AnswerToReset, supported: UInt32, usesCardRate: Bool
    ) -> Step {
      guard
        let parameters = ISO7816.ProtocolParameters(
          answer, supported: supported, usesCardRate: usesCardRate)
      else { return .finished(.failure(.unreadable)) }
      if case .askingParameters = phase { return converse(parameters) }
      guard let request = parameters.request, !descriptor.negotiatesParameters else {
        return tell(parameters, answer: answer.bytes)
      }
      phase = .agreeing(answer, parameters)
      return .command(.transferBlock(request))
    }

    private mutating func tell(
      _ parameters: ISO7816.ProtocolParameters, answer: [UInt8]
    ) -> Step {
      phase = .tellingParameters(parameters, answer: answer)
      return .command(
        .setParameters(protocolNumber: parameters.protocolNumber, parameters.dataStructure))
    }

    /// A card that refuses PPS is reset and used as it is (ISO/IEC 7816-3, 9.1).
    private mutating func begin(without answer: ISO7816.AnswerToReset) -> Step {
      guard !wasRefused else { return .finished(.failure(.unreadable)) }
      wasRefused = true
      let selects = Self.selects(descriptor)
      phase = .poweringOff(next: selects[0], rest: selects[1...])
      return .command(.iccPowerOff)
    }

    // MARK: Conversation

    private mutating func converse(_ parameters: ISO7816.ProtocolParameters?) -> Step {
      if descriptor.exchangeLevel == .tpdu, let parameters {
        link = CardLink(descriptor, parameters)
      }
      phase = .conversing
      var conversation = conversations(
        CardReaderAbilities(
          passThrough: configuration.passThrough,
          maximumCommandByteCount: link.maximumCommandByteCount,
          maximumResponseByteCount: link.maximumResponseByteCount))
      let step = conversation.start(answerToReset: answerToReset)
      self.conversation = conversation
      return self.step(step)
    }

    private mutating func step(_ step: CardStep<CardReading<Card>>) -> Step {
      switch step {
      case .transmit(let command):
        steps += 1
        guard steps <= CardLimits.maximumSteps else { return .finished(.failure(.unreadable)) }
        return self.step(link.transmit(command))
      case .finished(.torn): return .finished(.failure(.torn))
      case .finished(.unreadable): return .finished(.failure(.unreadable))
      case .finished(.card(let card)):
        guard configuration.countsTargets else { return .finished(.success(card)) }
        phase = .countingTargets(card)
        return .command(.transferBlock(ACR122U.listTwoTargets))
      }
    }

    private mutating func step(_ step: CardLink.Step) -> Step {
      switch step {
      case .transfer(let block, let extensions, let level):
        return .command(
          .transferBlock(block, waitingTimeExtension: extensions, levelParameter: level))
      case .response(let response):
        guard let next = conversation?.resume(response: response) else { return torn() }
        return self.step(next)
      case .failed: return torn()
      }
    }

    // MARK: Failures

    private mutating func refused(_ message: ResponseMessage) -> Step {
      switch phase {
      case .poweringOn(let rest):
        guard message.iccStatus != .absent, let next = rest.first else { return torn() }
        phase = .poweringOff(next: next, rest: rest.dropFirst())
        return .command(.iccPowerOff)
      case .tellingParameters(let parameters, _)
      where message.commandStatus == .failed(error: ErrorCode.unsupportedCommand):
        // A reader that cannot be told finds them out itself.
        return converse(parameters)
      case .askingParameters(let answer)
      where message.commandStatus == .failed(error: ErrorCode.unsupportedCommand):
        return talk(answer, supported: descriptor.protocols, usesCardRate: false)
      case .conversing where message.iccStatus != .absent: return step(link.exchangeFailed())
      case .countingTargets(let card) where message.iccStatus != .absent:
        return .finished(.success(card))
      case .poweringOff, .askingParameters, .agreeing, .tellingParameters, .conversing,
        .countingTargets:
        return torn()
      }
    }

    /// The conversation may know enough of the card, or not.
    private mutating func torn() -> Step {
      switch conversation?.resume(response: nil) {
      case .finished(.card(let card)): .finished(.success(card))
      case .finished(.unreadable): .finished(.failure(.unreadable))
      case .finished(.torn), .transmit, nil: .finished(.failure(.torn))
      }
    }
  }
}
