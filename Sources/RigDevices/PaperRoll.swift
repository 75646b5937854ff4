import Simulators

/// What a printer put on paper, cut apart. It is read piece by piece, because the simulated roll
/// keeps only the newest of hundreds of papers and reading it as a whole takes long.
struct PaperRoll {
  private static let knife = "--- cut ---\n"

  struct Paper {
    /// As receipts have it, `3-000015`; empty on a paper that names none.
    let receipts: Set<String>
    let isCopy: Bool
  }

  private(set) var papers: [Paper] = []
  /// Begun and not cut off yet.
  private var begun = ""
  private var itemCount = 0

  /// Takes what came since the last look.
  mutating func read(_ printer: SimulatedDevice<PrinterModel>) {
    let seen = itemCount
    let (text, count) = printer.withModel { model in
      (model.paper.text(after: seen), model.paper.itemCount)
    }
    itemCount = count
    begun += text
    var pieces = begun.components(cutAt: Self.knife)
    begun = pieces.removeLast()
    papers += pieces.map { piece in
      Paper(
        receipts: Self.receipts(on: piece),
        isCopy: piece.contains("副本") || piece.contains("COPY"))
    }
  }

  /// Those that name a sale.
  func papers(of receipt: String) -> [Paper] {
    papers.filter { $0.receipts.contains(receipt) }
  }

  private static func receipts(on paper: String) -> Set<String> {
    let words = paper.split { !($0.isNumber || $0 == "-") }
    return Set(
      words.filter { word in
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].count == 6
      }.map(String.init))
  }
}

extension String {
  /// The last part is what no cut followed.
  fileprivate func components(cutAt knife: String) -> [String] {
    split(separator: knife, omittingEmptySubsequences: false).map(String.init)
  }
}
