import Codecs
import Devices

/// One conversation with a card over PC/SC, from connecting to the end.
enum CardTalk {
  static func read(
    _ reader: String, _ service: some CardAccess, _ conversations: CardConversations<CardIdentity>
  ) -> Result<CardIdentity, CCID.ReadFault> {
    do throws(PCSCFault) {
      let card = try service.connect(reader)
      defer { card.disconnect() }
      return read(card, conversations(abilities(of: reader)))
    } catch {
      // Gone again, mute, or another program has it for itself.
      return .failure(.torn)
    }
  }

  /// pcscd keeps what its driver knows of a reader to itself; the name is left.
  static func abilities(of reader: String) -> CardReaderAbilities {
    CardReaderAbilities(
      passThrough: reader.contains("ACR122")
        ? .pn532 : reader.contains("ACR1252") ? .transparent : .none)
  }

  private static func read(
    _ card: any CardConnection, _ conversation: any CardConversation<CardReading<CardIdentity>>
  ) -> Result<CardIdentity, CCID.ReadFault> {
    var conversation = conversation
    var collector = ISO7816.ResponseCollector(overT0: isT0(card))
    var step = conversation.start(answerToReset: card.answerToReset)
    for _ in 0...CardLimits.maximumSteps {
      switch step {
      case .finished(.card(let identity)): return .success(identity)
      case .finished(.torn): return .failure(.torn)
      case .finished(.unreadable): return .failure(.unreadable)
      case .transmit(let command):
        step = conversation.resume(response: exchange(command, card, &collector))
      }
    }
    return .failure(.unreadable)
  }

  /// Readers of contactless cards take whole APDUs, whatever protocol pcscd calls it.
  private static func isT0(_ card: any CardConnection) -> Bool {
    guard card.protocolNumber == 0 else { return false }
    do throws(ISO7816.AnswerToReset.Malformation) {
      return try !ISO7816.AnswerToReset(decoding: card.answerToReset).isContactless
    } catch {
      return true
    }
  }

  private static func exchange(
    _ command: [UInt8], _ card: any CardConnection, _ collector: inout ISO7816.ResponseCollector
  ) -> [UInt8]? {
    var step = collector.transmit(command)
    for _ in 0...CardLimits.maximumResponsePieces + 1 {
      switch step {
      case .response(let response): return response
      case .failed: return nil
      case .transmit(let bytes):
        do throws(PCSCFault) {
          step = collector.receive(try card.transmit(bytes))
        } catch {
          return nil
        }
      }
    }
    return nil
  }
}
