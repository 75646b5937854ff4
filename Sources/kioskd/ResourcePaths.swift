import Foundation

/// Where the files that belong to the program are: installed, else in the source tree.
struct ResourcePaths {
  private static let installed = "/usr/share/kioskd"

  /// A path below the installed files, or below the source tree when it is not installed.
  static func path(_ relative: String, inSources: String? = nil) -> String {
    let candidate = installed + "/" + relative
    if FileManager.default.fileExists(atPath: candidate) { return candidate }
    return sourceTree + "/" + (inSources ?? relative)
  }

  static var drivers: String { path("drivers") }
  static var kioskPage: String { path("web/kiosk", inSources: "Sources/WebUI/web") }
  static var simulatorPage: String { path("web/simulator", inSources: "Sources/SimulatorUI/web") }
  static var promotions: String { configured("promotions.yaml") }
  static var sampleShop: String { path("config/sample/shop.yaml") }

  static var configuration: String {
    let own = "/etc/kioskd/kioskd.yaml"
    if FileManager.default.fileExists(atPath: own) { return own }
    return path("config/kioskd.example.yaml")
  }

  /// The operator's file, else the one that came with the program.
  static func configured(_ name: String) -> String {
    let own = "/etc/kioskd/" + name
    if FileManager.default.fileExists(atPath: own) { return own }
    return path("config/" + name)
  }

  /// The package's root, three folders above this file.
  private static var sourceTree: String {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }
}
