extension GS1 {
  /// The codes that some data must be one of: countries, currencies, package types, media.
  ///
  /// They change by the year and have their own file beside the syntax dictionary. A list that is
  /// not there checks nothing: `missing` says so.
  public struct CodeLists: Equatable, Sendable {
    static let lineLimit = 2_000
    static let lineByteLimit = 1_000
    static let codeByteLimit = 4

    /// A wrong line, counted from 1.
    public struct ParseError: Error, Equatable, Sendable, CustomStringConvertible {
      public let line: Int
      public let problem: String
      public var description: String { "line \(line): \(problem)" }
    }

    enum Name: String, CaseIterable, Sendable {
      case iso3166, iso3166alpha2, iso4217, mediatype, packagetype
    }

    /// Codes of up to four bytes, as numbers in base 256.
    private var codes: [Name: Set<UInt32>] = [:]

    /// No list at all.
    public init() {}

    /// Reads lines of a name and codes, `iso4217 156 840`; from `#` on is a comment.
    public init(parsing text: some StringProtocol) throws(ParseError) {
      var number = 0
      for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
        number += 1
        guard number <= Self.lineLimit else {
          throw ParseError(line: number, problem: "expected at most \(Self.lineLimit) lines")
        }
        guard line.count <= Self.lineByteLimit else {
          throw ParseError(
            line: number, problem: "expected at most \(Self.lineByteLimit) bytes in a line")
        }
        try add(Array(line.prefix { $0 != UInt8(ascii: "#") }), number)
      }
    }

    private mutating func add(_ line: [UInt8], _ number: Int) throws(ParseError) {
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard let first = words.first else { return }
      guard let name = Name(rawValue: String(decoding: first, as: UTF8.self)) else {
        let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
        throw ParseError(line: number, problem: "expected the name of a list: \(known)")
      }
      for word in words.dropFirst() {
        guard let code = Self.code(word) else {
          throw ParseError(
            line: number,
            problem: "expected codes of 1 to \(Self.codeByteLimit) capital letters and digits")
        }
        codes[name, default: []].insert(code)
      }
    }

    /// The names of lists that nothing was read for.
    public var missing: [String] { Name.allCases.filter { codes[$0] == nil }.map(\.rawValue) }

    func accepts(_ value: ArraySlice<UInt8>, of name: Name) -> Bool {
      guard let list = codes[name] else { return true }
      guard let code = Self.code(value) else { return false }
      return list.contains(code)
    }

    private static func code(_ bytes: ArraySlice<UInt8>) -> UInt32? {
      guard (1...codeByteLimit).contains(bytes.count) else { return nil }
      var code: UInt32 = 0
      for byte in bytes {
        guard byte &- 0x30 <= 9 || (0x41...0x5A).contains(byte) else { return nil }
        code = code << 8 | UInt32(byte)
      }
      return code
    }
  }
}
