import Ledger

/// What the ledger is asked for when two records of one person become one: everything that the
/// first has goes to the second, by entries.
///
/// All limited accounts of an entry belong to one owner, so that each part of the way is an entry
/// of its own: out of the one into `merge/<asset>` of the house, and from there to the other. The
/// batch is linked; that house account ends at zero.
public enum MemberMerge {
  /// Lots that one entry takes out; the house's posting joins them.
  static let lotsPerEntry = 90
  public static let reason = "members merged"

  public static func passage(of asset: Asset) -> AccountID { .house("merge/" + asset.code) }

  /// Where an account of `from` goes. A lot keeps its facts under a name of its own, because the
  /// other may have one of that name.
  public static func target(of account: Account, from: Int64, into: Int64) -> Account {
    let parts = account.id.purpose.split(separator: "/", omittingEmptySubsequences: false)
    var purpose = account.id.purpose
    if account.grant != nil, let lot = parts.last {
      purpose = (parts.dropLast() + ["m\(from).\(lot)"]).joined(separator: "/")
    }
    return Account(
      id: AccountID(owner: MemberFacts.owner(into), purpose: purpose), asset: account.asset,
      rule: account.rule, expiresAt: account.expiresAt, grant: account.grant)
  }

  /// Allowances of rules stay where they are: two of them would be twice the limit.
  static func moves(_ account: Account) -> Bool { !UsageLimit.isNamed(account.id) }

  /// Nil when there is nothing to move. Refused while a sale holds anything.
  ///
  /// - Parameter entryID: an id for every ordinal that is asked for.
  public static func batch(
    from: Int64, into: Int64, accounts: [(Account, Balance)], context: EntryContext,
    entryID: (UInt16) -> EntryID
  ) throws(MemberRefusal) -> Batch? {
    guard from != into else { throw .mergeWithItself }
    guard accounts.allSatisfy({ $0.1.heldDebits == 0 && $0.1.heldCredits == 0 }) else {
      throw .openHolds
    }
    let moved = accounts.filter { moves($0.0) && $0.1.posted != 0 }
    guard !moved.isEmpty else { return nil }
    var openings: [Account] = []
    var entries: [JournalEntry] = []
    for (asset, ofAsset) in Dictionary(grouping: moved, by: \.0.asset).sorted(by: {
      $0.key < $1.key
    }) {
      let house = passage(of: asset)
      openings.append(Account(id: house, asset: asset, rule: .free))
      for start in stride(from: 0, to: ofAsset.count, by: lotsPerEntry) {
        let part = ofAsset[start..<min(start + lotsPerEntry, ofAsset.count)]
        let targets = part.map { target(of: $0.0, from: from, into: into) }
        openings += targets
        let sum = part.reduce(0) { $0 + $1.1.posted }
        let out = part.map { Posting(account: $0.0.id, asset: asset, units: -$0.1.posted) }
        let back = zip(targets, part).map {
          Posting(account: $0.id, asset: asset, units: $1.1.posted)
        }
        for (list, units) in [(out, sum), (back, -sum)] {
          entries.append(
            JournalEntry(
              id: entryID(UInt16(entries.count)),
              action: .post(try postings(list, house: house, units)), context: context))
        }
      }
    }
    return Batch(openings: openings, entries: entries, isLinked: true)
  }

  private static func postings(
    _ list: [Posting], house: AccountID, _ units: Int64
  ) throws(MemberRefusal) -> Postings {
    // Lots that cancel each other out leave nothing for the house to carry.
    let passage = units == 0 ? [] : [Posting(account: house, asset: list[0].asset, units: units)]
    do {
      return try Postings(list + passage)
    } catch {
      throw .ledger("\(error)")
    }
  }
}
