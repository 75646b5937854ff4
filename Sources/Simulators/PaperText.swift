import Codecs

extension Paper {
  /// What a reader sees, one line each; symbols and cuts in words.
  public var text: String { Self.text(of: items[...]) }

  /// The same of what came after the first `count` items that there ever were, as far as it is not
  /// torn off.
  public func text(after count: Int) -> String { Self.text(of: items.suffix(itemCount - count)) }

  private static func text(of items: ArraySlice<Item>) -> String {
    var text = ""
    var isAfterCut = false
    for item in items {
      text += Self.text(of: item, isAfterCut: isAfterCut)
      if case .cut = item { isAfterCut = true } else { isAfterCut = false }
    }
    return text
  }

  private static func text(of item: Item, isAfterCut: Bool) -> String {
    switch item {
    case .line(let line): line.indentation + line.text + "\n"
    // The blank beginning of a piece of paper is nobody's line.
    case .feed(let dots): isAfterCut ? "" : String(repeating: "\n", count: max(0, dots / 30))
    case .block(let block, _): block.text + "\n"
    case .page(let page): page.lines.map { $0 + "\n" }.joined()
    case .refused(let reason, _): "[refused: \(reason)]\n"
    case .cut: "--- cut ---\n"
    }
  }
}

extension Paper.Line {
  /// The characters with the gaps between them, without the blanks at the end.
  public var text: String { Paper.text(of: cells.map { ($0, $0.x) }) }

  /// Blanks as wide as the alignment moves the line.
  var indentation: String {
    let free = areaWidth - width
    let indent: Int =
      switch alignment {
      case .left: 0
      case .center: free / 2
      case .right: free
      }
    return String(repeating: " ", count: max(0, left + indent) / 12)
  }
}

extension Paper {
  fileprivate static func text(of cells: [(cell: Cell, x: Int)]) -> String {
    var text = ""
    var end = 0
    for (cell, x) in cells {
      // A gap is one of positions; what is below half a column belongs to the letter spacing.
      text += String(repeating: " ", count: min(max(0, (x - end) / 12), 200))
      if let character = cell.character { text.append(character) }
      end = x + cell.width
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Paper.Block {
  /// In words, in brackets.
  public var text: String {
    switch self {
    case .barcode(let barcode): "[\(barcode.symbology.name) \(barcode.text)]"
    case .symbol(let symbol):
      "[\(symbol.kind.name) \(String(decoding: symbol.data, as: UTF8.self))]"
    case .picture(let dots, _, _): "[picture \(dots.width) x \(dots.height)]"
    }
  }
}

extension Paper.Page {
  /// Part by part, the lines of each from its top, blocks in words.
  public var lines: [String] { lines(withBlocks: true) }

  /// The same without the blocks.
  var textLines: [String] { lines(withBlocks: false) }

  private func lines(withBlocks: Bool) -> [String] {
    parts.flatMap { part -> [String] in
      var cells: [Int: [(cell: Paper.Cell, x: Int)]] = [:]
      var lines: [(bottom: Int, text: String)] = []
      for place in part.places {
        switch place.content {
        case .cell(let cell): cells[place.bottom, default: []].append((cell, place.x))
        case .block(let block): if withBlocks { lines.append((place.bottom, block.text)) }
        }
      }
      for (bottom, row) in cells {
        lines.append((bottom, Paper.text(of: row.sorted { $0.x < $1.x })))
      }
      return lines.sorted { ($0.bottom, $0.text) < ($1.bottom, $1.text) }.map(\.text)
        .filter { !$0.isEmpty }
    }
  }
}

extension ESCPOS.SymbolKind {
  /// The field's name of the symbology.
  public var name: String {
    switch self {
    case .pdf417: "PDF417"
    case .qrCode: "QR"
    case .maxiCode: "MaxiCode"
    case .dataBar: "GS1 DataBar"
    case .composite: "Composite"
    case .aztec: "Aztec"
    case .dataMatrix: "Data Matrix"
    }
  }
}
