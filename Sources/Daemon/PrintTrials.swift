/// Which papers are still tried, and how often each was started on this printer and roll.
///
/// A job is made ready while the printer may be replaced, its roll changed, or a fault mended:
/// what was begun before such a moment says nothing of the time after it. Each moment opens a
/// round, and what a start of an earlier round had to tell is dropped.
struct PrintTrials: Equatable {
  /// How often one paper is started before it waits for staff.
  static let startLimit = 5

  /// Names the time between two moments from which on all papers are tried again.
  struct Round: Equatable {
    fileprivate var number = 0
  }

  private(set) var round = Round()
  /// Starts of a paper, under the number of the job it is now.
  private var starts: [UInt32: Int] = [:]
  /// Papers that are longer than what is left of the roll.
  private var held: Set<UInt32> = []

  /// Another printer, or one that a person has mended: all papers are tried again.
  mutating func beginAnew() {
    round.number += 1
    starts = [:]
    held = []
  }

  /// Not too often started, and not too long for this roll.
  func mayStart(_ job: UInt32) -> Bool {
    starts[job, default: 0] < Self.startLimit && !held.contains(job)
  }

  mutating func started(_ job: UInt32, in round: Round) {
    if round == self.round { starts[job, default: 0] += 1 }
  }

  /// A copy goes on where what it repeats has ended.
  mutating func repeated(_ job: UInt32, as copy: UInt32) {
    starts[copy] = starts.removeValue(forKey: job)
  }

  /// The paper is too long for what is left of the roll of this round.
  mutating func holdBack(_ job: UInt32, in round: Round) {
    if round == self.round { held.insert(job) }
  }

  /// It is out, or given up.
  mutating func ended(_ job: UInt32) {
    starts[job] = nil
    held.remove(job)
  }
}
