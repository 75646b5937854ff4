extension ISO7816 {
  /// The block protocol of contact cards (ISO/IEC 7816-3:2006, 11).
  public enum T1 {
    /// LEN's largest value; 255 is reserved (11.3.2.3).
    public static let maximumInformationByteCount = 254

    /// The epilogue: one byte of exclusive or, or a CRC of two (11.3.4).
    public enum ErrorDetection: Equatable, Sendable {
      case lrc, crc

      public var byteCount: Int {
        switch self {
        case .lrc: 1
        case .crc: 2
        }
      }

      /// The code over prologue and information. The CRC is that of ISO/IEC 13239 (polynomial
      /// 8408h, beginning with FFFFh), high byte first and not inverted, as libccid sends it.
      public func code(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .lrc: return [bytes.reduce(0, ^)]
        case .crc:
          var register: UInt16 = 0xFFFF
          for byte in bytes {
            register ^= UInt16(byte)
            for _ in 0..<8 {
              register = register & 1 != 0 ? register >> 1 ^ 0x8408 : register >> 1
            }
          }
          return [UInt8(register >> 8), UInt8(truncatingIfNeeded: register)]
        }
      }
    }

    /// What a block is for (11.3.2.2).
    public enum Kind: Equatable, Sendable {
      /// I-block: N(S), and M if the chain goes on.
      case information(sequence: UInt8, more: Bool)
      /// R-block: N(R), the number of the block that is expected next.
      case acknowledge(sequence: UInt8, error: ReceiveError)
      case request(Control)
      case response(Control)
    }

    /// Bits 1 to 4 of an R-block.
    public enum ReceiveError: UInt8, Equatable, Sendable { case none = 0, code, other }

    /// S-blocks (11.3.2.2, table 9).
    public enum Control: UInt8, Equatable, Sendable {
      case resynchronise = 0
      case informationFieldSize
      case abort
      case waitingTime
    }

    public enum Malformation: Error, Equatable, Sendable {
      case truncated(at: Int)
      /// LEN is not that of the block, or the reserved 255.
      case wrongLength(at: Int)
      case wrongCode
      /// A node address other than 00 (11.3.2.1).
      case unknownNode(UInt8)
      /// A protocol control byte without meaning.
      case unknownControl(UInt8)
    }

    public struct Block: Equatable, Sendable {
      public let kind: Kind
      public let information: [UInt8]

      /// `information` holds at most 254 bytes.
      public init(_ kind: Kind, information: [UInt8] = []) {
        precondition(information.count <= maximumInformationByteCount)
        self.kind = kind
        self.information = information
      }

      /// PCB
      private var controlByte: UInt8 {
        switch kind {
        case .information(let sequence, let more): (sequence & 1) << 6 | (more ? 0x20 : 0)
        case .acknowledge(let sequence, let error): 0x80 | (sequence & 1) << 4 | error.rawValue
        case .request(let control): 0xC0 | control.rawValue
        case .response(let control): 0xE0 | control.rawValue
        }
      }

      public func bytes(_ detection: ErrorDetection) -> [UInt8] {
        let body = [0, controlByte, UInt8(information.count)] + information
        return body + detection.code(of: body)
      }

      public init(
        decoding bytes: [UInt8], _ detection: ErrorDetection
      ) throws(Malformation) {
        guard bytes.count >= 3 + detection.byteCount else { throw .truncated(at: bytes.count) }
        let end = bytes.count - detection.byteCount
        guard detection.code(of: Array(bytes[..<end])) == Array(bytes[end...]) else {
          throw .wrongCode
        }
        guard bytes[0] == 0 else { throw .unknownNode(bytes[0]) }
        guard bytes[2] != 255, Int(bytes[2]) == end - 3 else { throw .wrongLength(at: 2) }
        let control = bytes[1]
        switch control >> 6 {
        case 0, 1:
          guard control & 0x1F == 0 else { throw .unknownControl(control) }
          kind = .information(sequence: control >> 6 & 1, more: control & 0x20 != 0)
        case 2:
          guard control & 0x20 == 0, bytes[2] == 0,
            let error = ReceiveError(rawValue: control & 0x0F)
          else { throw .unknownControl(control) }
          kind = .acknowledge(sequence: control >> 4 & 1, error: error)
        default:
          guard let meaning = Control(rawValue: control & 0x1F) else {
            throw .unknownControl(control)
          }
          kind = control & 0x20 == 0 ? .request(meaning) : .response(meaning)
        }
        information = Array(bytes[3..<end])
      }
    }
  }
}
