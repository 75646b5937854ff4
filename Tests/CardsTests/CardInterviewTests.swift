import Cards
import Codecs
import Devices
import Simulators
import Testing

struct CardInterviewTests {
  private static let facts = CardTokenFacts(
    number: "6001", issuedOnDay: 20_000, expiresOnDay: nil)
  /// UID and signature of a real NTAG (see `OriginalityTests`).
  private static let realUID = hexBytes("04d3c2a2993c80")
  private static let realSignature = hexBytes(
    "54ba0d35d2acc919914bc7ba73c4c75cfefedd416574d2d2482e4f8ca3293127")
  private let uid = hexBytes("04a1b2c3d4e5f6")

  @Test func `an NTAG with its maker's signature and nothing else is signed`() throws {
    var reader = SmallReader(
      CardType2Model(chip: .ntag213, uid: Self.realUID, signature: Self.realSignature))
    let card = try reader.identity(Shop.keys())
    #expect(card.uid == Self.realUID && card.kind == .ntag213)
    #expect(card.assurance == .signed && card.faults.isEmpty && card.token == nil)
    // UID, container with the empty message, version and signature through the reader's chip.
    #expect(
      reader.commands == [
        hexBytes("ffca000000"), hexBytes("ffb0000310"), hexBytes("ff00000003d44260"),
        hexBytes("ff00000004d4423c00"),
      ])
  }

  // ACM1252U-Y3 Reference Manual 1.03, 5.2.3: how readers without a PN532 pass a tag's commands on.
  @Test func `the maker's signature is read through a transparent session, which is closed`()
    throws
  {
    var reader = SmallReader(
      CardType2Model(chip: .ntag213, uid: Self.realUID, signature: Self.realSignature))
    reader.abilities.passThrough = .transparent
    let card = try reader.identity(Shop.keys())
    #expect(card.kind == .ntag213 && card.assurance == .signed && card.faults.isEmpty)
    #expect(
      reader.commands.dropFirst(2) == [
        hexBytes("ffc2000002810000"), hexBytes("ffc20002048f02000300"),
        hexBytes("ffc200010a5f460450c3000095016000"),
        hexBytes("ffc200010b5f460450c3000095023c0000"), hexBytes("ffc2000002820000"),
      ])
  }

  @Test func `a reader that knows no transparent session reads the token all the same`() throws {
    let message = NFC.Message([try Shop.token(for: uid)])
    var reader = SmallReader(CardType2Model(chip: .ntag213, uid: uid, message: message))
    reader.abilities.passThrough = .transparent
    reader.refusesSessions = true
    let card = try reader.identity(Shop.keys())
    #expect(card.assurance == .signed && card.token == Self.facts && card.faults.isEmpty)
    // Closed, whatever came of it.
    #expect(reader.commands.last == hexBytes("ffc2000002820000"))
  }

  @Test(arguments: [CardType2Model.Chip.ntag213, .ntag215, .ntag216])
  func `a token on an NTAG is read and lifts it`(chip: CardType2Model.Chip) throws {
    let message = NFC.Message([.uri("https://example.com"), try Shop.token(for: uid)])
    var reader = SmallReader(CardType2Model(chip: chip, uid: uid, message: message))
    let card = try reader.identity(Shop.keys())
    #expect(card.token == Self.facts && card.assurance == .signed)
    // Its maker's signature is wrong, and it is said so.
    #expect(card.faults == [.notGenuine])
    #expect(reader.commands.count < 16)
  }

  @Test func `a card without anything is a bare number, whatever the reader can`() throws {
    for passThrough in CardReaderAbilities.PassThrough.allCases {
      var reader = SmallReader(CardType2Model(chip: .ultralight, uid: uid))
      reader.abilities.passThrough = passThrough
      let card = try reader.identity(Shop.keys())
      #expect(card.kind == .mifareUltralight && card.assurance == .uidOnly && card.faults.isEmpty)
      // The chip that knew no GET_VERSION is selected again, so that it does not look gone.
      switch passThrough {
      case .none: #expect(reader.commands.count == 2)
      case .pn532: #expect(reader.commands.last == hexBytes("ff00000004d44a0100"))
      case .transparent:
        #expect(
          reader.commands.suffix(2) == [
            hexBytes("ffc20002048f02000300"), hexBytes("ffc2000002820000"),
          ])
      }
    }
    // A reader that passes nothing on still reads the token.
    var reader = SmallReader(
      CardType2Model(chip: .ntag213, uid: uid, message: .init([try Shop.token(for: uid)])))
    reader.abilities.passThrough = .none
    #expect(try reader.identity(Shop.keys()).assurance == .signed)
  }

  @Test(arguments: [NFC.MIFAREClassic.mini, .oneKilobyte, .fourKilobytes])
  func `a token on a MIFARE Classic is read with its sectors' key`(
    card: NFC.MIFAREClassic
  ) throws {
    let message = NFC.Message([try Shop.token(for: uid)])
    var reader = SmallReader(CardClassicModel(card: card, uid: uid, message: message))
    let identity = try reader.identity(Shop.keys())
    #expect(identity.token == Self.facts && identity.assurance == .signed)
    // The shop's own key, and a kiosk that does not have it.
    let key: [UInt8] = [1, 2, 3, 4, 5, 6]
    var own = SmallReader(CardClassicModel(card: card, uid: uid, message: message, key: key))
    let keys = CardKeys(tokenKeys: CardTokenKeys([try Shop.office().publicKey]), classicKey: key)
    #expect(try own.identity(keys).assurance == .signed)
    let refused = try own.identity(Shop.keys())
    #expect(refused.assurance == .uidOnly && refused.faults == [.keysRefused])
    var delivered = SmallReader(CardClassicModel(card: card, uid: uid))
    #expect(try delivered.identity(Shop.keys()).faults == [.keysRefused])
    // A shop without tokens does not try keys on it.
    #expect(try delivered.identity(CardKeys()).faults.isEmpty)
    #expect(delivered.commands.count == 1)
  }

  @Test func `a token on a Type 4 Tag is read in pieces that reader and card can carry`() throws {
    let message = NFC.Message([try Shop.token(for: uid)])
    for maximum in [UInt16(0x0F), 0x80, 0xFF] {
      var reader = SmallReader(
        CardType4Model(uid: uid, message: message, maximumReadByteCount: maximum))
      reader.abilities.maximumResponseByteCount = 66
      let card = try reader.identity(Shop.keys())
      #expect(card.token == Self.facts && card.kind == .isoDEP && card.assurance == .signed)
      #expect(reader.commands.allSatisfy { $0[1] != 0xB0 || $0[4] <= min(64, maximum) })
    }
    var empty = SmallReader(CardType4Model(uid: uid, message: nil))
    #expect(try empty.identity(Shop.keys()).faults.isEmpty)
  }

  @Test func `an NTAG 424 DNA proves its key, and its counter rises`() throws {
    let key = try Shop.key(in: uid)
    var reader = SmallReader(
      CardNTAG424Model(
        uid: uid, keys: [3: key], mirror: .init(metaReadKey: Shop.zero, fileReadKey: key),
        others: [try Shop.token(for: uid)], readCounter: 40))
    let first = try reader.identity(Shop.keys())
    #expect(first.kind == .ntag424DNA && first.assurance == .authenticated)
    #expect(first.readCounter == 41 && first.token == Self.facts && first.faults.isEmpty)
    let second = try reader.identity(Shop.keys(), seed: 6)
    #expect(second.readCounter == 42)
    // By the message alone, where the kiosk has no key to prove.
    let keys = try Shop.keys()
    let messageOnly = CardKeys(
      tokenKeys: keys.tokenKeys,
      tapMessage: CardKeys.TapMessage(metaReadKey: Shop.zero, fileReadKey: try Shop.chipKey(1)))
    let third = try reader.identity(messageOnly)
    #expect(third.assurance == .authenticated && third.readCounter == 43)
    // Without any key it is a card with a token.
    let fourth = try reader.identity(CardKeys(tokenKeys: keys.tokenKeys))
    #expect(fourth.assurance == .signed && fourth.readCounter == nil)
  }

  @Test func `a chip that hides its UID tells it under the shop's key, and only then`() throws {
    let keys = try Shop.keys(diversified: false)
    var reader = SmallReader(
      CardNTAG424Model(uid: uid, keys: [3: Shop.master], hidesUID: true))
    let card = try reader.identity(keys)
    #expect(card.uid == uid && card.assurance == .authenticated && !card.hasRandomUID)
    var mirrored = SmallReader(
      CardNTAG424Model(
        uid: uid, mirror: .init(metaReadKey: Shop.zero, fileReadKey: Shop.master),
        others: [try Shop.token(for: uid)], hidesUID: true))
    let told = try mirrored.identity(keys)
    #expect(told.uid == uid && told.readCounter == 1 && told.token == Self.facts)
    var strange = SmallReader(
      CardNTAG424Model(uid: uid, keys: [3: Shop.zero], hidesUID: true))
    let unproven = try strange.identity(keys)
    // The last look sees another random UID only if the card was activated anew.
    #expect(unproven.hasRandomUID && unproven.assurance == .uidOnly)
  }

  @Test(arguments: CardDESFireModel.Mode.allCases)
  func `a DESFire proves its key and is read in every mode`(
    mode: CardDESFireModel.Mode
  ) throws {
    let message = NFC.Message([try Shop.token(for: uid)])
    var reader = SmallReader(
      CardDESFireModel(
        uid: uid, application: 0xF5_4230, keys: [2: try Shop.key(in: uid)], mode: mode,
        message: message))
    let card = try reader.identity(Shop.keys())
    #expect(card.kind == .desfire && card.assurance == .authenticated && card.faults.isEmpty)
    #expect(card.token == Self.facts && card.uid == uid)
    var hidden = SmallReader(
      CardDESFireModel(
        uid: uid, application: 0xF5_4230, keys: [2: Shop.master], mode: mode, message: message,
        hidesUID: true))
    #expect(try hidden.identity(Shop.keys(diversified: false)).uid == uid)
  }

  @Test func `a card that holds another key proves nothing`() throws {
    let other = [UInt8](repeating: 9, count: 16)
    var ntag = SmallReader(
      CardNTAG424Model(
        uid: uid, keys: [3: other], mirror: .init(metaReadKey: other, fileReadKey: other)))
    let first = try ntag.identity(Shop.keys())
    #expect(first.assurance == .uidOnly && first.readCounter == nil)
    #expect(first.faults == [.authenticationFailed, .messageCodeWrong])
    var desfire = SmallReader(
      CardDESFireModel(
        uid: uid, application: 0xF5_4230, keys: [2: other], mode: .plain,
        message: NFC.Message([try Shop.token(for: uid)])))
    let second = try desfire.identity(Shop.keys())
    #expect(second.assurance == .uidOnly && second.faults == [.authenticationFailed])
    #expect(second.token == nil)
    // Another application: a card of another issuer.
    var foreign = SmallReader(
      CardDESFireModel(
        uid: uid, application: 1, keys: [:], mode: .plain, message: NFC.Message([])))
    #expect(try foreign.identity(Shop.keys()).faults == [.authenticationFailed])
  }

  // tagreader #76: a phone shows a UID that it makes up for every tap.
  @Test func `a phone's UID is known to be made up`() throws {
    var reader = SmallReader(
      CardType4Model(
        uid: [], message: NFC.Message([try Shop.token(for: uid)]), isPhone: true))
    let first = try reader.identity(Shop.keys())
    let second = try reader.identity(Shop.keys())
    #expect(first.hasRandomUID && second.hasRandomUID && first.uid != second.uid)
    #expect(first.token == nil && first.assurance == .uidOnly)
  }

  // MifareClassicTool PR 239, ChameleonUltra #62: the UID of a card is put on another in one tap.
  @Test func `a copied UID does not bring what was proven along`() throws {
    let keys = try Shop.keys()
    // The UID alone, on a card whose UID can be set.
    var bare = SmallReader(CardClassicModel(card: .oneKilobyte, uid: uid))
    #expect(try bare.identity(keys).assurance == .uidOnly)
    // The UID of one card and the token of another.
    let message = NFC.Message([try Shop.token(for: hexBytes("04000000000001"))])
    for card: any SimulatedCard in [
      CardClassicModel(card: .oneKilobyte, uid: uid, message: message) as any SimulatedCard,
      CardType2Model(chip: .ntag215, uid: uid, message: message),
      CardType4Model(uid: uid, message: message),
    ] {
      var reader = SmallReader(card)
      let identity = try reader.identity(keys)
      #expect(identity.assurance == .uidOnly && identity.token == nil)
      #expect(identity.faults.contains(.tokenOfAnotherChip))
      #expect(identity.faults.filter(\.isForgery) == [.tokenOfAnotherChip])
    }
    // The tap-unique message of one chip, played by another.
    let key = try Shop.key(in: hexBytes("04000000000001"))
    var original = SmallReader(
      CardNTAG424Model(
        uid: hexBytes("04000000000001"), keys: [3: key],
        mirror: .init(metaReadKey: Shop.zero, fileReadKey: key)))
    #expect(try original.identity(keys).readCounter == 1)
    _ = original.card.respond(to: hexBytes("00a4040007d276000085010100"))
    _ = original.card.respond(to: hexBytes("00a4000c02e104"))
    let answer = original.card.respond(to: hexBytes("00b0000200"))
    let file = try #require(answer)
    let played = try NFC.Message(decoding: Array(file.dropLast(2)).prefixMessage)
    var copy = SmallReader(CardType4Model(uid: uid, message: played))
    #expect(try copy.identity(keys).faults == [.messageOfAnotherChip])
    // A message that was read in passing, on a chip with the UID and without the secret.
    var player = SmallReader(
      CardNTAG424Model(
        uid: uid, keys: [3: Shop.zero],
        mirror: .init(metaReadKey: Shop.zero, fileReadKey: try Shop.key(in: uid))))
    let caught = try player.identity(keys)
    #expect(caught.assurance == .uidOnly && caught.faults == [.authenticationFailed])
    // Key, token and UID of a chip without its secret.
    var stolen = SmallReader(
      CardNTAG424Model(uid: uid, keys: [3: Shop.zero], others: [try Shop.token(for: uid)]))
    #expect(try stolen.identity(keys).assurance == .signed)
  }

  @Test func `a token that does not hold is named`() throws {
    var bytes = try Shop.token(for: uid).payload
    func faults(_ payload: [UInt8], _ keys: CardKeys) throws -> [CardFault] {
      var reader = SmallReader(
        CardType4Model(uid: uid, message: NFC.Message([CardToken.record(payload)])))
      return try reader.identity(keys).faults
    }
    let keys = try Shop.keys()
    #expect(try faults(bytes, keys) == [])
    #expect(try faults(bytes, CardKeys()) == [.tokenKeyUnknown])
    let revoked = CardTokenKeys([], revoked: [try Shop.office().publicKey])
    #expect(try faults(bytes, CardKeys(tokenKeys: revoked)) == [.tokenKeyRevoked])
    #expect(try faults([1, 2, 3], keys) == [.tokenMalformed])
    #expect(try faults([9] + bytes, keys) == [.tokenVersion])
    bytes[6] ^= 1
    #expect(try faults(bytes, keys) == [.tokenTampered])
    // A message that is none.
    var reader = SmallReader(
      CardType2Model(chip: .ntag213, uid: Self.realUID, signature: Self.realSignature))
    var model = CardType2Model(
      chip: .ntag213, uid: Self.realUID, signature: Self.realSignature)
    model.write([0x03, 0x03, 0xFF, 0xFF, 0xFF], fromPage: 4)
    reader.card = model
    let card = try reader.identity(keys)
    #expect(card.faults == [.memoryMalformed] && card.assurance == .signed)
  }
}

extension [UInt8] {
  /// The message at the beginning of a file that is filled up with zeros.
  fileprivate var prefixMessage: [UInt8] {
    guard let end = lastIndex(where: { $0 != 0 }) else { return [] }
    return Array(self[...end])
  }
}
