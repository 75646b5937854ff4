extension ISO7816 {
  /// Makes one exchange of what a card answers in pieces: GET RESPONSE after 61xx, and the command
  /// once more with the length that 6Cxx names (ISO/IEC 7816-4, 5.3.4; 7816-3, 12.2).
  public struct ResponseCollector: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
      /// Send this to the card and give the answer to `receive`.
      case transmit([UInt8])
      /// Data and status word.
      case response([UInt8])
      case failed(Failure)
    }

    public enum Failure: Error, Equatable, Sendable {
      /// The command is no APDU, or one of extended length that T=0 cannot carry.
      case unsendable
      /// Not even a status word, or more data than `CardLimits` allows.
      case malformedResponse
    }

    private enum Phase: Equatable {
      case command
      /// The length that 6Cxx named was used; it is not asked twice.
      case corrected
      case collecting
    }

    private let isT0: Bool
    private var command: [UInt8] = []
    /// T=0 cannot ask and tell at once: Le of a case 4 command waits for GET RESPONSE.
    private var awaitedByteCount: UInt8?
    private var phase = Phase.command
    private var collected: [UInt8] = []
    private var pieces = 0

    /// `overT0`: the answers come by T=0, where Le does not go with data.
    public init(overT0 isT0: Bool = false) { self.isT0 = isT0 }

    public mutating func transmit(_ command: [UInt8]) -> Step {
      guard command.count >= 4 else { return .failed(.unsendable) }
      self = ResponseCollector(overT0: isT0)
      self.command = command
      guard isT0 else { return .transmit(command) }
      // Cases 1 to 4 as TPDUs (ISO/IEC 7816-3, 12.2).
      if command.count == 4 {
        self.command = command + [0]
      } else if command.count > 5 {
        let end = 5 + Int(command[4])
        guard command[4] != 0, command.count == end || command.count == end + 1 else {
          return .failed(.unsendable)
        }
        self.command = Array(command[..<end])
        awaitedByteCount = command.count > end ? command[end] : nil
      }
      return .transmit(self.command)
    }

    public mutating func receive(_ response: [UInt8]) -> Step {
      guard response.count >= 2 else { return .failed(.malformedResponse) }
      let data = response.dropLast(2)
      let status = Array(response.suffix(2))
      guard collected.count + data.count + 2 <= CardLimits.maximumResponseByteCount else {
        return .failed(.malformedResponse)
      }
      switch (status[0], phase) {
      case (0x6C, .command) where command.count == 5 || (!isT0 && endsWithShortLe):
        phase = .corrected
        return .transmit(command.dropLast() + [status[1]])
      case (0x61, _):
        collected += data
        pieces += 1
        guard pieces <= CardLimits.maximumResponsePieces else { return .failed(.malformedResponse) }
        phase = .collecting
        return .transmit(getResponse(status[1]))
      case (0x90, .command) where awaitedByteCount != nil && status[1] == 0 && data.isEmpty:
        // Case 4 accepted: the answer waits to be fetched (12.2.4).
        defer { awaitedByteCount = nil }
        phase = .collecting
        return .transmit(getResponse(awaitedByteCount ?? 0))
      case (_, .collecting) where collected.isEmpty && data.isEmpty && pieces == 0:
        // Nothing was there to fetch: the command's own status stands.
        return .response([0x90, 0x00])
      case (_, .command), (_, .corrected), (_, .collecting):
        return .response(collected + data + status)
      }
    }

    /// Case 2 or 4 with short lengths.
    private var endsWithShortLe: Bool {
      do throws(CommandAPDU.Malformation) {
        return try CommandAPDU(decoding: command).expectedByteCount != nil
      } catch {
        return false
      }
    }

    /// The class of the command, its chaining and secure messaging bits cleared (7816-4, 5.4.1).
    private func getResponse(_ length: UInt8) -> [UInt8] {
      let classByte = command[0]
      let plain =
        classByte & 0x80 != 0
        ? classByte
        : classByte & 0x40 != 0
          ? classByte & 0xCF
          : classByte & 0x03
      return [plain, 0xC0, 0, 0, length]
    }
  }
}
