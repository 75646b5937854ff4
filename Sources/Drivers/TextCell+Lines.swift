import Codecs

extension Collection where Element == TextCell {
  /// Columns of the standard font.
  var width: Int { reduce(0) { $0 + $1.columns } }

  /// Columns of the longest word that can be broken nowhere: of letters, not of Chinese characters.
  var widestWord: Int {
    var (widest, width) = (0, 0)
    for cell in self {
      width = cell.columns == 1 && cell.scalar != " " ? width + 1 : 0
      widest = Swift.max(widest, width)
    }
    return widest
  }
}

extension Array where Element == TextCell {
  /// Lines of at most so many columns, at least one. Broken at spaces and between Chinese
  /// characters, never before a closing or after an opening mark; a longer word anywhere.
  func wrapped(to limit: Int) -> [[TextCell]] {
    var lines: [[TextCell]] = []
    var rest = self[...]
    repeat {
      var end = rest.startIndex
      var width = 0
      while end < rest.endIndex, width + rest[end].columns <= limit {
        width += rest[end].columns
        end += 1
      }
      if end == rest.endIndex {
        lines.append(Array(rest))
        break
      }
      let cut = breakIndex(in: rest.startIndex + 1..<end + 1) ?? Swift.max(rest.startIndex + 1, end)
      lines.append(Self.trimmed(rest[..<cut]))
      rest = rest[cut...].drop { $0.scalar == " " }
    } while !rest.isEmpty
    return lines
  }

  /// The last of these places where a line can end before its character.
  private func breakIndex(in places: Range<Int>) -> Int? {
    places.reversed().first { index in
      let (before, after) = (self[index - 1].scalar, self[index].scalar)
      if before == " " || after == " " { return true }
      if Marks.noLineStart.contains(after) || Marks.noLineEnd.contains(before) { return false }
      return CharacterWidth.columns(of: before) == 2 || CharacterWidth.columns(of: after) == 2
    }
  }

  private static func trimmed(_ line: ArraySlice<TextCell>) -> [TextCell] {
    var line = line
    while line.last?.scalar == " " { line.removeLast() }
    return Array(line)
  }
}

/// GB/T 15834, 5.1.10: marks that do not begin, and such that do not end a line.
private enum Marks {
  static let noLineStart = Set("、。，．：；？！）】」』》〉”’…·,.:;?!)]}%％".unicodeScalars)
  static let noLineEnd = Set("（【「『《〈“‘([{¥￥$".unicodeScalars)
}
