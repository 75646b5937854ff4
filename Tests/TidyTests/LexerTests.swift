import Testing

struct LexerTests {
  private func words(_ text: String) -> [String] {
    Lexer.tokens(of: text).filter { $0.kind == .word }.map(\.text)
  }

  @Test func `strings and comments hide their words`() {
    #expect(
      words("let a = \"try x \\\" as\" // try\n/* as /* try */ as */ b") == ["let", "a", "b"])
    #expect(words("let a = #\"try \" \\(as)\"# b") == ["let", "a", "b"])
    #expect(words("let a = \"\"\"\n  try \"as\" {\n  \"\"\"\nb") == ["let", "a", "b"])
  }

  @Test func `code in an interpolation is code`() {
    #expect(words("\"a \\(try (b) ? \"c\" : \"\\(d)\") e\" f") == ["try", "b", "d", "f"])
  }

  @Test func `a regex is a literal and a division is not`() {
    #expect(words("let a = /try {/ b") == ["let", "a", "b"])
    #expect(words("a / b / c") == ["a", "b", "c"])
    #expect(words("#/ try \" /# a") == ["a"])
  }

  @Test func `numbers keep their point and members do not get one`() {
    let numbers = Lexer.tokens(of: "1.5 $0.0 pair.0.1 0..<3 0x1F 1_000").filter {
      $0.kind == .number
    }
    #expect(numbers.map(\.text) == ["1.5", "0", "0", "1", "0", "3", "0x1F", "1_000"])
  }

  @Test func `lines are counted through literals and comments`() {
    let tokens = Lexer.tokens(of: "/*\n*/ a \"\"\"\n\n\"\"\" b")
    #expect(tokens.map(\.line) == [1, 2, 2, 4])
    #expect(tokens.map(\.endLine) == [2, 2, 4, 4])
  }

  @Test func `torn text ends`() {
    for text in ["\"", "\"\"\"", "/*", "\"\\(", "#\"", "`", "(", "/", "\\", "#", "@"] {
      #expect(Lexer.tokens(of: text).count <= 2)
    }
  }

  @Test func `functions end at their own brace`() throws {
    let code = Lexer.tokens(
      of: """
        protocol P { func a(); var b: Int { get } }
        func c(d: () -> Void = { }) throws(E) -> [Int: (Int) -> Int] where T: U {
          let e = "}"  // }
          if let f = g { h() }
        }
        """
    ).code
    let functions = FunctionDeclaration.all(in: code)
    #expect(functions.map(\.name).contains("a") == false)
    let function = try #require(functions.first { $0.name == "c" })
    #expect(function.line == 2)
    #expect(function.endLine == 5)
  }

  @Test func `a test is known by its attribute`() {
    let code = Lexer.tokens(
      of: """
        @Test(arguments: [1, 2].map { $0 }) func `is one`(a: Int) { }
        @MainActor @Test static func two() async throws { }
        func three() { }
        """
    ).code
    let tests = FunctionDeclaration.all(in: code).filter(\.isTest)
    #expect(tests.map(\.name) == ["is one", "two"])
  }
}
