import Codecs
import Foundation

/// What a shop chooses about the meaning of scans.
public struct ScanConfiguration: Equatable, Sendable {
  public let settings: ScanReader.Settings
  /// Whether an item whose symbol says that its last day is over is refused.
  public let refusesExpired: Bool

  public init(settings: ScanReader.Settings, refusesExpired: Bool) {
    self.settings = settings
    self.refusesExpired = refusesExpired
  }

  /// What holds where nothing is chosen: a till that takes what cannot be mistaken.
  public static let standard: ScanConfiguration = {
    var settings = ScanReader.Settings()
    settings.isLenient = true
    return ScanConfiguration(settings: settings, refusesExpired: true)
  }()

  /// The till's reader of scans, on the dictionary that is installed.
  public func reader() throws(GS1FileError) -> ScanReader {
    ScanReader(dictionary: try GS1Files.dictionary(), settings: settings)
  }
}

/// A file in `config/gs1` that cannot be read.
public struct GS1FileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let file: String
  public let problem: String
  public var description: String { "\(file): \(problem)" }
}

/// The published syntax of application identifiers, and the codes that their data is checked
/// against. A newer release is put in place of the file.
public enum GS1Files {
  public static let byteLimit = 1 << 20

  public static func dictionary(
    _ path: String = ResourcePaths.syntaxDictionary, lists: String = ResourcePaths.codeLists
  ) throws(GS1FileError) -> GS1.SyntaxDictionary {
    do {
      return try GS1.SyntaxDictionary(
        parsing: read(path), lists: try GS1.CodeLists(parsing: read(lists)))
    } catch let error as GS1FileError {
      throw error
    } catch let error as GS1.CodeLists.ParseError {
      throw GS1FileError(file: lists, problem: "\(error)")
    } catch {
      throw GS1FileError(file: path, problem: "\(error)")
    }
  }

  private static func read(_ path: String) throws(GS1FileError) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw GS1FileError(file: path, problem: "cannot be opened")
    }
    let data: Data?
    do {
      data = try file.read(upToCount: byteLimit + 1)
    } catch {
      throw GS1FileError(file: path, problem: "cannot be read")
    }
    guard let data, data.count <= byteLimit else {
      throw GS1FileError(file: path, problem: "expected 1 to \(byteLimit) bytes")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
