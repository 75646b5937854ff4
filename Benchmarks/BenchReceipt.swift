import Devices

/// Receipts of forty lines, the same for us and a peer.
enum BenchReceipt {
  static let lineCount = 40
  /// Columns of font A on 80 mm.
  static let columns = 48

  enum Style: String, Encodable { case plain, centered, total, title }

  struct Line: Encodable {
    let left: String
    let right: String
    let style: Style
  }

  /// ASCII alone, in which no code page has to be looked for.
  static let english = lines(
    shop: "QINGHE MARKET",
    names: [
      "Cheddar, mature", "Bread rolls", "Milk 3.5 % 1 l", "Chips", "Rye bread 750 g",
      "Butter 250 g", "Orange juice 1 l", "Apples 1.2 kg",
    ], total: "TOTAL", sign: "EUR", points: "Points earned", thanks: "THANK YOU",
    terms: "Goods may be returned within 14 days")

  /// With letters and signs of Western Europe on about half of its lines.
  static let european = lines(
    shop: "QINGHE MARKET",
    names: [
      "Crème fraîche 200 g", "Brötchen", "Käse, mittelalt", "Milk 3.5 % 1 l", "Jalapeño chips",
      "Rye bread 750 g", "Butter 250 g", "Orange juice 1 l",
    ], total: "TOTAL", sign: "€", points: "Points earned", thanks: "THANK YOU",
    terms: "Goods may be returned within 14 days")

  /// Ours alone: python-escpos has no characters of two bytes.
  static let chinese = lines(
    shop: "青禾超市",
    names: ["西湖龙井 250 g", "全麦面包", "鲜牛奶 1 升", "有机鸡蛋 12 枚", "苹果 1.2 千克", "矿泉水 550 毫升"], total: "合计",
    sign: "¥", points: "本次积分", thanks: "谢谢惠顾", terms: "商品十四天内可退换")

  private static func lines(
    shop: String, names: [String], total: String, sign: String, points: String, thanks: String,
    terms: String
  ) -> [Line] {
    var lines = [
      Line(left: shop, right: "", style: .title),
      Line(left: "Kiosk 3  2026-11-22 10:15", right: "", style: .centered),
    ]
    for number in 0..<34 {
      lines.append(
        Line(
          left: names[number % names.count], right: "\(number).\(number % 10)5", style: .plain))
    }
    return lines + [
      Line(left: total, right: "\(sign) 577.85", style: .total),
      Line(left: points, right: "577", style: .plain),
      Line(left: thanks, right: "", style: .centered),
      Line(left: terms, right: "", style: .centered),
    ]
  }

  static func elements(_ lines: [Line]) -> [PrintElement] {
    lines.map { line in
      let style = line.style.textStyle
      return line.right.isEmpty
        ? .text(line.left, style) : .columns(left: line.left, right: line.right, style)
    } + [.cut]
  }
}

extension BenchReceipt.Style {
  fileprivate var textStyle: TextStyle {
    switch self {
    case .plain: .plain
    case .centered: TextStyle(alignment: .center)
    case .total: TextStyle(isEmphasized: true)
    case .title:
      TextStyle(
        alignment: .center, isEmphasized: true, isDoubleWidth: true, isDoubleHeight: true)
    }
  }
}
