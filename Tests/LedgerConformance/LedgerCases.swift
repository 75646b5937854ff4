import Ledger

extension LedgerCase {
  static let identity: [LedgerCase] = [
    LedgerCase("the same id gives the same answer and changes nothing") { trial in
      let entry = Shop.entry(2, .post(try trial.spend(4_000)))
      try await trial.expect(.ok, of: entry)
      try await trial.expect(.ok, of: entry)
      try await trial.expect(Shop.principal, posted: -6_000)
    },
    LedgerCase("an id used for other content is refused and keeps its answer") { trial in
      let entry = Shop.entry(2, .post(try trial.spend(4_000)))
      try await trial.expect(.ok, of: entry)
      try await trial.expect(.otherContent, of: Shop.entry(2, .post(try trial.spend(1))))
      try await trial.expect(.ok, of: entry)
      try await trial.expect(Shop.principal, posted: -6_000)
    },
    LedgerCase("a refusal sticks to its id") { trial in
      let tooMuch = Shop.entry(2, .post(try trial.spend(10_001)))
      try await trial.expect(.overLimit, of: tooMuch)
      let topUp = try Shop.move(500, from: Shop.cash, to: Shop.principal)
      try await trial.expect(.ok, of: Shop.entry(3, .post(topUp)))
      try await trial.expect(.overLimit, of: tooMuch)
      try await trial.expect(.ok, of: Shop.entry(4, .post(try trial.spend(10_001))))
    },
    LedgerCase("refusals are told in their order of precedence") { trial in
      let both = try Postings([
        Posting(account: Shop.principal, asset: Shop.cny, units: 1),
        Posting(account: Shop.otherPrincipal, asset: Shop.cny, units: 1),
        Posting(account: .house("nowhere"), asset: Shop.cny, units: -2),
      ])
      try await trial.expect(.malformed, of: Shop.entry(2, .post(both)))
      let stray = try Shop.move(99_999, from: Shop.principal, to: .house("nowhere"))
      try await trial.expect(.otherContent, of: Shop.entry(1, .post(stray)))
      try await trial.expect(.noSuchAccount, of: Shop.entry(3, .post(stray)))
    },
    LedgerCase("an asset that is not the account's, and two owners, are malformed") { trial in
      let points = try Postings([
        Posting(account: Shop.cash, asset: .points, units: 1),
        Posting(account: Shop.revenue, asset: .points, units: -1),
      ])
      try await trial.expect(.malformed, of: Shop.entry(2, .post(points)))
      let mixed = try Shop.move(1, from: Shop.principal, to: Shop.otherPrincipal)
      try await trial.expect(.malformed, of: Shop.entry(3, .post(mixed)))
      try await trial.expect(.malformed, of: Shop.entry(4, .hold(mixed)))
    },
  ]

  static let holds: [LedgerCase] = [
    LedgerCase("what is held cannot be spent, and a void restores the state before") { trial in
      try await trial.expect(.ok, of: Shop.entry(2, .hold(try trial.spend(9_000))))
      try await trial.expect(.overLimit, of: Shop.entry(3, .post(try trial.spend(1_001))))
      try await trial.expect(Shop.principal, posted: -10_000, debits: 9_000)
      try await trial.expect(Shop.revenue, posted: 0, credits: 9_000)
      try await trial.expect(.ok, of: Shop.entry(4, .void(Shop.id(2))))
      try await trial.expect(Shop.principal, posted: -10_000)
      try await trial.expect(Shop.revenue, posted: 0)
    },
    LedgerCase("a hold of a credit is not yet there to be spent") { trial in
      let topUp = try Shop.move(5_000, from: Shop.cash, to: Shop.principal)
      try await trial.expect(.ok, of: Shop.entry(2, .hold(topUp)))
      try await trial.expect(.overLimit, of: Shop.entry(3, .post(try trial.spend(10_001))))
      try await trial.expect(.ok, of: Shop.entry(4, .capture(Shop.id(2))))
      try await trial.expect(.ok, of: Shop.entry(5, .post(try trial.spend(15_000))))
    },
    LedgerCase("a hold is ended once") { trial in
      try await trial.expect(.ok, of: Shop.entry(2, .hold(try trial.spend(9_000))))
      try await trial.expect(.ok, of: Shop.entry(3, .capture(Shop.id(2))))
      try await trial.expect(.holdResolved, of: Shop.entry(4, .capture(Shop.id(2))))
      try await trial.expect(.holdResolved, of: Shop.entry(5, .void(Shop.id(2))))
      try await trial.expect(.noSuchHold, of: Shop.entry(6, .void(Shop.id(99))))
      try await trial.expect(.noSuchHold, of: Shop.entry(7, .void(Shop.id(1))))
      try await trial.expect(Shop.revenue, posted: -9_000)
    },
    LedgerCase("only the kiosk that made a hold finds it abandoned") { trial in
      try await trial.expect(.ok, of: Shop.entry(2, .hold(try trial.spend(9_000))))
      try await trial.expect(.noSuchHold, of: Shop.entry(3, .expire(Shop.id(2)), kiosk: 2))
      try await trial.expect(.ok, of: Shop.entry(4, .expire(Shop.id(2)), kiosk: 1))
      try await trial.expect(Shop.principal, posted: -10_000)
    },
    LedgerCase("a hold may be made and ended in one batch") { trial in
      let batch = Batch(
        entries: [
          Shop.entry(2, .hold(try trial.spend(9_000))), Shop.entry(3, .capture(Shop.id(2))),
          Shop.entry(4, .hold(try trial.spend(1_000))), Shop.entry(5, .void(Shop.id(4))),
        ], isLinked: true)
      try await trial.expect([.ok, .ok, .ok, .ok], of: batch)
      try await trial.expect(Shop.principal, posted: -1_000)
    },
  ]

