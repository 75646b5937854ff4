import Devices

/// How long a job may still take: what is under way, and some patience. Time runs from the last
/// progress, and stands still while a person has something to do. A fixed limit would cut a long
/// receipt in two and call one that is on paper a failure. `now` is the time since any fixed
/// moment.
struct PrintWatch {
  /// Signs of life without progress stretch the time by so much and no more.
  static let stretch = 4

  private let limits: ESCPOSPrinterLimits
  /// The time that the paper takes which is sent and not confirmed.
  var underWay = Duration.zero
  private var lastProgress: Duration
  private var lastSign: Duration
  private var attentionSince: Duration?

  init(_ limits: ESCPOSPrinterLimits, at now: Duration) {
    self.limits = limits
    lastProgress = now
    lastSign = now
  }

  /// Bytes were taken, or a part is on paper.
  mutating func progressed(at now: Duration) {
    lastProgress = now
    lastSign = now
  }

  /// The printer said something.
  mutating func heard(at now: Duration) { lastSign = now }

  /// Why the job must end now, or nil. `attention` is what keeps the printer from printing.
  mutating func verdict(
    _ attention: Attention?, at now: Duration
  ) -> DeviceError.Kind? {
    guard let attention else {
      if attentionSince != nil { progressed(at: now) }
      attentionSince = nil
      let allowed = limits.patience + underWay
      let isLate = now - lastSign >= allowed || now - lastProgress >= allowed * Self.stretch
      return isLate ? .timedOut : nil
    }
    let since = attentionSince ?? now
    attentionSince = since
    return now - since >= limits.attention ? .needsAttention(attention) : nil
  }

  /// Until the next verdict can be another one, if nothing happens before.
  func rest(at now: Duration) -> Duration {
    let allowed = limits.patience + underWay
    let end =
      attentionSince.map { $0 + limits.attention }
      ?? min(lastSign + allowed, lastProgress + allowed * Self.stretch)
    return max(end - now, .milliseconds(1))
  }
}
