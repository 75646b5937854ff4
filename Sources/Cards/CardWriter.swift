import Codecs
import Devices

/// Writes an NDEF message on an Ultralight or NTAG through its reader, then reads the card as any
/// other: what was written has to prove itself.
///
/// The length is written last, so that a card which is pulled away holds no half message but an
/// empty one (Type 2 Tag 1.2, 6.4.3). A card that nothing is written on is read all the same.
public struct CardWriter: CardConversation {
  private enum Stage {
    case uid
    case container
    /// Pages that are still to be written, in order.
    case pages([(page: UInt8, bytes: [UInt8])])
    case reading
  }

  private let writing: CardWriting
  private var interview: any CardConversation<CardReading<CardIdentity>>
  private var answerToReset: [UInt8] = []
  private var data: [UInt8] = []
  private var stage = Stage.uid

  /// `interview` is how the card is read afterwards.
  public init(
    _ writing: CardWriting, interview: any CardConversation<CardReading<CardIdentity>>
  ) {
    self.writing = writing
    self.interview = interview
  }

  public mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CardIdentity>> {
    self.answerToReset = answerToReset
    return .transmit(ISO7816.CommandAPDU.getUID.bytes)
  }

  public mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CardIdentity>> {
    if case .reading = stage { return interview.resume(response: response) }
    guard let response else { return .finished(.torn) }
    let answer: ISO7816.ResponseAPDU
    do throws(ISO7816.ResponseAPDU.Malformation) {
      answer = try ISO7816.ResponseAPDU(decoding: response)
    } catch {
      return .finished(.unreadable)
    }
    switch stage {
    case .uid: return takeUID(answer)
    case .container: return takeContainer(answer)
    case .pages(let pages):
      guard answer.success != nil else { return refuse(.refused) }
      return write(pages.dropFirst())
    case .reading: return .finished(.unreadable)  // Gone on with above.
    }
  }

  private mutating func takeUID(
    _ answer: ISO7816.ResponseAPDU
  ) -> CardStep<CardReading<CardIdentity>> {
    guard let uid = answer.success, [4, 7, 10].contains(uid.count) else {
      return .finished(.unreadable)
    }
    guard !CardIdentity.isRandom(uid) else { return refuse(.randomUID) }
    guard isType2Tag else { return refuse(.notWritable) }
    // Read again as long as it lies there.
    guard let message = writing.message(uid) else { return .finished(.torn) }
    data = NFC.Type2Tag.data(holding: message)
    while !data.count.isMultiple(of: NFC.Type2Tag.pageByteCount) { data.append(0) }
    stage = .container
    return .transmit(StorageCardCommand.read(block: NFC.Type2Tag.capabilityPage).bytes)
  }

  private var isType2Tag: Bool {
    do throws(ISO7816.AnswerToReset.Malformation) {
      switch try ISO7816.AnswerToReset(decoding: answerToReset).storageCardName {
      case .mifareUltralight, .mifareUltralightC, .mifareUltralightEV1: return true
      case .some, nil: return false
      }
    } catch {
      return false
    }
  }

  /// The container and the first three pages of data.
  private mutating func takeContainer(
    _ answer: ISO7816.ResponseAPDU
  ) -> CardStep<CardReading<CardIdentity>> {
    guard let pages = answer.success, pages.count == 16 else { return refuse(.refused) }
    guard let container = NFC.Type2Tag.CapabilityContainer(pages) else {
      return refuse(.notFormatted)
    }
    guard container.isWritable, container.isReadable else { return refuse(.locked) }
    guard data.count <= container.dataByteCount else { return refuse(.tooSmall) }
    guard writing.replaces || Self.isEmpty(Array(pages.dropFirst(4)), container.dataByteCount)
    else { return refuse(.occupied) }
    let size = NFC.Type2Tag.pageByteCount
    var rest = stride(from: 0, to: data.count, by: size).map { start in
      (
        page: NFC.Type2Tag.firstDataPage + UInt8(start / size),
        bytes: Array(data[start..<start + size])
      )
    }
    // The first page has the length: none at first, the right one at the end.
    let first = rest.removeFirst()
    let empty = Array(NFC.Type2Tag.data(holding: []) + [0])
    return write([(first.page, empty)] + rest + [first])
  }

  /// Whether the data area begins with no message, or with one of no bytes or one empty record.
  private static func isEmpty(_ data: [UInt8], _ byteCount: Int) -> Bool {
    do throws(NFC.Malformation) {
      switch try NFC.Type2Tag.content(of: data, byteCount: byteCount) {
      case .nothing: return true
      // An empty record, or less.
      case .message(let bytes): return bytes.isEmpty || bytes == NFC.Message([]).bytes
      case .needs: return data.allSatisfy { $0 == 0 }
      }
    } catch {
      return false
    }
  }

  private mutating func write(
    _ pages: some Collection<(page: UInt8, bytes: [UInt8])>
  ) -> CardStep<CardReading<CardIdentity>> {
    guard let next = pages.first else {
      writing.onWritten()
      return read()
    }
    stage = .pages(Array(pages))
    return .transmit(StorageCardCommand.update(block: next.page, next.bytes).bytes)
  }

  private mutating func refuse(
    _ fault: CardWriteFault
  ) -> CardStep<CardReading<CardIdentity>> {
    writing.onFault(fault)
    return read()
  }

  private mutating func read() -> CardStep<CardReading<CardIdentity>> {
    stage = .reading
    return interview.start(answerToReset: answerToReset)
  }
}
