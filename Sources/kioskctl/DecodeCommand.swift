import ArgumentParser

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "Say what the bytes of a device mean.",
    discussion: """
      Reads a JSON object a line and writes one a line, in order; a line that is none, or that \
      cannot be decoded, is answered by {"error", "line"}. Only escpos reads bytes as they are.
      """,
    subcommands: [
      DecodeScanCommand.self, DecodeKeyboardCommand.self, DecodeCCIDCommand.self,
      DecodeATRCommand.self, DecodeNDEFCommand.self,
      DecodeESCPOSCommand.self,
    ])
}

struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Say which bytes a device would be sent.",
    subcommands: [EncodeTextCommand.self])
}

struct DecodeCCIDCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ccid",
    abstract: "Card readers' class descriptors: {\"descriptor\": hex of the 54 bytes}, answered by "
      + "its fields under their names.")

  func run() throws { try JSONLines.run(CCIDRequest.self, CCIDFields.init) }
}

struct DecodeATRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "atr", abstract: "Answers to reset: {\"atr\": hex}.")

  func run() throws { try JSONLines.run(ATRRequest.self, ATRFields.init) }
}

struct DecodeNDEFCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ndef",
    abstract: "NDEF messages: {\"message\": hex}, or {\"tag\": hex} of a Type 2 tag's data area.")

  func run() throws { try JSONLines.run(NDEFRequest.self, NDEFFields.init) }
}

struct EncodeTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract:
      "Texts in a code page: {\"text\", \"codepage\"}, answered by {\"bytes\": hex or null, "
      + "\"missing\": [characters]}.")

  func run() throws { try JSONLines.run(TextRequest.self, TextBytes.init) }
}
