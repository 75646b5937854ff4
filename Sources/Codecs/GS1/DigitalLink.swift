/// GS1 Digital Link: the key, its qualifiers and attributes as a web address of any domain (GS1
/// Digital Link Standard: URI Syntax). It is only read; nothing is ever fetched.
extension GS1.SyntaxDictionary {
  /// Whether text is an address that must be a Digital Link or is none of ours.
  static func isWebAddress(_ bytes: some Collection<UInt8>) -> Bool {
    schemes.contains { bytes.starts(with: $0) }
  }

  /// Not in mixed case: then it is text.
  private static let schemes = ["https://", "HTTPS://", "http://", "HTTP://"].map { Array($0.utf8) }

  /// Words for identifiers, withdrawn from the standard and still printed (URI Syntax 1.1, 4).
  private static let words: [(word: StaticString, identifier: StaticString)] = [
    ("gtin", "01"), ("itip", "8006"), ("cpid", "8010"), ("gln", "414"), ("party", "417"),
    ("gsrnp", "8017"), ("gsrn", "8018"), ("gcn", "255"), ("sscc", "00"), ("gdti", "253"),
    ("ginc", "401"), ("gsin", "402"), ("grai", "8003"), ("giai", "8004"), ("gmn", "8013"),
    ("cpv", "22"), ("lot", "10"), ("ser", "21"), ("cpsn", "8011"), ("glnx", "254"),
    ("refno", "8020"), ("srin", "8019"),
  ]

  /// The elements of a Digital Link: those of the path, then those behind the question mark.
  ///
  /// A GTIN has to have its 14 digits. `acceptsWords` is for the words for identifiers that the
  /// standard has withdrawn.
  public func elements(
    ofLink uri: [UInt8], acceptsWords: Bool = false
  ) throws(GS1.SyntaxRefusal) -> [GS1.Element] {
    let (path, query) = try Self.parts(of: uri)
    var found: [Found] = []
    for (place, value) in try keyAndQualifiers(path, acceptsWords) {
      try add(place, Self.decoded(value, isQuery: false), to: &found)
    }
    let pathIdentifiers = found.map { entries[$0.place].identifier }
    for (place, value) in try attributes(query) {
      try add(place, Self.decoded(value, isQuery: true), to: &found)
    }
    guard isSequence(pathIdentifiers) else { throw .link(.wrongQualifiers) }
    for (index, one) in found.enumerated().dropFirst(pathIdentifiers.count) {
      guard !found[..<index].contains(where: { $0.place == one.place }) else {
        throw .link(.duplicate)
      }
      guard entries[one.place].isLinkAttribute else { throw .link(.notAnAttribute) }
      guard !fits(entries[one.place].identifier, into: pathIdentifiers) else {
        throw .link(.qualifierAsAttribute)
      }
    }
    try checkPairs(found)
    return elements(found)
  }

  private func add(
    _ place: Int, _ value: [UInt8], to found: inout [Found]
  ) throws(GS1.SyntaxRefusal) {
    guard found.count < Self.elementLimit else { throw .tooManyElements }
    let entry = entries[place]
    let length = try Self.check(value[...], as: entry, lists)
    guard length == value.count else { throw .tooLong(entry.identifier) }
    found.append(Found(place: place, value: value[...]))
  }

  // MARK: URI

  /// Path and query, without scheme, domain and fragment (RFC 3986, 3).
  private static func parts(
    of uri: [UInt8]
  ) throws(GS1.SyntaxRefusal) -> (path: ArraySlice<UInt8>, query: ArraySlice<UInt8>) {
    guard uri.allSatisfy(isURICharacter) else { throw .link(.wrongCharacter) }
    guard let scheme = schemes.first(where: { uri.starts(with: $0) }) else {
      throw .link(.noDomain)
    }
    let rest = uri.dropFirst(scheme.count)
    let domain = rest.prefix { $0 != UInt8(ascii: "/") }
    guard !domain.isEmpty, domain.endIndex < uri.endIndex else { throw .link(.noDomain) }
    guard domain.allSatisfy(isDomainCharacter) else { throw .link(.wrongDomain) }
    let withoutFragment = uri[domain.endIndex...].prefix { $0 != UInt8(ascii: "#") }
    let path = withoutFragment.prefix { $0 != UInt8(ascii: "?") }
    return (path, withoutFragment[path.endIndex...].dropFirst())
  }

