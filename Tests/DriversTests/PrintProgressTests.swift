import Codecs
import Devices
import Profiles
import Testing

@testable import Drivers

struct PrintProgressTests {
  @Test func `an id confirms its part and all before it`() {
    var progress = PrintProgress(job: 7, segmentCount: 3)
    let isNews = progress.take(progress.id(ofSegment: 1))
    #expect(isNews)
    #expect(progress.confirmedCount == 2 && !progress.isComplete)
    let isOld = !progress.take(progress.id(ofSegment: 0))
    #expect(isOld && progress.confirmedCount == 2)
    let isLast = progress.take(progress.id(ofSegment: 2))
    #expect(isLast && progress.isComplete)
  }

  // odoo PR 266747, #146612: what is printed and what is not must never be guessed.
  @Test func `a late answer to another job confirms nothing, whichever of them is newer`() {
    for other in [UInt32(1), 6, 8, 9, .max] {
      var progress = PrintProgress(job: 7, segmentCount: 64)
      let late = PrintProgress(job: other, segmentCount: 64)
      let isTaken = (0..<64).contains { progress.take(late.id(ofSegment: $0)) }
      #expect(!isTaken)
      #expect(progress.confirmedCount == 0)
    }
  }

  @Test func `ids go on where they start again`() {
    let jobs = ESCPOS.ProcessID.period / UInt32(PrintProgress.segmentLimit)
    for number in [jobs - 1, jobs, jobs + 1] {
      var progress = PrintProgress(job: number, segmentCount: 64)
      #expect(Set((0..<64).map { progress.id(ofSegment: $0) }).count == 64)
      let isLast = progress.take(progress.id(ofSegment: 63))
      #expect(isLast && progress.isComplete)
    }
  }
}

struct PrintWatchTests {
  private static let limits = ESCPOSPrinterLimits()
  private let start = Duration.seconds(1_000)

  private func after(_ seconds: Int) -> Duration { start + .seconds(seconds) }

  // odoo PR 258841: 70 lines, cut in half by 3 s; PR 266747: 3 s became 15 s, and still "Retry".
  @Test func `a long job has the time that its paper takes, and no more`() {
    var watch = PrintWatch(Self.limits, at: start)
    watch.underWay = .seconds(20)
    #expect(watch.verdict(nil, at: after(29)) == nil)
    #expect(watch.verdict(nil, at: after(31)) == .timedOut)
  }

  @Test func `progress starts the time anew, a sign of life stretches it and not for ever`() {
    var watch = PrintWatch(Self.limits, at: start)
    watch.progressed(at: after(9))
    #expect(watch.verdict(nil, at: after(18)) == nil)
    var chatter = PrintWatch(Self.limits, at: start)
    for second in stride(from: 5, through: 35, by: 5) {
      chatter.heard(at: after(second))
      #expect(chatter.verdict(nil, at: after(second)) == nil)
    }
    chatter.heard(at: after(39))
    #expect(chatter.rest(at: after(39)) == .seconds(1))
    #expect(chatter.verdict(nil, at: after(40)) == .timedOut)
  }

  @Test func `time stands still while a person puts paper in`() {
    var watch = PrintWatch(Self.limits, at: start)
    #expect(watch.verdict(.paperOut, at: after(5)) == nil)
    #expect(watch.verdict(.paperOut, at: after(124)) == nil)
    #expect(watch.verdict(nil, at: after(125)) == nil)
    #expect(watch.verdict(nil, at: after(134)) == nil)
    #expect(watch.verdict(nil, at: after(136)) == .timedOut)
    var absent = PrintWatch(Self.limits, at: start)
    #expect(absent.verdict(.coverOpen, at: start) == nil)
    #expect(absent.verdict(.coverOpen, at: after(121)) == .needsAttention(.coverOpen))
  }
}

struct PrinterBufferTests {
  @Test func `only a job that came to its end leaves a clean buffer`() {
    var buffer = PrinterBuffer()
    #expect(buffer.needsRecovery && !buffer.hasTornPaper)
    buffer.jobBegan()
    #expect(buffer.needsRecovery && buffer.hasTornPaper)
    buffer.jobEnded()
    #expect(!buffer.needsRecovery && !buffer.hasTornPaper)
  }

  @Test func `what stops on the way to the display leaves half a command and no paper`() {
    var buffer = PrinterBuffer()
    buffer.jobBegan()
    buffer.recovered()
    buffer.passageBegan()
    #expect(buffer.needsRecovery && buffer.hasTornPaper)
    buffer.passageEnded()
    #expect(!buffer.needsRecovery && buffer.hasTornPaper)
    buffer.jobBegan()
    buffer.jobEnded()
    buffer.passageBegan()
    #expect(buffer.needsRecovery && !buffer.hasTornPaper)
  }

