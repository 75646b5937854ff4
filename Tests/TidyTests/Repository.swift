import Foundation

/// The repository that these tests were built from.
struct Repository {
  let root: String

  /// The place of this file is known; links on the way to it are followed.
  init(thisFile: String = #filePath) {
    let place = URL(fileURLWithPath: thisFile).resolvingSymlinksInPath()
    root =
      place.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }

  func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

  func topLevelNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root)
  }

  /// The paths of all files below a folder, hidden ones too; empty when it is not there.
  func files(under folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: root + "/" + folder) else { return [] }
    var found: [String] = []
    while let name = walk.nextObject() as? String {
      if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
        found.append(folder + "/" + name)
      }
    }
    return found.sorted()
  }

  /// The Swift files below Sources, Tests and Benchmarks, and the manifest.
  func swiftFiles() throws -> [SwiftFile] {
    let paths = ["Sources", "Tests", "Benchmarks"].flatMap { files(under: $0) }
    return try (paths.filter { $0.hasSuffix(".swift") } + [Manifest.path]).map {
      SwiftFile(path: $0, text: try text($0))
    }
  }

  /// Everything that people wrote: path and text of all files but pictures.
  func writtenFiles() throws -> [(path: String, text: String)] {
    let folders = LayoutRules.topLevel.filter { exists($0 + "/.") }
    let alone = LayoutRules.topLevel.filter { exists($0) && !folders.contains($0) }
    let pictures = ["png", "svg", "jpg", "bin", "woff2"]
    return try (folders.flatMap { files(under: $0) } + alone).sorted()
      .filter { path in !pictures.contains { path.hasSuffix("." + $0) } }
      .map { ($0, try text($0)) }
  }
}
