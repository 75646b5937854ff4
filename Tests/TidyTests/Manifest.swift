/// What Package.swift says, read from its text: every target, and what each may import.
struct Manifest {
  struct Target: Equatable {
    enum Kind: Equatable { case library, executable, test, system }

    let name: String
    let kind: Kind
    /// From the repository's root.
    let path: String
    /// Modules of this package and products of others.
    let dependencies: Set<String>
    let line: Int
  }

  static let path = "Package.swift"

  let targets: [Target]

  /// The calls that make a target, SwiftPM's own and the manifest's short forms of them.
  private static let kinds: [String: Target.Kind] = [
    "target": .library, "executableTarget": .executable, "testTarget": .test, "tests": .test,
    "systemLibrary": .system,
  ]

  init(_ text: String) {
    let code = Lexer.tokens(of: text).code
    let products = Self.products(in: code)
    var targets: [Target] = []
    var index = 0
    while index < code.count {
      if let word = code.word(index), let kind = Self.kinds[word],
        !code.isWord(index - 1, "func"), code.isPunctuation(index + 1, "("),
        let end = code.closing(of: index + 1),
        let target = Self.target(kind, Array(code[(index + 2)..<end]), products)
      {
        targets.append(target)
        // Inside are its dependencies, of which some look like targets.
        index = end
      }
      index += 1
    }
    self.targets = targets
  }

  func target(_ name: String) -> Target? { targets.first { $0.name == name } }

  /// The target that a file belongs to.
  func target(of file: SwiftFile) -> Target? { targets.first { file.isIn($0.path) } }

  /// `let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")`
  private static func products(in code: [Token]) -> [String: String] {
    var products: [String: String] = [:]
    for index in code.indices where code.isWord(index, "let") {
      let head = ["Target", ".", "Dependency", "=", ".", "product", "(", "name", ":"]
      guard let name = code.word(index + 1), code.isPunctuation(index + 2, ":"),
        code.dropFirst(index + 3).prefix(head.count).map(\.text) == head,
        let product = literal(code, index + 3 + head.count)
      else { continue }
      products[name] = product
    }
    return products
  }

  /// Nil for a call whose name is no literal: the body of a short form.
  private static func target(
    _ kind: Target.Kind, _ arguments: [Token], _ products: [String: String]
  ) -> Target? {
    let start = arguments.isWord(0, "name") ? 2 : 0
    guard let name = literal(arguments, start) else { return nil }
    var dependencies: Set<String> = []
    var path: String?
    var index = start + 1
    while index < arguments.count {
      if arguments.isWord(index, "path") { path = literal(arguments, index + 2) }
      let isList =
        !arguments.isPunctuation(index - 1, ":") || arguments.isWord(index - 2, "dependencies")
      if arguments.isPunctuation(index, "["), let end = arguments.closing(of: index) {
        if isList { dependencies = names(arguments[(index + 1)..<end], products) }
        index = end
      } else if arguments.isPunctuation(index, "("), let end = arguments.closing(of: index) {
        index = end
      }
      index += 1
    }
    let folder = kind == .test ? "Tests/" : "Sources/"
    return Target(
      name: name, kind: kind, path: path ?? folder + name, dependencies: dependencies,
      line: arguments[start].line)
  }

  private static func names(
    _ list: ArraySlice<Token>, _ products: [String: String]
  ) -> Set<String> {
    let list = Array(list)
    var names: Set<String> = []
    for (index, token) in list.enumerated() {
      let isNamed = list.isPunctuation(index - 1, ":")
      if token.kind == .literal, !isNamed || list.isWord(index - 2, "name") {
        names.insert(token.text)
      }
      if token.kind == .word, let product = products[token.text] { names.insert(product) }
    }
    return names
  }

  private static func literal(_ code: [Token], _ index: Int) -> String? {
    code.indices.contains(index) && code[index].kind == .literal ? code[index].text : nil
  }
}