  static let limits: [LedgerCase] = [
    LedgerCase("an account is never spent below zero, to the last unit") { trial in
      try await trial.expect(.overLimit, of: Shop.entry(2, .post(try trial.spend(10_001))))
      try await trial.expect(.ok, of: Shop.entry(3, .post(try trial.spend(10_000))))
      try await trial.expect(.overLimit, of: Shop.entry(4, .hold(try trial.spend(1))))
    },
    LedgerCase("a lot never holds more than was granted, held credits included") { trial in
      func grant(_ units: Int64) throws -> Postings {
        try Shop.move(units, from: Shop.cash, to: Shop.bonus)
      }
      try await trial.expect(.ok, of: Shop.entry(2, .hold(try grant(1_500))))
      try await trial.expect(.overLimit, of: Shop.entry(3, .post(try grant(501))))
      try await trial.expect(.ok, of: Shop.entry(4, .post(try grant(500))))
      try await trial.expect(.ok, of: Shop.entry(5, .capture(Shop.id(2))))
      try await trial.expect(Shop.bonus, posted: -2_000)
    },
    LedgerCase("an unknown account is named as such and not made") { trial in
      let stray = try Shop.move(1, from: Shop.principal, to: .house("nowhere"))
      try await trial.expect(.noSuchAccount, of: Shop.entry(2, .post(stray)))
      try await trial.expectNone(.house("nowhere"))
    },
    LedgerCase("one of many that race for the same balance gets it") { trial in
      let entries = try (2..<10).map { Shop.entry(UInt64($0), .hold(try trial.spend(9_999))) }
      let outcomes = try await withThrowingTaskGroup(of: [Outcome].self) { group in
        for entry in entries { group.addTask { try await trial.ledger.submit(Shop.one(entry)) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      guard outcomes.filter({ $0 == .ok }).count == 1,
        outcomes.filter({ $0 == .overLimit }).count == 7
      else { throw NonConformance(description: "the race ended \(outcomes)") }
      try await trial.expect(Shop.principal, posted: -10_000, debits: 9_999)
    },
  ]

  static let batches: [LedgerCase] = [
    LedgerCase("a linked batch is all or nothing") { trial in
      let batch = Batch(
        openings: [Account(id: .house("new"), asset: Shop.cny, rule: .free)],
        entries: [
          Shop.entry(2, .post(try trial.spend(6_000))),
          Shop.entry(3, .post(try trial.spend(6_000))),
          Shop.entry(4, .post(try trial.spend(1))),
        ], isLinked: true)
      let refused: [Outcome] = [.linkedFailed, .overLimit, .linkedFailed]
      try await trial.expect(refused, of: batch)
      try await trial.expect(Shop.principal, posted: -10_000)
      try await trial.expectNone(.house("new"))
      try await trial.expect(refused, of: batch, "once more")
      try await trial.expect(.linkedFailed, of: batch.entries[0])
    },
    LedgerCase("entries that are not linked stand alone") { trial in
      let batch = Batch(
        entries: [
          Shop.entry(2, .post(try trial.spend(6_000))),
          Shop.entry(3, .post(try trial.spend(6_000))),
          Shop.entry(4, .post(try trial.spend(1))),
        ], isLinked: false)
      try await trial.expect([.ok, .overLimit, .ok], of: batch)
      try await trial.expect(Shop.principal, posted: -3_999)
    },
    LedgerCase("an opening with other content makes the batch malformed") { trial in
      let other = Account(id: Shop.principal, asset: Shop.cny, rule: .free)
      let batch = Batch(
        openings: [Account(id: .house("new"), asset: Shop.cny, rule: .free), other],
        entries: [Shop.entry(2, .post(try trial.spend(1)))], isLinked: true)
      try await trial.expect([.malformed], of: batch)
      try await trial.expectNone(.house("new"))
    },
    LedgerCase("a batch beyond its limits is not looked into") { trial in
      let entries = (0..<201).map { Shop.entry(UInt64(2 + $0), .void(Shop.id(99))) }
      try await trial.expect(
        [Outcome](repeating: .malformed, count: 201), of: Batch(entries: entries, isLinked: false))
      try await trial.expect(.noSuchHold, of: entries[0])
    },
    LedgerCase("what funds a limit stands, whatever becomes of the rest, and is given once") {
      trial in
      let limit = Account(
        id: AccountID(owner: "m/1", purpose: "limit/lunch/day"), asset: Shop.cny,
        rule: .debitsWithinCredits)
      let granted = Account(id: .house("limits/granted"), asset: Shop.cny, rule: .free)
      let funding = Shop.entry(
        1_000, .post(try Shop.move(2, from: granted.id, to: limit.id)), kiosk: 0)
      func take(_ number: UInt64, _ units: Int64) throws -> Batch {
        Batch(
          openings: [limit, granted], fundings: [funding],
          entries: [
            Shop.entry(number, .hold(try Shop.move(units, from: limit.id, to: Shop.revenue)))
          ], isLinked: true)
      }
      try await trial.expect([.overLimit], of: try take(2, 3))
      try await trial.expect(limit.id, posted: -2)
      try await trial.expect([.ok], of: try take(3, 1))
      try await trial.expect([.ok], of: try take(4, 1))
      try await trial.expect([.overLimit], of: try take(5, 1))
      try await trial.expect(limit.id, posted: -2, debits: 2)
      try await trial.expect(granted.id, posted: 2)
    },
  ]
}
