import ArgumentParser
import Foundation
import Logging

/// `make bench`: the figures of docs/benchmarks.md, with how each was taken.
@main
struct KioskBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kiosk-bench",
    abstract: "Measures the kiosk beside bare SQLite and beside a peer, and how it starts.")

  enum Part: String, CaseIterable, ExpressibleByArgument {
    case peers, decoding, scan, posting, ledger, start, pricing, members
  }

  @Option(
    help: "Only one of peers, decoding, scan, posting, ledger, start, pricing and members.")
  var only: Part?

  @Option(help: "Where the measured databases lie; by default beside this program.")
  var directory = KioskBench.ownDirectory

  @Option(help: "The daemon that is started.")
  var kioskd = KioskBench.ownDirectory + "/kioskd"

  @Option(help: "The Python that has python-escpos.")
  var peer = KioskBench.ownDirectory + "/../../peers/bin/python3"

  @Option(help: "What it does.")
  var peerScript = KioskBench.ownDirectory + "/../../../Benchmarks/peers/python_escpos.py"

  @Option(help: "Rounds of peers and decoding, at least 5.")
  var rounds = 15

  @Option(help: "Scans that are measured, at least 500.")
  var scans = 2_000

  @Option(help: "Sales that are measured.")
  var sales = 1_000

  @Option(help: "Postings in the book that the ledger is measured with, at the end.")
  var postings = 10_000_000

  @Option(help: "Where the picture of a sale's cost over the size of the book goes.")
  var plot: String?

  @Option(help: "Starts of the daemon.")
  var starts = 10

  @Option(help: "Members that one is looked for among.")
  var members = 1_000_000

  func validate() throws {
    guard scans >= 500, sales >= 100, starts >= 3, postings >= 30_000, rounds >= 5,
      members >= 1_000
    else {
      throw ValidationError(
        "fewer scans, sales, starts, postings, rounds or members than that say nothing")
    }
  }

  func run() async throws {
    // Only what goes wrong, beside the figures.
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = .error
      return handler
    }
    let workplace = try Workplace(inside: directory)
    defer { workplace.remove() }
    print(Machine.description(of: workplace.path))
    for part in Part.allCases where only == nil || only == part {
      print("")
      fflush(nil)
      switch part {
      case .peers:
        try PeerBenchmark(peerProgram: peer, peerScript: peerScript, roundCount: rounds)
          .run(in: workplace)
      case .decoding: try DecodingBenchmark(roundCount: rounds).run()
      case .scan: try await ScanBenchmark(scanCount: scans).run(in: workplace)
      case .posting: try await PostingBenchmark(saleCount: sales).run(in: workplace)
      case .ledger:
        try await LedgerBenchmark(postingCount: postings, plot: plot).run(in: workplace)
      case .members: try await MemberBenchmark(memberCount: members).run(in: workplace)
      case .start: try await StartBenchmark(kioskd: kioskd, startCount: starts).run(in: workplace)
      case .pricing: try PricingBenchmark().run()
      }
    }
  }

  private static var ownDirectory: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().path
  }
}

/// A figure could not be taken.
struct BenchmarkFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
