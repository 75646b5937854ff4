extension GS1 {
  /// Why data are no element string or no Digital Link, named as in the standard.
  public enum SyntaxRefusal: Error, Equatable, Hashable, Sendable {
    case empty
    case tooManyElements
    /// No application identifier begins at this place, counted from 0.
    case unknownIdentifier(at: Int)
    case emptyValue(ApplicationIdentifier)
    case tooShort(ApplicationIdentifier)
    case tooLong(ApplicationIdentifier)
    /// A character that this data must not have.
    case wrongCharacter(ApplicationIdentifier)
    /// A check digit, a date, a code: the name of the check in the syntax dictionary.
    case wrongContent(ApplicationIdentifier, check: String)
    /// Twice, with other data.
    case contradicts(ApplicationIdentifier)
    case excluded(ApplicationIdentifier, by: ApplicationIdentifier)
    /// Without the identifiers that have to stand beside it, as the standard writes them.
    case incomplete(ApplicationIdentifier, needs: String)
    case link(LinkRefusal)
  }

  /// Why a URI is no GS1 Digital Link.
  public enum LinkRefusal: String, Error, Equatable, Hashable, Sendable {
    case noDomain, wrongCharacter, wrongDomain
    case noKey
    case wrongQualifiers
    case unknownIdentifier
    case duplicate
    case notAnAttribute
    /// A qualifier that stands behind the question mark.
    case qualifierAsAttribute
    /// A zero byte in percent encoding.
    case zeroByte
  }
}

extension GS1.SyntaxRefusal: CustomStringConvertible {
  /// For staff and logs; nothing of the data is in it.
  public var description: String {
    switch self {
    case .empty: "no data"
    case .tooManyElements: "too many application identifiers"
    case .unknownIdentifier(let place): "no known application identifier at \(place)"
    case .emptyValue(let identifier): "(\(identifier)) has no data"
    case .tooShort(let identifier): "(\(identifier)) is too short"
    case .tooLong(let identifier): "(\(identifier)) is too long, or its separator is missing"
    case .wrongCharacter(let identifier): "(\(identifier)) has a character it must not have"
    case .wrongContent(let identifier, let check): "(\(identifier)) fails the check \(check)"
    case .contradicts(let identifier): "(\(identifier)) is there twice with different data"
    case .excluded(let identifier, let other): "(\(identifier)) must not stand beside (\(other))"
    case .incomplete(let identifier, let others): "(\(identifier)) needs \(others) beside it"
    case .link(let refusal): refusal.description
    }
  }
}

extension GS1.LinkRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noDomain: "the link has no domain or no path"
    case .wrongCharacter: "the link has a character that no URI has"
    case .wrongDomain: "the link's domain has a character that no domain has"
    case .noKey: "the link's path has no GS1 key"
    case .wrongQualifiers: "the link's qualifiers are not those of its key, or out of order"
    case .unknownIdentifier: "the link has an unknown application identifier"
    case .duplicate: "the link has an application identifier twice"
    case .notAnAttribute: "an application identifier must not stand behind the question mark"
    case .qualifierAsAttribute: "a qualifier stands behind the question mark"
    case .zeroByte: "the link has a zero byte"
    }
  }
}
