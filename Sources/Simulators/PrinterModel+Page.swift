import Codecs

/// The page that is being composed, and the place where it goes on.
struct PageState: Sendable {
  /// The base line of the first line is 21 dots below the area's edge, three above the lower edge
  /// of font A (TM-T88III specification, figure 3.12.2).
  static let firstBase = 21
  static let descent = 3

  private(set) var page = Paper.Page()
  private(set) var area: ESCPOS.PageArea
  private(set) var direction: ESCPOS.PageDirection
  var x = 0
  private(set) var base = PageState.firstBase
  /// Nothing stands in the area and direction yet.
  private var isPartOpen = false

  init(area: ESCPOS.PageArea, direction: ESCPOS.PageDirection) {
    self.area = area
    self.direction = direction
  }

  private var isSideways: Bool { direction == .bottomToTop || direction == .topToBottom }
  var lineWidth: Int { Int(isSideways ? area.height : area.width) }
  private var lineExtent: Int { Int(isSideways ? area.width : area.height) }

  mutating func newLine(dots: Int) {
    x = 0
    moveBase(to: base + dots)
  }

  /// A place outside the area is ignored (GS $).
  mutating func moveBase(to dots: Int) {
    if (0...lineExtent).contains(dots) { base = dots }
  }

  mutating func set(area: ESCPOS.PageArea) {
    self.area = area
    begin()
  }

  mutating func set(direction: ESCPOS.PageDirection) {
    self.direction = direction
    begin()
  }

  private mutating func begin() {
    isPartOpen = false
    x = 0
    base = Self.firstBase
  }

  mutating func put(_ content: Paper.Page.Content, x: Int) {
    if !isPartOpen {
      guard page.parts.count < Paper.Page.partLimit else { return }
      page.parts.append(
        Paper.Page.Part(
          x: Int(area.x), y: Int(area.y), width: Int(area.width), height: Int(area.height),
          direction: direction))
      isPartOpen = true
    }
    guard page.placeCount < Paper.Page.placeLimit, !page.parts.isEmpty else { return }
    let bottom: Int =
      switch content {
      case .cell(let cell): if case .band = cell.content { base } else { base + Self.descent }
      case .block: base
      }
    page.parts[page.parts.count - 1].places.append(
      Paper.Page.Place(content: content, x: x, bottom: bottom))
  }

  /// Takes out what stands in the present area (CAN).
  mutating func cancel() {
    page.parts.removeAll {
      $0.x == Int(area.x) && $0.y == Int(area.y) && $0.width == Int(area.width)
        && $0.height == Int(area.height)
    }
    begin()
  }

  /// The page as long as its areas reach.
  var finished: Paper.Page? {
    guard !page.parts.isEmpty else { return nil }
    var page = page
    page.height = page.parts.map { $0.y + $0.height }.max() ?? 0
    return page
  }
}

extension PrinterModel {
  mutating func executePage(_ command: ESCPOS.Command) {
    switch command {
    case .pageMode:
      // Only at the beginning of a line (ESC L).
      guard state.page == nil, state.line.cells.isEmpty else { return }
      state.pending = []
      state.page = PageState(area: pageArea(state.pageArea), direction: state.pageDirection)
    case .standardMode: leavePage()
    case .pageArea(let area):
      guard area.width > 0, area.height > 0 else { return }
      state.pageArea = area
      let dots = pageArea(area)
      state.page?.set(area: dots)
    case .pageDirection(let direction):
      state.pageDirection = direction
      state.page?.set(direction: direction)
    case .pageVerticalPosition(let units):
      let base = state.dots(y: Int(units))
      state.page?.moveBase(to: base)
    case .pageRelativeVerticalPosition(let units):
      guard let old = state.page?.base else { return }
      let base = old + state.dots(y: Int(units))
      state.page?.moveBase(to: base)
    case .printPage: printPage()
    case .cancelPage:
      state.pending = []
      state.page?.cancel()
    case .formFeed:
      guard state.page != nil else { return }
      printPage()
      leavePage()
    default: return
    }
  }

  private mutating func printPage() {
    flushPending()
    guard let page = state.page?.finished else { return }
    paper.append(.page(page))
    useLine()
  }

  /// What is composed and not printed is lost, and so is the area; the direction stays (FF).
  private mutating func leavePage() {
    guard state.page != nil else { return }
    state.page = nil
    state.pageArea = nil
    state.clearLine()
  }

  /// In dots and within the paper.
  private func pageArea(_ area: ESCPOS.PageArea?) -> ESCPOS.PageArea {
    guard let area else {
      return ESCPOS.PageArea(
        x: 0, y: 0, width: UInt16(clamping: paper.widthDots), height: Self.pageHeightDots)
    }
    let x = min(state.dots(x: Int(area.x)), paper.widthDots - 1)
    let y = min(state.dots(y: Int(area.y)), Self.maximumPageHeightDots - 1)
    return ESCPOS.PageArea(
      x: UInt16(clamping: x), y: UInt16(clamping: y),
      width: UInt16(clamping: min(state.dots(x: Int(area.width)), paper.widthDots - x)),
      height: UInt16(
        clamping: min(state.dots(y: Int(area.height)), Self.maximumPageHeightDots - y)))
  }
}
