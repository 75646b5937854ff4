import Codecs
import Devices
import Testing

@testable import Simulators

extension PrinterModel {
  /// A printer that is switched on.
  static func running(_ change: (inout Profile) -> Void = { _ in }) -> PrinterModel {
    var profile = Profile()
    change(&profile)
    var model = PrinterModel(profile: profile)
    model.powerOn()
    return model
  }

  /// Sends all of it, as much at a time as is taken.
  mutating func send(bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard case .accepted(let count) = write(endpoint: Self.outEndpoint, bytes: Array(rest)),
        count > 0
      else { return }
      rest = rest.dropFirst(count)
    }
  }

  mutating func send(_ commands: [ESCPOS.Command]) { send(bytes: ESCPOS.encode(commands)) }

  mutating func send(_ text: String) { send(bytes: Array(text.utf8)) }

  mutating func answers() -> [ESCPOS.Response] {
    var parser = ESCPOS.ResponseParser()
    var responses: [ESCPOS.Response] = []
    while let packet = read(endpoint: Self.inEndpoint, maximumByteCount: 64) {
      responses += parser.feed(packet)
    }
    return responses
  }

  var lines: [Paper.Line] {
    paper.items.compactMap { if case .line(let line) = $0 { line } else { nil } }
  }

  var blocks: [Paper.Block] {
    paper.items.compactMap { if case .block(let block, _) = $0 { block } else { nil } }
  }

  var refusals: [String] {
    paper.items.compactMap { if case .refused(let reason, _) = $0 { reason } else { nil } }
  }
}
