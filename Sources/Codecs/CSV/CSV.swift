/// Comma-separated values (RFC 4180) in UTF-8, as office programs write and read them.
public enum CSV {
  public static let rowLimit = 2_000_000
  public static let fieldLimit = 100
  public static let fieldByteLimit = 65_536

  /// A row and the line of the file that it begins on, counted from 1.
  public struct Row: Equatable, Sendable {
    public let line: Int
    public let fields: [String]
  }

  /// Why a file is none, and on which line.
  public struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable, CaseIterable {
      case notUTF8 = "not UTF-8; save the file as CSV in UTF-8"
      case openQuote = "a quotation mark is not closed"
      case textBehindQuote = "text behind a closing quotation mark"
      case quoteInText = "a quotation mark inside of a field that has none around it"
      case controlCharacter = "a control character"
      case tooManyFields = "more fields than a row may have"
      case tooLongField = "a field that is too long"
      case tooManyRows = "more rows than a file may have"
    }

    public let line: Int
    public let kind: Kind

    public var description: String { "line \(line): \(kind.rawValue)" }
  }

  /// The rows of a file; empty lines are none. A byte order mark is skipped.
  public static func rows(of bytes: some Collection<UInt8>) throws(Fault) -> [Row] {
    var reading = Reading()
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    for byte in bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...] {
      try reading.take(byte)
    }
    try reading.end()
    return reading.rows
  }

  /// A row with its line feed; fields are quoted where they must be.
  public static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\r\n"
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes =
      field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      || field.first == " " || field.last == " "
    guard needsQuotes else { return field }
    var text = "\""
    for character in field {
      if character == "\"" { text.append("\"") }
      text.append(character)
    }
    return text + "\""
  }
}

/// One byte after the other.
private struct Reading {
  private enum Place { case begin, plain, quoted, behindQuote }

  private(set) var rows: [CSV.Row] = []
  private var place = Place.begin
  private var fields: [String] = []
  private var field: [UInt8] = []
  private var line = 1
  private var rowLine = 1
  private var followsReturn = false

  mutating func take(_ byte: UInt8) throws(CSV.Fault) {
    defer { followsReturn = byte == 0x0D }
    switch (place, byte) {
    case (.quoted, 0x22): place = .behindQuote
    case (.quoted, _):
      if byte == 0x0A { line += 1 }
      try append(byte)
    case (.behindQuote, 0x22):
      place = .quoted
      try append(byte)
    case (_, 0x2C): try endField()
    case (_, 0x0A) where followsReturn: break  // The row ended with the return.
    case (_, 0x0A):
      try endRow()
      line += 1
      rowLine = line
    case (_, 0x0D):
      try endRow()
      line += 1
      rowLine = line
    case (.begin, 0x22): place = .quoted
    case (.behindQuote, _): throw fault(.textBehindQuote)
    case (.plain, 0x22): throw fault(.quoteInText)
    case (.begin, _), (.plain, _):
      place = .plain
      try append(byte)
    }
  }

  mutating func end() throws(CSV.Fault) {
    guard place != .quoted else { throw CSV.Fault(line: rowLine, kind: .openQuote) }
    try endRow()
  }

  private mutating func append(_ byte: UInt8) throws(CSV.Fault) {
    guard byte >= 0x20 || byte == 0x09 || place == .quoted && (byte == 0x0A || byte == 0x0D),
      byte != 0x7F
    else { throw fault(.controlCharacter) }
    guard field.count < CSV.fieldByteLimit else { throw fault(.tooLongField) }
    field.append(byte)
  }

  private mutating func endField() throws(CSV.Fault) {
    guard let text = String(validating: field, as: UTF8.self) else { throw fault(.notUTF8) }
    guard fields.count < CSV.fieldLimit else { throw fault(.tooManyFields) }
    fields.append(text)
    field.removeAll(keepingCapacity: true)
    place = .begin
  }

  private mutating func endRow() throws(CSV.Fault) {
    if fields.isEmpty, field.isEmpty, place == .begin { return }
    try endField()
    guard rows.count < CSV.rowLimit else { throw fault(.tooManyRows) }
    rows.append(CSV.Row(line: rowLine, fields: fields))
    fields.removeAll(keepingCapacity: true)
  }

  private func fault(_ kind: CSV.Fault.Kind) -> CSV.Fault { CSV.Fault(line: line, kind: kind) }
}
