import FuzzParsers
import Testing

/// A short, repeatable part of `make fuzz`: the same parsers with the same promises, on seeds that
/// were bent by chance. A broken promise ends the run.
struct FuzzParserTests {
  /// Of a longer seed, such as a whole dictionary, only the beginning is bent.
  static let seedByteLimit = 1_024
  static let inputCount = 400

  @Test(arguments: FuzzParser.allCases, [UInt64(1), 7, 4_021])
  func `bytes that nobody meant to send break no promise`(parser: FuzzParser, seed: UInt64) {
    let seeds = parser.seeds.map { Array($0.prefix(Self.seedByteLimit)) }
    #expect(!seeds.isEmpty && seeds.allSatisfy { !$0.isEmpty }, "nothing to begin with")
    var bending = Bending(seed: seed)
    parser.take([])
    for start in seeds { parser.take(start) }
    for _ in 0..<Self.inputCount { parser.take(bending.input(from: seeds)) }
  }
}

/// Inputs that differ from a seed here and there, or have nothing to do with one.
private struct Bending {
  static let maximumChangeCount = 8
  static let maximumNoiseCount = 64

  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func input(from seeds: [[UInt8]]) -> [UInt8] {
    guard below(8) > 0 else { return noise() }
    var bytes = seeds[below(seeds.count)]
    for _ in 0...below(Self.maximumChangeCount) { change(&bytes, seeds) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]]) {
    let place = below(bytes.count + 1)
    switch below(6) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
    case 1 where place < bytes.count: bytes[place] = [0x00, 0x7F, 0x80, 0xFF][below(4)]
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
    case 3: bytes.insert(contentsOf: noise().prefix(16), at: place)
    case 4: bytes.removeSubrange(place...)
    default:
      let other = seeds[below(seeds.count)]
      bytes = Array(bytes[..<place] + other[below(other.count)...])
    }
  }

  private mutating func noise() -> [UInt8] {
    (0..<below(Self.maximumNoiseCount)).map { _ in UInt8(below(256)) }
  }

  /// SplitMix64 (Steele, Lea, Flood 2014), and a range of our own.
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(((mixed ^ (mixed >> 31)) >> 16) % UInt64(bound))
  }
}
