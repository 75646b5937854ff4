import Cards
import Codecs
import Devices
import Testing

struct CardTokenTests {
  private let uid = hexBytes("04a1b2c3d4e5f6")
  private let office: CardSigningKey
  private let keys: CardTokenKeys
  private let bytes: [UInt8]

  init() throws {
    office = try CardSigningKey(seed: [UInt8](repeating: 7, count: 32))
    keys = CardTokenKeys([office.publicKey])
    bytes = try CardToken(uid: uid, number: "6001", issuedOnDay: 20_000, expiresOnDay: 20_365)
      .signed(by: office)
  }

  private func failure(
    _ bytes: [UInt8], uid: [UInt8]? = nil, _ keys: CardTokenKeys? = nil
  ) -> CardToken.Failure? {
    do throws(CardToken.Failure) {
      _ = try CardToken(verifying: bytes, uid: uid ?? self.uid, keys: keys ?? self.keys)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a token is read as it was issued`() throws {
    let read = try CardToken(verifying: bytes, uid: uid, keys: keys)
    #expect(
      read.facts == CardTokenFacts(number: "6001", issuedOnDay: 20_000, expiresOnDay: 20_365))
    #expect(!read.hasExpired(onDay: 20_365) && read.hasExpired(onDay: 20_366))
    let lasting = try CardToken(
      uid: hexBytes("00112233445566778899"), number: "12345678901234567890", issuedOnDay: 0,
      expiresOnDay: nil)
    let longest = try lasting.signed(by: office)
    #expect(longest.count == CardToken.maximumByteCount)
    #expect(try CardToken(verifying: longest, uid: lasting.uid, keys: keys) == lasting)
    #expect(!lasting.hasExpired(onDay: .max))
    // With its record it fits the smallest NTAG.
    let memory = NFC.Type2Tag.data(holding: NFC.Message([CardToken.record(bytes)]).bytes)
    #expect(memory.count <= 144)
  }

  /// These bytes lie on cards that were given out: the layout of version 1 never changes.
  @Test func `the bytes of version 1 stay as they are`() {
    #expect(office.publicKey.id.bytes == Array(bytes[1...4]))
    #expect(
      Array(bytes.prefix(22))
        == [1] + office.publicKey.id.bytes + hexBytes("4e20 4f8d 07 04a1b2c3d4e5f6 04 36303031"))
    #expect(bytes.count == 86)
  }

  @Test func `each reason for refusing a token has its name`() throws {
    #expect(failure([]) == .malformed)
    #expect(failure([2] + bytes.dropFirst()) == .unknownVersion(2))
    #expect(failure(bytes, .init([])) == .unknownKey(office.publicKey.id))
    let stranger = try CardSigningKey(seed: [UInt8](repeating: 8, count: 32))
    #expect(failure(bytes, .init([stranger.publicKey])) == .unknownKey(office.publicKey.id))
    #expect(
      failure(bytes, .init([], revoked: [office.publicKey])) == .revokedKey(office.publicKey.id))
    // A revoked key stays revoked, even if it is listed as valid too.
    #expect(
      failure(bytes, .init([office.publicKey], revoked: [office.publicKey]))
        == .revokedKey(office.publicKey.id))
    var changed = bytes
    changed[18] ^= 1
    #expect(failure(changed) == .tampered)
  }

  // ChameleonUltra #62: one tap gives a card the UID of another; a token does not come along.
  @Test func `a token is good on its own chip only`() {
    #expect(failure(bytes, uid: hexBytes("04a1b2c3d4e5f7")) == .wrongChip)
    #expect(failure(bytes, uid: []) == .wrongChip)
  }

  @Test func `no byte of a token can be changed or cut off`() {
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x10
      #expect(failure(changed) != nil, "byte \(index)")
      #expect(failure(Array(bytes.prefix(index))) != nil, "cut off at \(index)")
    }
    #expect(failure(bytes + [0]) == .malformed)
    var random = SeededRandom(seed: 62)
    for _ in 0..<2_000 {
      let noise = [1] + random.bytes(random.below(130))
      #expect(failure(noise) != nil)
    }
  }

  @Test func `what no token can hold is refused before it is signed`() {
    func refusal(_ uid: String, _ number: String, _ issued: Int, _ ends: Int?)
      -> CardToken.Refusal?
    {
      do throws(CardToken.Refusal) {
        _ = try CardToken(
          uid: hexBytes(uid), number: number, issuedOnDay: issued, expiresOnDay: ends)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal("04a1b2", "6001", 1, nil) == .uidByteCount(3))
    // tagreader #76: phones make up a UID for every tap.
    #expect(refusal("08a1b2c3", "6001", 1, nil) == .randomUID)
    #expect(refusal("04a1b2c3", "", 1, nil) == .number)
    #expect(refusal("04a1b2c3", "6 1", 1, nil) == .number)
    #expect(refusal("04a1b2c3", "六", 1, nil) == .number)
    #expect(refusal("04a1b2c3", String(repeating: "6", count: 21), 1, nil) == .number)
    #expect(refusal("04a1b2c3", "6001", -1, nil) == .days)
    #expect(refusal("04a1b2c3", "6001", 2, 1) == .days)
    #expect(refusal("04a1b2c3", "6001", 0, 0) == .days)
    #expect(refusal("04a1b2c3", "6001", 1, 65_536) == .days)
    #expect(refusal("04a1b2c3", "6001", 1, 1) == nil)
  }

  @Test func `a key pair goes through the files that openssl writes`() throws {
    let pem = """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH
      -----END PRIVATE KEY-----
      """
    #expect(try CardSigningKey(pem: pem).publicKey == office.publicKey)
    #expect(try CardSigningKey(pem: office.pem).publicKey == office.publicKey)
    #expect(CardTokenKey(office.publicKey.bytes) == office.publicKey)
    #expect(CardTokenKey([1, 2, 3]) == nil)
    #expect(throws: (any Error).self) { try CardSigningKey(pem: "no key") }
    #expect(throws: (any Error).self) { try CardTokenKey(pem: pem) }
    #expect(office.publicKey.id.description.count == 8)
  }
}
