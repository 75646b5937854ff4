import Codecs
import Devices
import Profiles

/// Asks a printer of which only the class is known what it is, and one whose models differ which
/// multi-byte characters it has.
extension ESCPOSPrinter {
  /// Once, before the first job: the device id of its port, then GS I where that does not tell the
  /// model, and the type of its multi-byte characters, which differs between printers of one model.
  func probe() async throws(DeviceError) {
    let models = models
    self.models = []
    isProbing = true
    defer { isProbing = false }
    let deviceID = try await deviceID()
    if PrinterProbe.speaksOtherLanguage(deviceID: deviceID) { throw error(.unsupported) }
    identity = PrinterProbe.identity(deviceID: deviceID)
    var profile = identity.flatMap { PrinterProbe.profile(for: $0, in: models) }
    let isModelKnown = models.isEmpty || profile != nil
    // GS I waits in the buffer behind what is printed: not for a printer that prints nothing now.
    if printerStatus.canPrint {
      watch = PrintWatch(limits, at: now)
      try await write(PrinterBuffer.recovery(settings, hasDisplay: hasDisplay), .listening)
      if !isModelKnown, let answered = try await answeredIdentity() {
        identity = answered
        profile = PrinterProbe.profile(for: answered, in: models)
      }
    }
    if case .escpos(let known)? = profile?.settings { settings = known }
    let isAsked = !models.isEmpty || settings.multibyte == .ask
    if settings.multibyte == .ask { settings.multibyte = .none }
    if isAsked, printerStatus.canPrint, let type = try await ask(.printerInformation(69)),
      let multibyte = PrinterProbe.multibyte(type)
    {
      settings.multibyte = multibyte
    }
  }

  private func answeredIdentity() async throws(DeviceError) -> PrinterIdentity? {
    // One that says nothing to the first question is not asked the second.
    guard let maker = try await ask(.printerInformation(66)),
      let model = try await ask(.printerInformation(67))
    else { return nil }
    return PrinterIdentity(
      maker: String(decoding: maker, as: UTF8.self), model: String(decoding: model, as: UTF8.self))
  }

  /// Nil when no answer comes within the limit.
  private func ask(_ question: ESCPOS.Command) async throws(DeviceError) -> [UInt8]? {
    information = nil
    guard try await send(ESCPOS.encode(question)) else { return nil }
    let deadline = now + .milliseconds(limits.answerMilliseconds)
    while information == nil, now < deadline {
      try await readOnce(isAnswerDue: true)
    }
    return information
  }

  /// GET_DEVICE_ID (USB Printer Class 1.1, 4.2.1); empty where the printer has none.
  private func deviceID() async throws(DeviceError) -> [UInt8] {
    let number = UInt16(printerInterface?.number ?? 0)
    let setup = USBControlSetup(
      requestType: 0xA1, request: 0, value: 0, index: number << 8,
      length: PrinterProbe.deviceIDByteCount)
    do throws(DeviceError) {
      return try await control(setup, .listening)
    } catch {
      guard error.kind == .stalled || error.kind == .timedOut else { throw error }
      return []
    }
  }
}
