import LoopbackHTTP

/// How the daemon starts, what memory it takes, and how it stops.
struct StartBenchmark {
  static let targetMilliseconds = 500.0
  static let targetMegabytes = 60.0
  static let stopTargetMilliseconds = 2_000.0
  static let settleSeconds = 10

  let kioskd: String
  let startCount: Int

  func run(in workplace: Workplace) async throws {
    let data = try workplace.make("start")
    let load = Machine.load
    // The sample shop is filled in by the first start, which is not counted.
    let first = try await startAndStop(data)
    var starts: [Double] = []
    var stops: [Double] = []
    var statuses: Set<Int32> = []
    for _ in 0..<startCount {
      let (start, stop, status) = try await startAndStop(data)
      starts.append(start)
      stops.append(stop)
      statuses.insert(status)
    }
    let daemon = try DaemonProcess(kioskd, data: data)
    _ = try await daemon.start()
    let events = try await LoopbackEvents(port: daemon.port)
    try await Task.sleep(for: .seconds(Self.settleSeconds))
    let memory = try daemon.memory()
    let last = try await daemon.stop()
    // Its connection was open until here.
    withExtendedLifetime(events) {}
    stops.append(last.milliseconds)
    statuses.insert(last.status)
    report(first.start, Distribution(starts), Distribution(stops), statuses, memory, load)
  }

  private func startAndStop(
    _ data: String
  ) async throws -> (start: Double, stop: Double, status: Int32) {
    let daemon = try DaemonProcess(kioskd, data: data)
    let start = try await daemon.start()
    let (stop, status) = try await daemon.stop()
    return (start, stop, status)
  }

  private func report(
    _ first: Double, _ starts: Distribution, _ stops: Distribution, _ statuses: Set<Int32>,
    _ memory: [String: Double], _ load: String
  ) {
    func megabytes(_ key: String) -> Double { memory[key] ?? .nan }
    let pss = megabytes("Pss")
    let slowestStop = stops.quantile(1)
    let isStopMet = slowestStop <= Self.stopTargetMilliseconds && statuses == [0]
    print(
      """
      START: kioskd run --simulate --sample
        how: \(startCount) starts on a data directory with the sample database, files in the page \
      cache, /healthz asked
             again 1 ms after each refusal; memory from smaps_rollup \(Self.settleSeconds) s after \
      ready with one reader of
             the events; SIGTERM at once after ready, and once with that reader; load \(load)
        first start, which fills the sample  \(format(first, decimals: 0)) ms
        exec to the first 200 of /healthz    p50 \(format(starts.median, decimals: 0))  max \
      \(format(starts.quantile(1), decimals: 0)) ms
        memory                               PSS \(format(pss, decimals: 1)) MB (anonymous \
      \(format(megabytes("Pss_Anon"), decimals: 1)), file \
      \(format(megabytes("Pss_File"), decimals: 1)))  RSS \
      \(format(megabytes("Rss"), decimals: 1)) MB
        SIGTERM to exit                      p50 \(format(stops.median, decimals: 0))  max \
      \(format(slowestStop, decimals: 0)) ms, status \(statuses.sorted())
        target: median start < \(format(Self.targetMilliseconds, decimals: 0)) ms: \
      \(format(starts.median, decimals: 0)) \(verdict(starts.median < Self.targetMilliseconds))
        target: PSS < \(format(Self.targetMegabytes, decimals: 0)) MB: \(format(pss, decimals: 1)) \
      \(verdict(pss < Self.targetMegabytes))
        target: stops within \(format(Self.stopTargetMilliseconds, decimals: 0)) ms with status 0: \
      \(format(slowestStop, decimals: 0)) \(verdict(isStopMet))
      """)
  }
}
