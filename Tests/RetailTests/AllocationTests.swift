import Foundation
import Ledger
import Retail
import Testing

/// Splitting an amount over lines (RETAIL 4: largest remainder, ties to the earlier line).
struct AllocationTests {
  @Test func `the largest remainders get what is left over`() {
    let parts = Allocation.largestRemainder(fen(100), weights: [fen(600), fen(355), fen(45)])
    #expect(parts == [fen(60), fen(36), fen(4)])  // 60.0, 35.5, 4.5: the tie to the earlier.
  }

  @Test func `equal lines give the odd unit to the earlier`() {
    #expect(
      Allocation.largestRemainder(fen(400), weights: [fen(200), fen(200), fen(200)])
        == [fen(134), fen(133), fen(133)])
  }

  @Test func `nothing is given to lines without room, or when there is nothing to give`() {
    #expect(
      Allocation.largestRemainder(fen(10), weights: [fen(0), fen(30)]) == [fen(0), fen(10)])
    #expect(Allocation.largestRemainder(fen(299), weights: [fen(0)]) == [fen(0)])
    #expect(Allocation.largestRemainder(fen(0), weights: [fen(5)]) == [fen(0)])
    #expect(Allocation.largestRemainder(fen(5), weights: []) == [])
  }

  @Test func `what does not fit is not allocated`() {
    #expect(
      Allocation.largestRemainder(fen(500), weights: [fen(100), fen(200)])
        == [fen(100), fen(200)])
  }

  @Test(arguments: [UInt64(3), 11])
  func `parts sum to the amount, fit their lines, and are within one unit of exact`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    // `make bills` goes through a million.
    let bills = ProcessInfo.processInfo.environment["BILLS"].flatMap { Int($0) } ?? 50_000
    for _ in 0..<bills {
      let weights = (0..<random.number(in: 1...12)).map { _ in
        fen(random.oneIn(6) ? 0 : Int64(random.number(in: 1...20_000)))
      }
      let total = weights.sum()
      let amount = fen(Int64(random.number(in: 0...Int(total.minorUnits))))
      let parts = Allocation.largestRemainder(amount, weights: weights)
      try demand(parts.sum() == amount)
      for (part, weight) in zip(parts, weights) {
        try demand(part >= .zero && part <= weight)
        guard total > .zero else { continue }
        // |part - amount · weight / total| < 1
        let error =
          Int128(part.minorUnits) * Int128(total.minorUnits)
          - Int128(amount.minorUnits) * Int128(weight.minorUnits)
        try demand(error.magnitude < Int128(total.minorUnits).magnitude)
      }
    }
  }

  @Test(arguments: AllocationPolicy.allCases)
  func `every policy spends the amount exactly, and no part is above its room`(
    policy: AllocationPolicy
  ) throws {
    var random = SplitMix64(seed: 17)
    for _ in 0..<20_000 {
      let weights = (0..<random.number(in: 1...9)).map { _ in
        Int64(random.oneIn(5) ? 0 : random.number(in: 1...9_000))
      }
      let room = weights.map { Int64(random.number(in: 0...Int($0))) }
      let amount = Int64(random.number(in: 0...20_000))
      let parts = Allocation.split(amount, weights: weights, room: room, by: policy)
      try demand(parts.reduce(0, +) == min(amount, room.reduce(0, +)))
      for (part, most) in zip(parts, room) { try demand(part >= 0 && part <= most) }
      let free = Allocation.split(amount, weights: weights, by: policy)
      try demand(free.reduce(0, +) == (weights.reduce(0, +) > 0 ? amount : 0))
      try demand(Allocation.split(-amount, weights: weights, by: policy) == free.map { -$0 })
    }
  }

  @Test(arguments: [UInt64(5)])
  func `another order of lines changes only where ties go`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<5_000 {
      let weights = (0..<random.number(in: 2...8)).map { _ in
        fen(Int64(random.number(in: 0...300)))
      }
      let amount = fen(Int64(random.number(in: 0...Int(weights.sum().minorUnits))))
      let order = random.shuffle(Array(weights.indices))
      let parts = Allocation.largestRemainder(amount, weights: weights)
      let shuffled = Allocation.largestRemainder(amount, weights: order.map { weights[$0] })
      // Lines of one weight share a remainder: together they get the same, however placed.
      func byWeight(_ pairs: [(Money, Money)]) -> [Money: [Money]] {
        Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1).sorted() }
      }
      let before = byWeight(Array(zip(weights, parts)))
      let after = byWeight(order.enumerated().map { (weights[$1], shuffled[$0]) })
      for (weight, list) in before {
        let other = try #require(after[weight])
        for (left, right) in zip(list, other) {
          try demand((left - right).minorUnits.magnitude <= 1)
        }
      }
    }
  }
}