  // DantSu #415; flutter_thermal_printer #8; escpos-php #251: garbage until a power cycle.
  @Test(arguments: ESCPOSSettings.Pictures.allCases, [false, true])
  func `the recovery ends any command of ours, wherever it stopped`(
    pictures: ESCPOSSettings.Pictures, hasDisplay: Bool
  ) throws {
    let picture = try #require(
      PrintPicture(width: 576, height: 60, ink: [UInt8](repeating: 77, count: 576 * 60)))
    var settings = PrinterBench.settings
    settings.maximumRasterBytes = 2_048
    settings.pictures = pictures
    let layout = ESCPOSPrinterLayout(
      [
        .text("茶", .plain), .text("large", TextStyle(isDoubleWidth: true)),
        .barcode(.ean13, "4006381333931"), .barcode(.code128, "3-000001"),
        .qrCode(String(repeating: "x", count: 600)), .picture(picture), .cut,
      ],
      settings: settings, font: nil)
    let recovery = PrinterBuffer.recovery(settings, hasDisplay: hasDisplay)
    for command in layout.commands {
      let bytes = ESCPOS.encode(command)
      for count in Set([1, 2, 3, 5, 8, bytes.count / 2, bytes.count - 1]) where count < bytes.count
      {
        var tokenizer = ESCPOS.Tokenizer()
        _ = tokenizer.feed(bytes.prefix(max(0, count)))
        let last = tokenizer.feed(recovery).suffix(2)
        guard case .command(.initialize, _)? = last.first,
          case .command(.automaticStatus(0xFF), _)? = last.last
        else {
          Issue.record("\(command) after \(count) bytes: \(last)")
          return
        }
        #expect(!tokenizer.isInCommand)
      }
    }
  }
}

struct PrinterProbeTests {
  private func deviceID(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count + 2)] + text.utf8 }

  @Test func `the device id of the port tells maker and model`() {
    let id = deviceID("MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;CLS:PRINTER;DES:EPSON TM-T88V;")
    #expect(PrinterProbe.identity(deviceID: id) == PrinterIdentity("EPSON TM-T88V"))
    let long = deviceID("MANUFACTURER:Star;MODEL:Star TSP143;")
    #expect(PrinterProbe.identity(deviceID: long) == PrinterIdentity("STAR TSP143"))
    for garbage in [[], [0], deviceID("no;keys:;;:x"), [0xFF, 0xFE, 0xFD, 0xFC]] {
      #expect(PrinterProbe.identity(deviceID: garbage) == nil)
    }
  }

  @Test func `a printer of another language is told from one of this`() {
    func isOther(_ commands: String) -> Bool {
      PrinterProbe.speaksOtherLanguage(deviceID: deviceID("MFG:X;CMD:\(commands);MDL:Y;"))
    }
    #expect(isOther("STAR") && isOther("PJL,PCL,POSTSCRIPT") && isOther("ESCPL2,BDC,D4"))
    #expect(!isOther("ESC/POS") && !isOther("STAR,ESC/POS") && !isOther("") && !isOther("XPP"))
  }

  private func profile(_ key: String, _ identity: String) -> DeviceProfile {
    DeviceProfile(
      key: key, match: .model(USBID(vendorID: 1, productID: 1), product: nil),
      identities: [PrinterIdentity(identity)].compactMap { $0 },
      settings: .escpos(PrinterBench.settings), source: "a test", verified: .simulated)
  }

  @Test func `a variant is its model, a longer name another one`() throws {
    let models = [profile("a", "EPSON TM-T88"), profile("b", "EPSON TM-T88V")]
    func found(_ name: String) throws -> String? {
      PrinterProbe.profile(for: try #require(PrinterIdentity(name)), in: models)?.key
    }
    #expect(try found("Epson TM-T88V") == "b")
    #expect(try found("EPSON TM-T88V-JPN") == "b")
    #expect(try found("EPSON TM-T88VI") == nil)
    #expect(try found("EPSON TM-T88 X") == "a")
  }

  @Test func `the type of the multi-byte characters is what the printer says`() {
    func type(_ text: String) -> ESCPOSSettings.Multibyte? {
      PrinterProbe.multibyte(Array(text.utf8))
    }
    #expect(type("CHINA GB18030") == .gb18030)
    #expect(type("CHINA GB2312") == .gb2312)
    #expect(type("TAIWAN BIG-5") == .big5)
    #expect(type("KANJI JAPANESE") == .shiftJIS)
    #expect(type("KOREA KS C 5601C") == .eucKR)
    #expect(type("THAI 3PASS") == nil && type("") == nil)
  }
}
