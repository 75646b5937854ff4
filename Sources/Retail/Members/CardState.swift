/// What a member card is at the moment. A card that is not active opens no account.
public enum CardState: String, Sendable, Codable, CaseIterable {
  case active
  /// Reported lost by its member (挂失); found again it may be unblocked.
  case lost
  /// Closed by the shop.
  case blocked
  /// Another card took its place (补卡).
  case replaced
  /// Given back (退卡); it may be issued anew, to anybody.
  case returned
}

/// What is done with a card.
public enum CardChange: String, Sendable, Codable, CaseIterable {
  case issue, reportLost, block, unblock, replace, giveBack

  /// Where it leads to; `state` is nil for a card that was never issued.
  ///
  /// Every pair is named, so that a new state or change must be placed to compile.
  public func from(_ state: CardState?) throws(CardRefusal) -> CardState {
    switch (self, state) {
    case (.issue, nil), (.issue, .returned): return .active
    case (.issue, .active), (.issue, .lost), (.issue, .blocked), (.issue, .replaced):
      throw .alreadyIssued
    case (.reportLost, .active), (.reportLost, .blocked): return .lost
    case (.reportLost, .lost): throw .alreadyLost
    case (.block, .active): return .blocked
    case (.block, .lost), (.block, .blocked): throw .alreadyClosed
    case (.unblock, .lost), (.unblock, .blocked): return .active
    case (.unblock, .active): throw .notClosed
    case (.replace, .active), (.replace, .lost), (.replace, .blocked): return .replaced
    case (.giveBack, .active), (.giveBack, .lost), (.giveBack, .blocked), (.giveBack, .replaced):
      return .returned
    case (.reportLost, .replaced), (.block, .replaced), (.unblock, .replaced),
      (.replace, .replaced):
      throw .wasReplaced
    case (.reportLost, .returned), (.block, .returned), (.unblock, .returned),
      (.replace, .returned), (.giveBack, .returned):
      throw .wasReturned
    case (.reportLost, nil), (.block, nil), (.unblock, nil), (.replace, nil), (.giveBack, nil):
      throw .unknown
    }
  }
}

/// Why a change of a card was refused.
public enum CardRefusal: String, Error, Sendable, Codable, CaseIterable {
  case unknown, alreadyIssued, alreadyLost, alreadyClosed, notClosed, wasReplaced, wasReturned
  case ofAnotherMember
  /// The chip shows another number at every tap, or one of no length that chips have.
  case unusableChip
  case tooMany
}