  /// Unreserved and reserved characters and the percent sign (RFC 3986, 2).
  private static func isURICharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21, 0x23...0x3B, 0x3D, 0x3F...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x7E: true
    default: false
    }
  }

  private static func isDomainCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    // - . / 0 to 9 : A to Z [ ] a to z
    case 0x2D...0x3A, 0x41...0x5B, 0x5D, 0x61...0x7A: true
    default: false
    }
  }

  /// Two hexadecimal digits behind a percent sign are a byte; one without them stands for itself.
  private static func decoded(
    _ value: ArraySlice<UInt8>, isQuery: Bool
  ) throws(GS1.SyntaxRefusal) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.count)
    var rest = value
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2).compactMap(GS1.hexadecimalValue)
      if byte == UInt8(ascii: "%"), digits.count == 2 {
        guard digits != [0, 0] else { throw .link(.zeroByte) }
        bytes.append(digits[0] << 4 | digits[1])
        rest = rest.dropFirst(2)
      } else {
        bytes.append(isQuery && byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return bytes
  }

  // MARK: Path

  /// Pairs of identifier and data from the last key in the path to its end. What stands in front of
  /// it is the domain's own.
  private func keyAndQualifiers(
    _ path: ArraySlice<UInt8>, _ acceptsWords: Bool
  ) throws(GS1.SyntaxRefusal) -> [(place: Int, value: ArraySlice<UInt8>)] {
    let segments = path.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var pairs: [(place: Int, value: ArraySlice<UInt8>)] = []
    var end = segments.count
    while end >= 2, let place = place(named: segments[end - 2], acceptsWords) {
      pairs.append((place, segments[end - 1]))
      if entries[place].qualifiers != nil { return pairs.reversed() }
      end -= 2
    }
    throw .link(.noKey)
  }

  private func place(named name: ArraySlice<UInt8>, _ acceptsWords: Bool) -> Int? {
    if let place = place(of: name) { return place }
    guard acceptsWords else { return nil }
    for (word, identifier) in Self.words {
      if word.withUTF8Buffer({ $0.elementsEqual(name) }) {
        return identifier.withUTF8Buffer { place(of: Array($0)[...]) }
      }
    }
    return nil
  }

  /// Whether identifiers are a key and some of its qualifiers, in the order that the key has them.
  private func isSequence(_ identifiers: [GS1.ApplicationIdentifier]) -> Bool {
    guard let key = identifiers.first, let place = place(of: key),
      let alternatives = entries[place].qualifiers
    else { return false }
    let qualifiers = identifiers.dropFirst()
    guard !qualifiers.isEmpty else { return true }
    return alternatives.contains { alternative in
      var rest = alternative[...]
      return qualifiers.allSatisfy { qualifier in
        guard let index = rest.firstIndex(of: qualifier) else { return false }
        rest = rest[(index + 1)...]
        return true
      }
    }
  }

  private func place(of identifier: GS1.ApplicationIdentifier) -> Int? {
    place(of: Array(identifier.description.utf8)[...])
  }

  /// Whether an attribute is a qualifier that the path has room for.
  private func fits(
    _ identifier: GS1.ApplicationIdentifier, into path: [GS1.ApplicationIdentifier]
  ) -> Bool {
    (1...path.count).contains { place in
      isSequence(Array(path[..<place]) + [identifier] + path[place...])
    }
  }

  // MARK: Query

  /// Names that are not all digits are the domain's own, and so are those without a value.
  private func attributes(
    _ query: ArraySlice<UInt8>
  ) throws(GS1.SyntaxRefusal) -> [(place: Int, value: ArraySlice<UInt8>)] {
    var attributes: [(place: Int, value: ArraySlice<UInt8>)] = []
    for pair in query.split(separator: UInt8(ascii: "&")) {
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = pair[..<equals]
      guard !name.isEmpty, name.allSatisfy({ $0 &- 0x30 <= 9 }) else { continue }
      guard let place = place(of: name) else { throw .link(.unknownIdentifier) }
      attributes.append((place, pair[(equals + 1)...]))
    }
    return attributes
  }
}
