import Testing

@testable import Daemon

struct PrintTrialsTests {
  private let limit = PrintTrials.startLimit

  private func afterStarts(_ count: Int, of job: UInt32) -> PrintTrials {
    var trials = PrintTrials()
    for _ in 0..<count { trials.started(job, in: trials.round) }
    return trials
  }

  @Test func `a paper has so many starts and no more, and keeps none of another's`() {
    #expect(afterStarts(limit - 1, of: 7).mayStart(7))
    #expect(!afterStarts(limit, of: 7).mayStart(7))
    #expect(afterStarts(limit, of: 7).mayStart(8))
  }

  @Test func `a copy goes on where what it repeats has ended`() {
    var trials = afterStarts(limit - 1, of: 7)
    trials.repeated(7, as: 9)
    #expect(trials.mayStart(9))
    trials.started(9, in: trials.round)
    #expect(!trials.mayStart(9))
  }

  @Test func `a paper too long for this roll waits for the next one`() {
    var trials = PrintTrials()
    trials.holdBack(7, in: trials.round)
    #expect(!trials.mayStart(7))
    trials.beginAnew()
    #expect(trials.mayStart(7))
  }

  @Test func `what an earlier printer or roll had to tell says nothing of this one`() {
    var trials = afterStarts(limit - 1, of: 7)
    let earlier = trials.round
    trials.beginAnew()
    for _ in 0..<limit { trials.started(7, in: earlier) }
    trials.holdBack(8, in: earlier)
    #expect(trials.mayStart(7))
    #expect(trials.mayStart(8))
  }

  @Test func `what is out is forgotten`() {
    var trials = afterStarts(limit, of: 7)
    trials.holdBack(7, in: trials.round)
    trials.ended(7)
    #expect(trials.mayStart(7))
  }
}
