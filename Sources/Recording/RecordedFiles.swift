import Foundation

/// The files that decide what drivers do, as text: a replay elsewhere, or later, reads the same.
public struct RecordedFiles: Equatable, Sendable, Codable {
  public static let configurationName = "kioskd.yaml"
  public static let driversName = "drivers"

  public let configuration: String
  /// By path below the folder.
  public let drivers: [String: String]

  public init(configuration path: String, drivers directory: String) throws(RecordingError) {
    let names: [String]
    do {
      // The listing of a link is empty.
      let folder = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
      names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
    } catch {
      throw RecordingError("\(directory): the device profiles cannot be read")
    }
    configuration = try Self.text(path)
    var drivers: [String: String] = [:]
    for name in names { drivers[name] = try Self.text(directory + "/" + name) }
    self.drivers = drivers
  }

  public func sealed() throws(RecordingError) -> Sealed {
    do {
      return Sealed(try JSONEncoder().encode(self))
    } catch {
      throw RecordingError("the configuration has no written form: \(error)")
    }
  }

  /// Nil when the recording was read without its key.
  public init?(_ header: RecordingHeader) throws(RecordingError) {
    guard let bytes = header.files.bytes else { return nil }
    do {
      self = try JSONDecoder().decode(RecordedFiles.self, from: Data(bytes))
    } catch {
      throw RecordingError("the recording's first line was changed or damaged")
    }
  }

  /// Writes them below an empty folder, for the readers of such files.
  public func write(below directory: String) throws(RecordingError) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory + "/" + Self.driversName, withIntermediateDirectories: true)
      try configuration.write(
        toFile: directory + "/" + Self.configurationName, atomically: false, encoding: .utf8)
      // A name from elsewhere must not lead out of the folder.
      for (name, text) in drivers where !name.split(separator: "/").contains("..") {
        let file = URL(fileURLWithPath: directory).appendingPathComponent(Self.driversName)
          .appendingPathComponent(name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: false, encoding: .utf8)
      }
    } catch {
      throw RecordingError("\(directory) cannot be written: \(error)")
    }
  }

  private static func text(_ path: String) throws(RecordingError) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw RecordingError("\(path) cannot be read")
    }
  }
}
