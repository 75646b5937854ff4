import Codecs
import Devices
import Drivers
import Foundation
import Profiles
import Raster
import ShopConfiguration
import Simulators

/// Receipts of forty lines and a picture of 576 × 2000 dots to the bytes that a printer is sent,
/// beside python-escpos, in turns: from the same lines and the same grey pixels, for the same
/// printer.
struct PeerBenchmark {
  static let printer = "epson-tm-t20ii"
  static let (width, height) = (576, 2_000)
  /// In each round both do the work so often.
  static let receiptsPerRound = 20
  static let picturesPerRound = 2
  static let receiptGoal = 10.0
  static let pictureGoal = 5.0

  let peerProgram: String
  let peerScript: String
  let roundCount: Int

  /// What both sides make, under the peer's names for it.
  private enum Work: String, CaseIterable { case english, european, picture }

  private struct Setup: Encodable {
    let english = BenchReceipt.english
    let european = BenchReceipt.european
    let columns = BenchReceipt.columns
    let picture: String
  }

  private struct Answer: Decodable {
    let version: String
    /// Bytes in hexadecimal.
    let results: [String: String]
  }

  private struct Request: Encodable {
    let work: String
    let count: Int
  }

  private struct Times: Decodable {
    let microseconds: [Double]
  }

  /// What a piece of work took on each side, round by round, and what it made.
  private struct Comparison {
    let ownBytes: [UInt8]
    let peerBytes: [UInt8]
    var own: [Double] = []
    var peer: [Double] = []

    var ratio: Double { Distribution(zip(peer, own).map { $0 / $1 }).median }

    func text(goal: Double) -> String {
      """
          ours  \(format(Distribution(own).median)) µs, \(ownBytes.count) bytes
          peer  \(format(Distribution(peer).median)) µs, \(peerBytes.count) bytes
          goal: at least \(Int(goal)) times as fast: \(format(ratio)) times \
      \(verdict(ratio >= goal))
      """
    }
  }

  func run(in workplace: Workplace) throws {
    let directory = try workplace.make("peers")
    let job = try Job()
    let file = directory + "/picture.pgm"
    try Data(job.greyMap).write(to: URL(fileURLWithPath: file))
    let peer = try PeerProcess(program: peerProgram, script: peerScript)
    let answer = try peer.ask(Setup(picture: file), for: Answer.self)
    func compared(_ work: Work) -> Comparison {
      Comparison(
        ownBytes: job.bytes(work), peerBytes: Self.bytes(answer.results[work.rawValue] ?? ""))
    }
    var comparisons = Dictionary(uniqueKeysWithValues: Work.allCases.map { ($0, compared($0)) })
    let dots = try Self.check(comparisons)
    let load = Machine.load
    for _ in 0..<roundCount {
      for work in Work.allCases {
        let count = work == .picture ? Self.picturesPerRound : Self.receiptsPerRound
        let request = Request(work: work.rawValue, count: count)
        let times = try peer.ask(request, for: Times.self).microseconds
        comparisons[work]?.peer.append(Distribution(times).median)
        comparisons[work]?.own.append(Self.median(count) { job.bytes(work).count })
      }
    }
    try peer.end()
    let chinese = Self.median(Self.receiptsPerRound * 10) { job.chineseReceipt().count }
    func told(_ work: Work, _ goal: Double) -> String {
      comparisons[work]?.text(goal: goal) ?? ""
    }
    print(
      """
      PEERS: to the bytes for an \(Self.printer), beside python-escpos \(answer.version) (Dummy)
        how: medians of \(roundCount) rounds in turns, \(Self.receiptsPerRound) receipts and \
      \(Self.picturesPerRound) pictures a round on each side; load \(load)
        receipt of 40 lines in ASCII; both put the same lines on paper
      \(told(.english, Self.receiptGoal))
        receipt of 40 lines, half of them with é ö €
      \(told(.european, Self.receiptGoal))
        picture, \(Self.width) × \(Self.height) grey, dots by Floyd and Steinberg on both sides: \
      \(dots.own) and \(dots.peer) are black
      \(told(.picture, Self.pictureGoal))
        receipt of 40 lines in Chinese (GB 18030), ours alone
          ours  \(format(chinese)) µs
      """)
  }

