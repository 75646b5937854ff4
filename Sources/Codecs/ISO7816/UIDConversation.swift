/// Asks a contactless card for nothing but its UID.
public struct UIDConversation: CardConversation {
  private var answerToReset: [UInt8] = []

  public init() {}

  public mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CCID.Card>> {
    self.answerToReset = answerToReset
    return .transmit(ISO7816.CommandAPDU.getUID.bytes)
  }

  public mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CCID.Card>> {
    guard let response else { return .finished(.torn) }
    do throws(ISO7816.ResponseAPDU.Malformation) {
      let answer = try ISO7816.ResponseAPDU(decoding: response)
      guard answer.statusWord == .success, [4, 7, 10].contains(answer.data.count) else {
        return .finished(.unreadable)
      }
      return .finished(.card(CCID.Card(uid: answer.data, answerToReset: answerToReset)))
    } catch {
      return .finished(.unreadable)
    }
  }
}
