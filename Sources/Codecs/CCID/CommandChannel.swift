extension CCID {
  /// The reader is of no more use until it is reset.
  public enum Failure: Error, Equatable, Sendable {
    case malformed(DecodeError)
    /// An answer to another command, or of a kind that does not belong to the command.
    case unexpectedMessage(UInt8)
    case noAnswer
  }

  /// One command after the other and the answer that belongs to each: sequence numbers, time
  /// extensions, answers that come too late, and the ABORT of a command without answer (5.3.1).
  struct CommandChannel: Equatable, Sendable {
    enum Outcome: Equatable {
      case answered(ResponseMessage)
      /// The answer is still to come.
      case waiting
      /// No answer came and the command was taken back; the next may be sent.
      case givenUp
      /// Take the command back: the control request, then this message.
      case abort(slot: UInt8, sequence: UInt8, [UInt8])
      case failed(Failure)
    }

    /// Time extensions for one command.
    static let maximumTimeExtensions = 20
    /// Answers to commands that were given up, thrown away before the right one.
    static let maximumStaleMessages = 4
    /// Commands in a row without an answer.
    static let maximumTimeouts = 3

    private struct InFlight: Equatable {
      let slot: UInt8
      let sequence: UInt8
      var isAborting = false
      var extensions = 0
      var staleMessages = 0
    }

    private var inFlight: InFlight?
    private var nextSequence: UInt8 = 0
    private var timeouts = 0

    var isIdle: Bool { inFlight == nil }

    mutating func send(_ command: Command, slot: UInt8) -> [UInt8] {
      let sequence = nextSequence
      nextSequence &+= 1
      inFlight = InFlight(slot: slot, sequence: sequence)
      return CommandMessage(slot: slot, sequence: sequence, command: command).bytes
    }

    /// A whole message; nil when no command waits for one.
    mutating func receive(_ bytes: [UInt8]) -> Outcome? {
      guard var current = inFlight else { return nil }
      let message: ResponseMessage
      do {
        message = try ResponseMessage(decoding: bytes)
      } catch {
        return .failed(.malformed(error))
      }
      let isAborted =
        if case .slotStatus = message.response { current.isAborting } else { false }
      guard message.slot == current.slot, message.sequence == current.sequence,
        isAborted || !current.isAborting
      else {
        current.staleMessages += 1
        inFlight = current
        return current.staleMessages <= Self.maximumStaleMessages
          ? .waiting : .failed(.unexpectedMessage(bytes[0]))
      }
      if isAborted {
        inFlight = nil
        return .givenUp
      }
      timeouts = 0
      if case .timeExtension = message.commandStatus {
        current.extensions += 1
        inFlight = current
        return current.extensions <= Self.maximumTimeExtensions ? .waiting : .failed(.noAnswer)
      }
      inFlight = nil
      return .answered(message)
    }

    /// No message within the time of the last one.
    mutating func timedOut() -> Outcome? {
      guard var current = inFlight else { return nil }
      guard !current.isAborting else {
        inFlight = nil
        return .givenUp
      }
      timeouts += 1
      guard timeouts < Self.maximumTimeouts else { return .failed(.noAnswer) }
      current.isAborting = true
      inFlight = current
      return .abort(
        slot: current.slot, sequence: current.sequence,
        CommandMessage(slot: current.slot, sequence: current.sequence, command: .abort).bytes)
    }
  }
}
