import Codecs

extension PrinterModel {
  /// Commands of the buffer that are answered in their turn.
  mutating func answer(_ command: ESCPOS.Command) {
    switch command {
    case .automaticStatus(let n):
      guard profile.supportsAutomaticStatus else { return }
      state.automaticStatus = n
      if n != 0 { sendAutomaticStatus() }
    case .transmitStatus(let n):
      switch n {
      case 1, 49: respond([paperStatus])
      case 2, 50: respond([isDrawerOpen ? 0x01 : 0x00])
      default: respond([0x00])
      }
    case .transmitPaperStatus: respond([paperStatus])
    case .transmitDrawerStatus: respond([isDrawerOpen ? 0x01 : 0x00])
    case .printerInformation(let n):
      let bytes = information(n)
      if !bytes.isEmpty { respond(bytes) }
    case .requestProcessID(let id):
      printLineIfAny()
      if profile.supportsProcessID {
        respond(processID: id)
      } else {
        unknown(ESCPOS.encode(command))
      }
    default: return
    }
  }

  /// A real-time command, at the moment when its last byte arrives.
  mutating func obey(_ command: ESCPOS.Command) {
    switch command {
    case .realTimeStatus(let n):
      guard let request = ESCPOS.RealTimeRequest(rawValue: n) else { return }
      respond([status.realTimeByte(for: request)])
    // Ink, check reader and the like, which it has not: nothing is wrong with them.
    case .realTimeExtendedStatus: respond([0x12])
    case .realTimeRequest(1): hasCutterError = false
    case .realTimeRequest(2):
      hasCutterError = false
      clearBuffers()
    case .realTimePulse: if state.obeysRealTimePulse { drawerPulseCount += 1 }
    case .realTimeBuzzer: buzzerCount += 1
    case .realTimePowerOff where state.obeysRealTimePowerOff:
      isShutDown = true
      clearBuffers()
      respond([0x3B, 0x30, 0x00])
    case .realTimeTransmit(1): respond(status.bytes)
    case .realTimeTransmit(4): sendOfflineResponse()
    case .clearBuffers where profile.supportsBufferClear:
      hasCutterError = false
      clearBuffers()
      respond([0x37, 0x25, 0x00])
    default: return
    }
    statusChanged()
  }

  /// The answer to GS r 1 and ESC v.
  private var paperStatus: UInt8 {
    (paperSupply != .ok ? 0x03 : 0x00) | (paperSupply == .out ? 0x0C : 0x00)
  }

  private func information(_ n: UInt8) -> [UInt8] {
    let text: String
    switch n {
    case 1, 49: return [0x20]  // model
    case 2, 50: return [profile.multibyte == .none ? 0x02 : 0x03]  // multi-byte characters, knife
    case 3, 51: return [0x00]
    case 65: text = "1.00 ESC/POS"
    case 66: text = "EPSON"
    case 67: text = "TM-T20III"
    case 68: text = descriptors.strings.last ?? ""
    case 69: text = profile.multibyte.fontName
    default: return []
    }
    return [0x5F] + Array(text.utf8) + [0x00]
  }

  /// Causes are this printer's own; makers do not publish theirs. Of responses of a kind only the
  /// newest that was not sent is kept (GS ( H, fn 49).
  mutating func sendOfflineResponse() {
    var causes: [UInt8] = []
    if state.offlineResponse == 2 {
      if isCoverOpen { causes.append(0x40) }
      if paperSupply == .out { causes.append(0x41) }
      if hasCutterError { causes.append(0x42) }
    }
    respond(offlineCauses: causes)
  }
}

extension PrinterModel.Multibyte {
  /// GS I 69.
  fileprivate var fontName: String {
    switch self {
    case .none: ""
    case .gb18030: "CHINA GB18030"
    case .big5: "TAIWAN BIG-5"
    case .shiftJIS: "KANJI JAPANESE"
    case .uhc: "KOREA C-5601C"
    }
  }
}
