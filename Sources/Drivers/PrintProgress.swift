import Codecs

/// How far a job is, by the printer's word: a process id behind each of its segments. Only ids of
/// this job count, so that a late answer to another one is never taken for its end.
struct PrintProgress {
  /// Segments of one job; the last of a longer one has all the rest.
  static let segmentLimit = 64

  let segmentCount: Int
  private(set) var confirmedCount = 0
  private let first: UInt32

  /// Each job number has its own ids, until they start again after a million jobs.
  init(job number: UInt32, segmentCount: Int) {
    self.segmentCount = max(1, min(segmentCount, Self.segmentLimit))
    first = UInt32(
      UInt64(number) * UInt64(Self.segmentLimit) % UInt64(ESCPOS.ProcessID.period))
  }

  /// What is asked for behind a segment.
  func id(ofSegment index: Int) -> ESCPOS.ProcessID {
    ESCPOS.ProcessID(counter: first + UInt32(min(max(0, index), segmentCount - 1)))
  }

  var isComplete: Bool { confirmedCount == segmentCount }

  /// Takes an answer; false when it is not of this job or tells nothing new. A printer keeps only
  /// the newest id that it has not sent, so that one confirms all before it.
  mutating func take(_ id: ESCPOS.ProcessID) -> Bool {
    let period = UInt64(ESCPOS.ProcessID.period)
    let index = (UInt64(id.counter) + period - UInt64(first % ESCPOS.ProcessID.period)) % period
    guard index < UInt64(segmentCount), Int(index) >= confirmedCount else { return false }
    confirmedCount = Int(index) + 1
    return true
  }
}
