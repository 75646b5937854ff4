import Codecs
import Foundation
import Testing

struct CCIDMessageTests {
  private func goldenLines(file: String = #filePath) throws -> [[UInt8]] {
    let folder = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appending(path: "Golden/ccid-acr122u.hex"), encoding: .utf8)
    return text.split(separator: "\n").map { hexBytes(String($0.prefix { $0 != "#" })) }
      .filter { !$0.isEmpty }
  }

  @Test func `the frames of a real reader are read and written byte for byte`() throws {
    let lines = try goldenLines()
    #expect(lines.count == 10)
    for (index, line) in lines.enumerated() {
      if index % 2 == 0 {
        #expect(try CCID.CommandMessage(decoding: line).bytes == line)
      } else {
        let message = try CCID.ResponseMessage(decoding: line)
        #expect(message.bytes == line)
        #expect(message.iccStatus == .active)
        #expect(message.commandStatus == .processed(error: 0x81))
      }
    }
  }

  @Test func `power on and its answer have their golden bytes`() throws {
    let lines = try goldenLines()
    #expect(
      CCID.CommandMessage(slot: 0, sequence: 0, command: .iccPowerOn(.automatic)).bytes
        == lines[2])
    let answer = try CCID.ResponseMessage(decoding: lines[3])
    guard case .dataBlock(let bytes, chainParameter: 0) = answer.response else {
      Issue.record("not a data block")
      return
    }
    #expect(
      try ISO7816.AnswerToReset(decoding: bytes).storageCardName == .mifareUltralight)
  }

  @Test func `a failed command and a time extension are told apart from success`() throws {
    let mute = try CCID.ResponseMessage(decoding: hexBytes("8000000000000542fe00"))
    #expect(mute.commandStatus == .failed(error: CCID.ErrorCode.mute))
    #expect(mute.iccStatus == .absent)
    #expect(mute.sequence == 5)
    let later = try CCID.ResponseMessage(decoding: hexBytes("80000000000005800300"))
    #expect(later.commandStatus == .timeExtension(multiplier: 3))
  }

  @Test func `a notification tells of each slot`() throws {
    let change = try CCID.Notification(decoding: [0x50, 0x0B])
    #expect(change.change(ofSlot: 0)?.isPresent == true)
    #expect(change.change(ofSlot: 0)?.hasChanged == true)
    #expect(change.change(ofSlot: 1)?.isPresent == false)
    #expect(change.change(ofSlot: 1)?.hasChanged == true)
    #expect(change.change(ofSlot: 4) == nil)
    #expect(
      try CCID.Notification(decoding: [0x51, 0, 7, 1])
        == .hardwareError(slot: 0, sequence: 7, code: 1))
    #expect(throws: CCID.DecodeError.unknownMessage(0x52)) {
      try CCID.Notification(decoding: [0x52, 0])
    }
  }

  @Test func `the class descriptor is found behind others and keeps all its fields`() throws {
    // ACR38U-CCID, 072f:90cc: TPDU level, 271 bytes (the reader's own descriptor).
    let bytes = hexBytes(
      """
      36210001000703000000a00f0000a00f000000002a000090d0030000f7000000000000000000000030000100
      0f01000000000000000 1
      """)
    #expect(bytes.count == CCID.ClassDescriptor.byteCount)
    let descriptor = try CCID.ClassDescriptor(decoding: [0x03, 0x24, 0x00] + bytes)
    #expect(descriptor.exchangeLevel == .tpdu)
    #expect(descriptor.maximumMessageByteCount == 271)
    #expect(descriptor.maximumIFSD == 247)
    #expect(descriptor.dataRateBitsPerSecond == 10_752)
    #expect(descriptor.bytes == bytes)
  }

  @Test func `a class descriptor that is cut off or is none is refused`() {
    let whole = CCID.ClassDescriptor(features: 0x0002_0040).bytes
    #expect(throws: CCID.DecodeError.truncated(at: 53, expected: 54)) {
      try CCID.ClassDescriptor(decoding: Array(whole.dropLast()))
    }
    #expect(throws: CCID.DecodeError.notAClassDescriptor) {
      try CCID.ClassDescriptor(decoding: [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0])
    }
    #expect(throws: CCID.DecodeError.self) { try CCID.ClassDescriptor(decoding: [0, 0, 0]) }
  }

  @Test(arguments: [UInt64(8), 23, 4_021])
  func `what is encoded is decoded, and damage never traps`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<1_000 {
      let data = random.bytes(count: random.below(40))
      let commands: [CCID.Command] = [
        .iccPowerOn(.volts3), .iccPowerOff, .getSlotStatus, .getParameters, .abort,
        .escape(data), .setParameters(protocolNumber: 1, data),
        .transferBlock(data, waitingTimeExtension: 2, levelParameter: 0x1234),
      ]
      let command = CCID.CommandMessage(
        slot: 0, sequence: UInt8(random.below(256)), command: commands[random.below(8)])
      #expect(try CCID.CommandMessage(decoding: command.bytes) == command)
      let responses: [CCID.Response] = [
        .dataBlock(data, chainParameter: 1), .slotStatus(clockStatus: 3), .escape(data),
        .parameters(protocolNumber: 1, data),
      ]
      let response = CCID.ResponseMessage(
        slot: 0, sequence: 9, iccStatus: .inactive, commandStatus: .failed(error: 0xFB),
        response: responses[random.below(4)])
      #expect(try CCID.ResponseMessage(decoding: response.bytes) == response)
      do {
        _ = try CCID.ResponseMessage(decoding: random.damaged(response.bytes))
        _ = try CCID.CommandMessage(decoding: random.damaged(command.bytes))
        _ = try CCID.Notification(decoding: random.bytes(count: random.below(4)))
        _ = try CCID.ClassDescriptor(decoding: random.bytes(count: random.below(80)))
      } catch {
        continue
      }
    }
  }
}
