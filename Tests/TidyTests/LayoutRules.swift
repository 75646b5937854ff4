/// Where things lie: the top level, the folders of the targets, and the files that the docs name.
enum LayoutRules {
  static let topLevel: Set = [
    "Package.swift", "Sources", "Tests", "drivers", "udev", "config", "README.md", "Makefile",
    "Benchmarks", "docs", "CHANGELOG.md", "LICENSE", ".ci", ".swift-format", ".gitignore",
  ]

  /// `ignored` is the text of .gitignore: what it names is no part of the repository.
  static func strangers(in names: [String], ignored: String) -> [Violation] {
    let patterns = ignored.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { pattern in
      pattern.drop { $0 == "/" }.prefix { $0 != "/" }
    }
    return names.filter { name in
      name != ".git" && !topLevel.contains(name) && !patterns.contains { matches(name, $0) }
    }.sorted().map { Violation($0, 0, "has no place at the top level") }
  }

  /// One asterisk is all that .gitignore uses here.
  private static func matches(_ name: String, _ pattern: Substring) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
    return name.count >= pattern.count - 1 && name.hasPrefix(pattern[..<star])
      && name.hasSuffix(pattern[pattern.index(after: star)...])
  }

  /// A folder of Swift files belongs to a target.
  static func homeless(_ files: [SwiftFile], _ manifest: Manifest) -> [Violation] {
    var folders: Set<String> = []
    for file in files where manifest.target(of: file) == nil && file.path.contains("/") {
      folders.insert(file.path.split(separator: "/").prefix(2).joined(separator: "/"))
    }
    return folders.sorted().map { Violation($0, 0, "is no target of Package.swift") }
  }

  /// Files that a page names in backticks and that are not there, neither from the root nor from
  /// Sources or Tests.
  static func missing(in text: String, path: String, exists: (String) -> Bool) -> [Violation] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .flatMap { number, line in
        ArchitectureTable.quoted(line).filter(isFileName).filter { name in
          !["", "Sources/", "Tests/", "docs/"].contains { exists($0 + name) }
        }.map { Violation(path, number + 1, "names a file that is not there: \($0)") }
      }
  }

  private static func isFileName(_ text: String) -> Bool {
    let endings = [".swift", ".yaml", ".md", ".rules", ".service", ".sh", ".js", ".html"]
    return text.contains("/") && !text.hasPrefix("/") && endings.contains { text.hasSuffix($0) }
      && text.utf8.allSatisfy { byte in
        Lexer.isWordPart(byte) || "./+-".utf8.contains(byte)
      }
  }
}
