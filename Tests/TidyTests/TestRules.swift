/// STYLE 8: a test can fail.
enum TestRules {
  /// The tests of one test target that neither assert nor call a function of it that does.
  static func withoutAssertion(in files: [SwiftFile]) -> [Violation] {
    var functions: [(file: SwiftFile, function: FunctionDeclaration, words: Set<String>)] = []
    for file in files {
      for function in FunctionDeclaration.all(in: file.code) {
        let words = file.code[function.body].filter { $0.kind == .word }.map(\.text)
        functions.append((file, function, Set(words)))
      }
    }
    // A function of the tests that throws of itself demands something; `try` alone does not.
    var asserting: Set = ["#expect", "#require", "record", "confirmation", "throw"]
    var count = 0
    while count != asserting.count {
      count = asserting.count
      for entry in functions where !entry.words.isDisjoint(with: asserting) {
        // A computed property or a test is not called to assert.
        if !entry.function.isTest { asserting.insert(entry.function.name) }
      }
    }
    return functions.filter { $0.function.isTest && $0.words.isDisjoint(with: asserting) }.map {
      Violation($0.file.path, $0.function.line, "asserts nothing: \($0.function.name)")
    }
  }
}
