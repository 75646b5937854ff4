extension GS1 {
  /// A check of the content of data, by its name in the syntax dictionary.
  enum Linter: String, Hashable, Sendable, CaseIterable {
    case couponcode, couponposoffer
    case csum, csumalpha
    /// Begins with a company prefix, at the first place or the second; `key` and `keyoff1` are the
    /// names of earlier releases.
    case gcppos1, gcppos2, key, keyoff1
    case hasnondigit, hh, hhmi, hyphen, iban, importeridx
    case iso3166, iso3166999, iso3166alpha2, iso3166list, iso4217, iso5218
    case latitude, longitude, mediatype, mi, nonzero, nozeroprefix, packagetype, pcenc
    case pieceoftotal, posinseqslash, ss, winding, yesno, yymmd0, yymmdd, yyyymmd0, yyyymmdd, zero

    /// The shortest company prefix has four digits.
    private static let companyPrefixLength = 4
    /// Ten-millionths of a degree from the south pole and from the 180th meridian.
    private static let (latitudeLimit, longitudeLimit): (UInt64, UInt64) =
      (1_800_000_000, 3_600_000_000)

    /// Whether data that has its length and its characters has its content too.
    func accepts(_ value: ArraySlice<UInt8>, _ lists: CodeLists) -> Bool {
      switch self {
      case .csum: Self.hasCheckDigit(value)
      case .csumalpha: Self.hasCheckCharacterPair(value)
      case .gcppos1, .key: Self.beginsWithCompanyPrefix(value)
      case .gcppos2, .keyoff1: Self.beginsWithCompanyPrefix(value.dropFirst())
      case .couponcode: Self.isCouponCode(value)
      case .couponposoffer: Self.isCouponOffer(value)
      case .iban: Self.isIBAN(value, lists)
      case .yymmd0, .yymmdd, .yyyymmd0, .yyyymmdd, .hh, .hhmi, .mi, .ss: isTime(value)
      case .iso3166, .iso3166999, .iso3166alpha2, .iso3166list, .iso4217, .mediatype,
        .packagetype:
        isListed(value, lists)
      case .iso5218: Self.isOne(of: "0129", value)
      case .winding: Self.isOne(of: "019", value)
      case .yesno: Self.isOne(of: "01", value)
      case .importeridx: value.count == 1 && value.allSatisfy(EncodableCharacters.isFileSafe)
      case .hyphen: !value.isEmpty && value.allSatisfy { $0 == 0x2D }
      case .hasnondigit: value.contains { $0 &- 0x30 > 9 }
      case .zero: value.allSatisfy { $0 == 0x30 }
      case .nonzero: Self.areDigits(value) && value.contains { $0 != 0x30 }
      case .nozeroprefix: Self.areDigits(value) && value.first != 0x30
      case .latitude: Self.isNumber(value, upTo: Self.latitudeLimit)
      case .longitude: Self.isNumber(value, upTo: Self.longitudeLimit)
      case .pcenc: Self.isPercentEncoded(value)
      case .pieceoftotal: Self.isPieceOfTotal(value)
      case .posinseqslash: Self.isPositionInSequence(value)
      }
    }

    private func isListed(_ value: ArraySlice<UInt8>, _ lists: CodeLists) -> Bool {
      switch self {
      case .iso3166: lists.accepts(value, of: .iso3166)
      case .iso3166999:
        value.elementsEqual("999".utf8) || lists.accepts(value, of: .iso3166)
      case .iso3166alpha2: lists.accepts(value, of: .iso3166alpha2)
      case .iso3166list:
        value.count % 3 == 0
          && stride(from: value.startIndex, to: value.endIndex, by: 3)
            .allSatisfy { lists.accepts(value[$0..<$0 + 3], of: .iso3166) }
      case .iso4217: lists.accepts(value, of: .iso4217)
      case .mediatype: lists.accepts(value, of: .mediatype)
      default: lists.accepts(value, of: .packagetype)
      }
    }

    static func areDigits(_ value: ArraySlice<UInt8>) -> Bool {
      value.allSatisfy { $0 &- 0x30 <= 9 }
    }

    private static func isOne(of characters: StaticString, _ value: ArraySlice<UInt8>) -> Bool {
      guard value.count == 1, let only = value.first else { return false }
      return characters.withUTF8Buffer { $0.contains(only) }
    }

    static func beginsWithCompanyPrefix(_ value: ArraySlice<UInt8>) -> Bool {
      value.count >= companyPrefixLength && areDigits(value.prefix(companyPrefixLength))
    }

    /// Ten digits, not above a limit.
    private static func isNumber(_ value: ArraySlice<UInt8>, upTo limit: UInt64) -> Bool {
      guard value.count == 10, areDigits(value) else { return false }
      return value.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) } <= limit
    }
  }
}
