import Cards
import Codecs
import Devices
import Profiles
import Simulators
import StrictYAML

/// Every parser of bytes from outside. None of them may trap, hang or grow without limit; where
/// bytes come in pieces, the pieces may change nothing.
public enum FuzzParser: String, Sendable, CaseIterable {
  case hidDescriptor = "hid-descriptor"
  case hidKeyboard = "hid-keyboard"
  case hidPOS = "hid-pos"
  case scan
  case dictionary
  case ccidDescriptor = "ccid-descriptor"
  case ccidMessage = "ccid-message"
  case atr
  case apdu
  case card
  case ndef
  case printerIn = "printer-in"
  case escpos
  case display
  case profile

  /// Traps when the parser breaks a promise: for who runs it, a crash is a finding.
  public func take(_ bytes: [UInt8]) {
    switch self {
    case .hidDescriptor: takeDescriptor(bytes)
    case .hidKeyboard: takeKeyboard(bytes)
    case .hidPOS: takePOS(bytes)
    case .scan: takeScan(bytes)
    case .dictionary: takeDictionary(bytes)
    case .ccidDescriptor: takeClassDescriptor(bytes)
    case .ccidMessage: takeMessage(bytes)
    case .atr: takeAnswerToReset(bytes)
    case .apdu: takeAPDU(bytes)
    case .card: takeCard(bytes)
    case .ndef: takeNDEF(bytes)
    case .printerIn: takePrinterIn(bytes)
    case .escpos: takeESCPOS(bytes)
    case .display: takeDisplay(bytes)
    case .profile: takeProfile(bytes)
    }
  }

  // MARK: Scanners

  private func takeDescriptor(_ bytes: [UInt8]) {
    do throws(HID.ReportDescriptor.Malformation) {
      let descriptor = try HID.ReportDescriptor(decoding: bytes)
      let report = [UInt8](repeating: 0xA5, count: 64)
      _ = HID.KeyboardReportFormat(descriptor)?.read(report)
      _ = HID.POSReportFormat(descriptor)?.read(report)
    } catch {
      return  // refused is well
    }
  }

  private func takeKeyboard(_ bytes: [UInt8]) {
    var decoder = HID.KeyboardDecoder(settings: HID.KeyboardSettings(layout: .us))
    var time: Int64 = 0
    for report in pieces(of: bytes, byteCount: 8) {
      _ = decoder.feed(report, at: time)
      time += 1
    }
    endBySilence { decoder.silenceMilliseconds.map { _ in _ = decoder.fallSilent(at: time) } }
  }

  private func takePOS(_ bytes: [UInt8]) {
    var decoder = HID.POSScanDecoder()
    var time: Int64 = 0
    for report in pieces(of: bytes, byteCount: HID.POSReportFormat.common.byteCount) {
      _ = decoder.feed(report, at: time)
      time += 1
    }
    endBySilence { decoder.silenceMilliseconds.map { _ in _ = decoder.fallSilent(at: time) } }
  }

  /// `fallSilent` does what silence does and is nil when there is nothing to wait for.
  private func endBySilence(_ fallSilent: () -> Void?) {
    for _ in 0..<4 where fallSilent() == nil { return }
    precondition(fallSilent() == nil, "silence did not end the scan")
  }

  /// The first byte chooses the identifier, and whether a payment is awaited.
  private func takeScan(_ bytes: [UInt8]) {
    let aims: [String?] = [
      nil, "]C1", "]e0", "]d2", "]Q3", "]E0", "]E4", "]Q1", "]d1", "]C0", "]J1", "]X0",
    ]
    let first = Int(bytes.first ?? 0)
    let aim = aims[first % aims.count]
    let data = Array(bytes.dropFirst())
    let meaning = Self.reader.read(data, aim: aim, paymentExpected: first >= 128)
    precondition(
      Self.reader.read(data, aim: aim, paymentExpected: first >= 128) == meaning,
      "another meaning")
  }

  private static let reader: ScanReader = {
    do {
      return ScanReader(dictionary: try GS1.SyntaxDictionary(parsing: FuzzSeeds.dictionaryText))
    } catch {
      preconditionFailure("config/gs1/syntax-dictionary.txt: \(error)")
    }
  }()

  private func takeDictionary(_ bytes: [UInt8]) {
    do throws(GS1.SyntaxDictionary.ParseError) {
      _ = try GS1.SyntaxDictionary(parsing: String(decoding: bytes, as: UTF8.self))
    } catch {
      precondition(error.line > 0, "a line without a number")
    }
  }

