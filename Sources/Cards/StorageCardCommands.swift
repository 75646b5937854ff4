import Codecs

/// Commands of PC/SC part 3 that a reader answers for a card that knows no APDU
/// (PC/SC part 3, 3.2.2.1; the same in learn.microsoft.com, storage card requirements).
enum StorageCardCommand {
  /// Where a reader keeps the key that was loaded last.
  static let keySlot: UInt8 = 0x00

  enum KeyKind: UInt8 { case a = 0x60, b = 0x61 }

  /// `FF 82 00 slot 06 key`: into volatile memory.
  static func loadKey(_ key: [UInt8]) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0xFF, instruction: 0x82, parameter1: 0x00, parameter2: keySlot, data: key)
  }

  /// `FF 86 00 00 05 01 00 block kind slot`.
  static func authenticate(block: UInt8, _ kind: KeyKind) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0xFF, instruction: 0x86, parameter1: 0x00, parameter2: 0x00,
      data: [0x01, 0x00, block, kind.rawValue, keySlot])
  }

  /// `FF B0 00 block count`: a block of MIFARE Classic, or four pages of a Type 2 Tag from `block`.
  static func read(block: UInt8, byteCount: Int = 16) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0xFF, instruction: 0xB0, parameter1: 0x00, parameter2: block,
      expectedByteCount: byteCount)
  }

  /// `FF D6 00 page 04 data`: one page of a Type 2 Tag (PC/SC part 3, 3.2.2.1.9; ACR122U API, 5.3).
  static func update(block: UInt8, _ bytes: [UInt8]) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0xFF, instruction: 0xD6, parameter1: 0x00, parameter2: block, data: bytes)
  }
}

/// Commands of ISO/IEC 7816-4 that a card answers itself.
enum FileCommand {
  /// SELECT by application identifier (ISO/IEC 7816-4, 11.1.1).
  static func select(application: [UInt8]) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0x00, instruction: 0xA4, parameter1: 0x04, parameter2: 0x00, data: application,
      expectedByteCount: 256)
  }

  /// SELECT an elementary file by its identifier, without an answer (P2 0Ch).
  static func select(file: UInt16) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0x00, instruction: 0xA4, parameter1: 0x00, parameter2: 0x0C,
      data: [UInt8(file >> 8), UInt8(truncatingIfNeeded: file)])
  }

  /// READ BINARY (ISO/IEC 7816-4, 11.2.3). `offset` up to 32,767, `byteCount` 1 to 256.
  static func readBinary(offset: Int, byteCount: Int) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0x00, instruction: 0xB0, parameter1: UInt8(offset >> 8 & 0x7F),
      parameter2: UInt8(offset & 0xFF), expectedByteCount: byteCount)
  }

  /// A DESFire command in the frame of ISO/IEC 7816-4: `90 ins 00 00 Lc data 00`.
  static func wrapped(_ instruction: UInt8, _ data: [UInt8] = []) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0x90, instruction: instruction, parameter1: 0x00, parameter2: 0x00, data: data,
      expectedByteCount: 256)
  }
}

extension ISO7816.StatusWord {
  /// 91xx carries the status byte of a DESFire command.
  var wrappedStatus: UInt8? { value >> 8 == 0x91 ? UInt8(value & 0xFF) : nil }
}
