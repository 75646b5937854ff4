/// A piece of Swift source text, as far as the rules have to tell pieces apart.
struct Token: Equatable {
  enum Kind: Equatable {
    /// An identifier or keyword; with its `@` or `#`, and without backticks.
    case word
    case number
    /// A string or regex literal: what is between its quotes, without interpolations. The tokens
    /// of an interpolation follow it.
    case literal
    case punctuation
    case comment
  }

  let kind: Kind
  let text: String
  let line: Int
  let endLine: Int
  /// Nothing stands between it and the token before.
  let isGlued: Bool
}

extension Collection<Token> {
  /// What the compiler would see.
  var code: [Token] { filter { $0.kind != .comment } }
}

extension Array<Token> {
  func isWord(_ index: Int, _ text: String) -> Bool {
    indices.contains(index) && self[index].kind == .word && self[index].text == text
  }

  func isPunctuation(_ index: Int, _ text: String) -> Bool {
    indices.contains(index) && self[index].kind == .punctuation && self[index].text == text
  }

  /// The word at a place; nil for anything else.
  func word(_ index: Int) -> String? {
    indices.contains(index) && self[index].kind == .word ? self[index].text : nil
  }

  /// The place of the bracket that closes the one at `opening`, or nil in torn text.
  func closing(of opening: Int) -> Int? {
    var depth = 0
    for index in opening..<count where self[index].kind == .punctuation {
      if "([{".contains(self[index].text) { depth += 1 }
      if ")]}".contains(self[index].text) { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