  // MARK: Cards

  private func takeClassDescriptor(_ bytes: [UInt8]) {
    do throws(CCID.DecodeError) {
      let descriptor = try CCID.ClassDescriptor(decoding: bytes)
      let again = try CCID.ClassDescriptor(decoding: descriptor.bytes)
      precondition(again == descriptor, "another descriptor")
    } catch {
      return
    }
  }

  private func takeMessage(_ bytes: [UInt8]) {
    do throws(CCID.DecodeError) {
      let message = try CCID.ResponseMessage(decoding: bytes)
      let again = try CCID.ResponseMessage(decoding: message.bytes)
      precondition(again == message, "another message")
    } catch {
      return
    }
  }

  private func takeAnswerToReset(_ bytes: [UInt8]) {
    do throws(ISO7816.AnswerToReset.Malformation) {
      let answer = try ISO7816.AnswerToReset(decoding: bytes)
      precondition(answer.historicalBytes.count <= 15, "more historical bytes than K can say")
    } catch {
      return
    }
  }

  private func takeAPDU(_ bytes: [UInt8]) {
    do throws(ISO7816.CommandAPDU.Malformation) {
      let command = try ISO7816.CommandAPDU(decoding: bytes)
      let again = try ISO7816.CommandAPDU(decoding: command.bytes)
      precondition(again == command, "another command")
    } catch {
      return
    }
  }

  /// The first byte chooses the chip, then come its answers, each with its length in front.
  private func takeCard(_ bytes: [UInt8]) {
    var rest = bytes[...]
    let name = FuzzSeeds.chips[Int(rest.popFirst() ?? 0) % FuzzSeeds.chips.count]
    var interview = CardInterview(keys: CardKeys(), abilities: CardReaderAbilities()) { count in
      [UInt8](repeating: 0x5A, count: count)
    }
    var step = interview.start(
      answerToReset: ISO7816.AnswerToReset(storageCard: name).bytes)
    for _ in 0..<CardLimits.maximumSteps {
      guard case .transmit = step else { return }
      guard let count = rest.popFirst() else {
        step = interview.resume(response: nil)
        guard case .finished = step else { preconditionFailure("a torn card went on") }
        return
      }
      step = interview.resume(response: Array(rest.prefix(Int(count))))
      rest = rest.dropFirst(Int(count))
    }
  }

  private func takeNDEF(_ bytes: [UInt8]) {
    do throws(NFC.Malformation) {
      let message = try NFC.Message(decoding: bytes)
      let again = try NFC.Message(decoding: message.bytes)
      precondition(again.records == message.records, "another message")
    } catch {
      return
    }
  }

  // MARK: Printer and display

  private func takePrinterIn(_ bytes: [UInt8]) {
    var whole = ESCPOS.ResponseParser()
    let expected = whole.feed(bytes)
    var single = ESCPOS.ResponseParser()
    var responses: [ESCPOS.Response] = []
    for byte in bytes { responses += single.feed([byte]) }
    precondition(responses == expected, "the pieces changed the answers")
  }

  private func takeESCPOS(_ bytes: [UInt8]) {
    var single = ESCPOS.Tokenizer()
    var tokens: [ESCPOS.Token] = []
    for byte in bytes { tokens += single.feed([byte]) }
    tokens += single.finish()
    precondition(tokens == ESCPOS.tokens(of: bytes), "the pieces changed the tokens")
    let transcript = ESCPOSTranscript(of: bytes)
    precondition(transcript.lines.count <= bytes.count * 256 + 1, "lines out of nothing")
  }

  private func takeDisplay(_ bytes: [UInt8]) {
    for dialect in DisplayDialect.allCases {
      var screen = DisplayScreen(dialect: dialect)
      screen.feed(bytes)
      precondition(screen.rows.count == 2 && screen.rows.allSatisfy { $0.count == 20 })
    }
  }

  private func takeProfile(_ bytes: [UInt8]) {
    do throws(YAMLError) {
      let value = try YAMLFile.parse(String(decoding: bytes, as: UTF8.self), file: "fuzz.yaml")
      _ = UdevRules.render(try ProfileSet([("fuzz", value)]).profiles)
    } catch {
      return
    }
  }

  private func pieces(of bytes: [UInt8], byteCount: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: byteCount).map {
      Array(bytes[$0..<min($0 + byteCount, bytes.count)])
    }
  }
}
