extension GS1.SyntaxDictionary {
  /// Elements in one scan; the symbols of one item carry far fewer.
  public static let elementLimit = 64
  /// FNC1 as scanners send it: the group separator (GS1 General Specifications, 7.8.3).
  static let separator: UInt8 = 0x1D

  /// An element by its place in the dictionary.
  struct Found {
    let place: Int
    let value: ArraySlice<UInt8>
  }

  /// Takes an element string apart: every identifier known, its data of the right length,
  /// characters and content, and the pairs that must be or must not be (GS1 General Specifications,
  /// 4.14).
  ///
  /// A separator may end any element, also the last. Elements come in the order of the data.
  public func elements(of bytes: [UInt8]) throws(GS1.SyntaxRefusal) -> [GS1.Element] {
    guard !bytes.isEmpty else { throw .empty }
    var found: [Found] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard found.count < Self.elementLimit else { throw .tooManyElements }
      guard let place = place(at: rest) else { throw .unknownIdentifier(at: rest.startIndex) }
      let entry = entries[place]
      rest = rest.dropFirst(Int(entry.identifier.length))
      let upToSeparator = rest.prefix { $0 != Self.separator }
      let length = try Self.check(upToSeparator, as: entry, lists)
      guard entry.isPredefinedLength || length == upToSeparator.count else {
        throw .tooLong(entry.identifier)
      }
      found.append(Found(place: place, value: upToSeparator.prefix(length)))
      rest = rest.dropFirst(length)
      if rest.first == Self.separator { rest = rest.dropFirst() }
    }
    try checkPairs(found)
    return elements(found)
  }

  func elements(_ found: [Found]) -> [GS1.Element] {
    found.map {
      GS1.Element(entries[$0.place].identifier, String(decoding: $0.value, as: UTF8.self))
    }
  }

  /// How many bytes the data of an identifier take up; checks them.
  static func check(
    _ data: ArraySlice<UInt8>, as entry: Entry, _ lists: GS1.CodeLists
  ) throws(GS1.SyntaxRefusal) -> Int {
    guard !data.isEmpty else { throw .emptyValue(entry.identifier) }
    var rest = data
    for component in entry.components {
      let value = rest.prefix(component.length.upperBound)
      if component.isOptional, value.isEmpty { break }
      guard value.count >= component.length.lowerBound else { throw .tooShort(entry.identifier) }
      guard component.characters.accepts(value) else { throw .wrongCharacter(entry.identifier) }
      for linter in component.linters where !linter.accepts(value, lists) {
        throw .wrongContent(entry.identifier, check: linter.rawValue)
      }
      rest = rest.dropFirst(value.count)
    }
    return data.count - rest.count
  }

  /// What must stand beside what, what must not, and nothing twice with other data.
  func checkPairs(_ found: [Found]) throws(GS1.SyntaxRefusal) {
    for (index, one) in found.enumerated() {
      let entry = entries[one.place]
      for other in found[(index + 1)...] where other.place == one.place {
        guard other.value == one.value else { throw .contradicts(entry.identifier) }
      }
      for pattern in entry.excluded {
        for other in found where other.place != one.place {
          let identifier = entries[other.place].identifier
          if pattern.matches(identifier) { throw .excluded(entry.identifier, by: identifier) }
        }
      }
      for alternatives in entry.required {
        let isThere = alternatives.contains { group in
          group.allSatisfy { pattern in
            found.contains {
              $0.place != one.place && pattern.matches(entries[$0.place].identifier)
            }
          }
        }
        guard isThere else {
          throw .incomplete(entry.identifier, needs: Self.words(alternatives))
        }
      }
    }
  }

  private static func words(_ alternatives: [[GS1.IdentifierPattern]]) -> String {
    let separator = alternatives.contains { $0.count > 1 } ? ", or " : " or "
    return alternatives.map { group in group.map { "(\($0))" }.joined(separator: " and ") }
      .joined(separator: separator)
  }
}
