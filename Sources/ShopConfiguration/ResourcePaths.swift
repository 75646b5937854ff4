import Foundation

/// Where the files that belong to the programs are: installed, else in the source tree.
public enum ResourcePaths {
  private static let installed = "/usr/share/kioskd"
  private static let operators = "/etc/kioskd"

  /// A path below the installed files, or below the source tree when it is not installed.
  public static func path(_ relative: String, inSources: String? = nil) -> String {
    let candidate = installed + "/" + relative
    if FileManager.default.fileExists(atPath: candidate) { return candidate }
    return sourceTree + "/" + (inSources ?? relative)
  }

  public static var drivers: String { path("drivers") }
  /// The keyboard layouts that scanners may be set to, by name.
  public static var scannerLayouts: [String] {
    let files =
      FileManager.default.enumerator(atPath: drivers + "/layouts")?.compactMap { $0 as? String }
      ?? []
    let names = files.filter { $0.hasSuffix(".yaml") && !$0.contains("/") }.map { $0.dropLast(5) }
    return Set(names.map(String.init)).union(["us"]).sorted()
  }
  public static var kioskPage: String { path("web/kiosk", inSources: "Sources/WebUI/web") }
  public static var simulatorPage: String {
    path("web/simulator", inSources: "Sources/SimulatorUI/web")
  }
  public static var promotions: String { configured("promotions.yaml") }
  public static var members: String { configured("members.yaml") }
  public static var wallet: String { configured("wallet.yaml") }
  public static var syntaxDictionary: String { configured("gs1/syntax-dictionary.txt") }
  public static var codeLists: String { configured("gs1/code-lists.txt") }
  public static var inStoreNumbers: String { configured("gs1/in-store-numbers.yaml") }
  public static var sampleShop: String { path("config/sample/shop.yaml") }

  /// The operator's `kioskd.yaml`, else the example.
  public static var configuration: String {
    FileManager.default.fileExists(atPath: operatorsConfiguration)
      ? operatorsConfiguration : path("config/kioskd.example.yaml")
  }

  /// Where an operator puts the choices of this kiosk.
  public static let operatorsConfiguration = operators + "/kioskd.yaml"

  /// The operator's file, else the one that came with the program.
  public static func configured(_ name: String) -> String {
    let own = operators + "/" + name
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
