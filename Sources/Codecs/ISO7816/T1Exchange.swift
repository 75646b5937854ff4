extension ISO7816.T1 {
  /// The sending and receiving of APDUs by blocks, for the side of the reader (11.6). Keeps the
  /// numbers from one APDU to the next, so that one value goes with one activation of a card.
  public struct Exchange: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
      /// Send this block; the card may take `waitingTimes` times its block waiting time, 0 for
      /// the ordinary one.
      case send([UInt8], waitingTimes: UInt8)
      case response([UInt8])
      case failed(Failure)
    }

    public enum Failure: Error, Equatable, Sendable {
      /// The card was resynchronised as often as allowed and still breaks the protocol.
      case outOfStep
      /// The card broke off a chain (S(ABORT)).
      case aborted
      /// The card wants time again and again, or sends more than any response has.
      case endless
      case emptyCommand
    }

    /// Blocks in a row that were damaged, lost or not understood (11.6.3.2, rule 7).
    public static let maximumErrors = 3
    public static let maximumResynchronisations = 3
    /// Requests for more time within one APDU.
    public static let maximumWaitingTimeExtensions = 40

    /// What is to come from the card. An R-block for a damaged answer and the answer to a request
    /// of the card leave it as it is.
    private enum Awaited: Equatable {
      /// That the I-block sent last came: an R-block within a chain, else an I-block.
      case confirmation
      /// The next I-block of the card's chain.
      case continuation
      case response(Control)
    }

    private let detection: ErrorDetection
    /// What the reader takes in one block, told to the card once; nil when the reader tells it.
    private var announcedSize: UInt8?
    private let firstCardSize: Int
    private var cardSize: Int
    /// The number of the next I-block of each side.
    private var ownSequence: UInt8 = 0
    private var cardSequence: UInt8 = 0
    private var command: [UInt8] = []
    private var confirmedByteCount = 0
    /// Information bytes in the I-block that was sent last.
    private var openByteCount = 0
    private var response: [UInt8] = []
    private var awaited = Awaited.confirmation
    private var errors = 0
    private var resynchronisations = 0
    private var extensions = 0

    /// `cardSize` is IFSC of the answer to reset; `announcing` is IFSD, if this side has to tell it
    /// (a reader with bit 10 of dwFeatures does so itself).
    public init(detection: ErrorDetection, cardSize: UInt8, announcing ownSize: UInt8?) {
      self.detection = detection
      announcedSize = ownSize
      firstCardSize = max(1, min(Int(cardSize), maximumInformationByteCount))
      self.cardSize = firstCardSize
    }

    public mutating func transmit(_ command: [UInt8]) -> Step {
      guard !command.isEmpty else { return .failed(.emptyCommand) }
      self.command = command
      (response, confirmedByteCount) = ([], 0)
      (errors, resynchronisations, extensions) = (0, 0, 0)
      return announcedSize == nil ? sendInformation() : request(.informationFieldSize)
    }

    /// The reader's answer to the block that was sent.
    public mutating func receive(_ bytes: [UInt8]) -> Step {
      let block: Block
      do throws(Malformation) {
        block = try Block(decoding: bytes, detection)
      } catch {
        return misunderstood(error == .wrongCode ? .code : .other)
      }
      switch block.kind {
      case .information(let sequence, let more):
        return received(block.information, sequence, more: more)
      case .acknowledge(let sequence, let error): return acknowledged(sequence, error)
      case .request(let control): return requested(control, block.information)
      case .response(let control): return responded(control, block.information)
      }
    }

    /// Nothing came within the waiting time, or the reader says that the block was damaged.
    public mutating func noAnswer() -> Step { misunderstood(.other) }

    // MARK: Sending

    private func send(_ block: Block, waitingTimes: UInt8 = 0) -> Step {
      .send(block.bytes(detection), waitingTimes: waitingTimes)
    }

    private mutating func sendInformation() -> Step {
      let rest = command[confirmedByteCount...]
      let part = Array(rest.prefix(cardSize))
      openByteCount = part.count
      awaited = .confirmation
      return send(
        Block(
          .information(sequence: ownSequence, more: part.count < rest.count), information: part))
    }

    private func sendAcknowledge(_ error: ReceiveError = .none) -> Step {
      send(Block(.acknowledge(sequence: cardSequence, error: error)))
    }

    private mutating func request(_ control: Control) -> Step {
      awaited = .response(control)
      let size = control == .informationFieldSize ? announcedSize : nil
      return send(Block(.request(control), information: size.map { [$0] } ?? []))
    }

    private var isSendingChain: Bool { confirmedByteCount + openByteCount < command.count }

    // MARK: Receiving

    private mutating func received(
      _ information: [UInt8], _ sequence: UInt8, more: Bool
    ) -> Step {
      // An I-block confirms the last one of a chain and no other (rule 2.2).
      let isExpected =
        switch awaited {
        case .confirmation: !isSendingChain
        case .continuation: true
        case .response: false
        }
      guard isExpected, sequence == cardSequence else { return misunderstood(.other) }
      if awaited == .confirmation { confirm() }
      errors = 0
      cardSequence ^= 1
      guard response.count + information.count <= CardLimits.maximumResponseByteCount else {
        return .failed(.endless)
      }
      response += information
      guard more else { return .response(response) }
      awaited = .continuation
      return sendAcknowledge()
    }

    private mutating func confirm() {
      confirmedByteCount += openByteCount
      openByteCount = 0
      ownSequence ^= 1
    }

    private mutating func acknowledged(_ sequence: UInt8, _ error: ReceiveError) -> Step {
      switch awaited {
      case .confirmation where sequence != ownSequence && error == .none && isSendingChain:
        errors = 0
        confirm()
        return sendInformation()
      case .confirmation where sequence == ownSequence:
        // The card wants the I-block again (rule 7.3).
        return countError() ?? sendInformation()
      case .confirmation: return misunderstood(.other)
      case .continuation: return countError() ?? sendAcknowledge()
      case .response(let control): return countError() ?? request(control)
      }
    }

    private mutating func requested(_ control: Control, _ information: [UInt8]) -> Step {
      switch control {
      case .waitingTime:
        guard information.count == 1 else { return misunderstood(.other) }
        extensions += 1
        guard extensions <= Self.maximumWaitingTimeExtensions else { return .failed(.endless) }
        return reply(control, information, waitingTimes: information[0])
      case .informationFieldSize:
        guard information.count == 1, (1...254).contains(information[0]) else {
          return misunderstood(.other)
        }
        cardSize = Int(information[0])
        return reply(control, information)
      case .abort: return .failed(.aborted)
      case .resynchronise: return misunderstood(.other)  // Only this side may ask (rule 6.1).
      }
    }

    private func reply(
      _ control: Control, _ information: [UInt8], waitingTimes: UInt8 = 0
    ) -> Step {
      send(Block(.response(control), information: information), waitingTimes: waitingTimes)
    }

    private mutating func responded(_ control: Control, _ information: [UInt8]) -> Step {
      guard awaited == .response(control) else { return misunderstood(.other) }
      switch control {
      case .informationFieldSize:
        guard let size = announcedSize, information == [size] else { return misunderstood(.other) }
        announcedSize = nil
        errors = 0
        return sendInformation()
      case .resynchronise:
        (ownSequence, cardSequence, errors) = (0, 0, 0)
        announcedSize = nil  // A card that does not know the request is not asked again.
        (response, confirmedByteCount, cardSize) = ([], 0, firstCardSize)
        return sendInformation()
      case .waitingTime, .abort: return misunderstood(.other)
      }
    }

    // MARK: Faults

    /// Rule 7: ask again with an R-block, then resynchronise, then give up.
    private mutating func misunderstood(_ error: ReceiveError) -> Step {
      if let step = countError() { return step }
      switch awaited {
      case .confirmation, .continuation: return sendAcknowledge(error)
      case .response(let control): return request(control)
      }
    }

    private mutating func countError() -> Step? {
      errors += 1
      guard errors > Self.maximumErrors else { return nil }
      errors = 0
      resynchronisations += 1
      guard resynchronisations <= Self.maximumResynchronisations else {
        return .failed(.outOfStep)
      }
      return request(.resynchronise)
    }
  }
}