  /// Microseconds of one `work`, which says how many bytes it made.
  private static func median(_ count: Int, _ work: () -> Int) -> Double {
    var byteCount = 0
    let times = (0..<count).map { _ -> Double in
      let start = ContinuousClock.now
      byteCount &+= work()
      return (ContinuousClock.now - start) / .microseconds(1)
    }
    precondition(byteCount > 0, "no bytes were made")
    return Distribution(times).median
  }

  // MARK: The same work

  /// The receipts of both are the same lines on paper, and the pictures as large; how many of
  /// their dots are black.
  private static func check(
    _ comparisons: [Work: Comparison]
  ) throws -> (own: Int, peer: Int) {
    func lines(_ bytes: [UInt8]) -> [String] {
      ESCPOSTranscript(of: bytes).lines.map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
    }
    var dots = (own: 0, peer: 0)
    for (work, comparison) in comparisons {
      if work == .picture {
        dots = (try Self.dots(comparison.ownBytes), try Self.dots(comparison.peerBytes))
        continue
      }
      let (ours, theirs) = (lines(comparison.ownBytes), lines(comparison.peerBytes))
      guard ours.count == BenchReceipt.lineCount, ours == theirs else {
        let different = zip(ours, theirs).first { $0 != $1 }
        throw BenchmarkFault(
          "the receipts differ: \(ours.count) and \(theirs.count) lines, \(different as Any)")
      }
    }
    return dots
  }

  private static func dots(_ bytes: [UInt8]) throws -> Int {
    var (rows, black) = (0, 0)
    for case .command(.raster(let image), _) in ESCPOS.tokens(of: bytes) {
      guard Int(image.bytesPerRow) * 8 == width else {
        throw BenchmarkFault("a picture is \(Int(image.bytesPerRow) * 8) dots wide")
      }
      rows += Int(image.rows)
      black += image.data.reduce(0) { $0 + $1.nonzeroBitCount }
    }
    guard rows == height else { throw BenchmarkFault("a picture has \(rows) rows") }
    return black
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

extension PeerBenchmark {
  /// What is printed, and for which printer.
  private struct Job {
    private let settings: ESCPOSSettings
    private let chinese: ESCPOSSettings
    private let font: CellFont
    private let english = BenchReceipt.elements(BenchReceipt.english)
    private let european = BenchReceipt.elements(BenchReceipt.european)
    private let chineseElements = BenchReceipt.elements(BenchReceipt.chinese)
    private let picture: PrintPicture

    init() throws {
      let profiles = try ProfileSet.load(ResourcePaths.drivers).profiles
      guard let profile = profiles.first(where: { $0.key == PeerBenchmark.printer }),
        case .escpos(let settings) = profile.settings
      else { throw BenchmarkFault("no profile is called \(PeerBenchmark.printer)") }
      self.settings = settings
      var chinese = settings
      chinese.multibyte = .gb18030
      self.chinese = chinese
      font = try CellFont()
      let (width, height) = (PeerBenchmark.width, PeerBenchmark.height)
      var ink: [UInt8] = []
      ink.reserveCapacity(width * height)
      for y in 0..<height {
        for x in 0..<width {
          let grey: Int = x * 255 / (width - 1) + y
          ink.append(255 - UInt8(grey % 256))
        }
      }
      guard let picture = PrintPicture(width: width, height: height, ink: ink) else {
        throw BenchmarkFault("no such picture is printed")
      }
      self.picture = picture
    }

    /// As a file for the peer: of PGM 255 is white, where paper has no ink.
    var greyMap: [UInt8] {
      Array("P5 \(picture.width) \(picture.height) 255\n".utf8) + picture.ink.map { 255 - $0 }
    }

    func bytes(_ work: Work) -> [UInt8] {
      switch work {
      case .english: bytes(english, settings)
      case .european: bytes(european, settings)
      case .picture: bytes([.picture(picture)], settings)
      }
    }

    func chineseReceipt() -> [UInt8] { bytes(chineseElements, chinese) }

    private func bytes(_ elements: [PrintElement], _ settings: ESCPOSSettings) -> [UInt8] {
      ESCPOS.encode(ESCPOSPrinterLayout(elements, settings: settings, font: font).commands)
    }
  }
}
