extension GS1 {
  /// Every application identifier there is: what data it has, what must stand beside it and what
  /// must not. Read from the published GS1 Barcode Syntax Dictionary; see `init(parsing:lists:)`.
  public struct SyntaxDictionary: Equatable, Sendable {
    /// A part of the data of an identifier.
    struct Component: Equatable, Sendable {
      let characters: EncodableCharacters
      let length: ClosedRange<Int>
      let isOptional: Bool
      let linters: [Linter]
    }

    struct Entry: Equatable, Sendable {
      let identifier: ApplicationIdentifier
      let components: [Component]
      /// Its length follows from its first two digits, so no separator has to end it.
      let isPredefinedLength: Bool
      /// May stand behind the question mark of a Digital Link.
      let isLinkAttribute: Bool
      /// Of each list, one group has to be there as a whole.
      let required: [[[IdentifierPattern]]]
      let excluded: [IdentifierPattern]
      /// As the key of a Digital Link: the qualifiers that may follow it, in this order, one of the
      /// alternatives. Nil when it is no key.
      let qualifiers: [[ApplicationIdentifier]]?
    }

    let entries: [Entry]
    let lists: CodeLists
    /// Names of checks that this program does not have; what they would refuse is accepted.
    public let unknownLinters: [String]
    /// The length of the identifiers that begin with two digits, 0 for none.
    private let lengthByPrefix: [UInt8]
    /// Places in `entries` by the identifier's number, one table per length.
    private let places: [[Int16]]

    init(entries: [Entry], lists: CodeLists, unknownLinters: [String]) {
      self.entries = entries
      self.lists = lists
      self.unknownLinters = unknownLinters
      var lengths = [UInt8](repeating: 0, count: 100)
      var places = [100, 1_000, 10_000].map { [Int16](repeating: -1, count: $0) }
      for (place, entry) in entries.enumerated() {
        let identifier = entry.identifier
        lengths[Self.prefix(of: identifier)] = identifier.length
        places[Int(identifier.length) - 2][Int(identifier.number)] = Int16(place)
      }
      lengthByPrefix = lengths
      self.places = places
    }

    /// How many identifiers there are.
    public var count: Int { entries.count }

    static func prefix(of identifier: ApplicationIdentifier) -> Int {
      switch identifier.length {
      case 2: Int(identifier.number)
      case 3: Int(identifier.number) / 10
      default: Int(identifier.number) / 100
      }
    }

    /// The place of the identifier that the bytes begin with.
    func place(at bytes: ArraySlice<UInt8>) -> Int? {
      guard let prefix = ApplicationIdentifier.number(bytes.prefix(2)), bytes.count >= 2 else {
        return nil
      }
      let length = Int(lengthByPrefix[Int(prefix)])
      guard length > 0, bytes.count >= length,
        let number = ApplicationIdentifier.number(bytes.prefix(length))
      else { return nil }
      let place = places[length - 2][Int(number)]
      return place < 0 ? nil : Int(place)
    }

    /// The place of the identifier that the bytes are.
    func place(of bytes: ArraySlice<UInt8>) -> Int? {
      guard let place = place(at: bytes),
        entries[place].identifier.length == bytes.count
      else { return nil }
      return place
    }
  }
}
