import Testing

/// Each rule finds what was planted for it, and passes what looks alike.
struct RuleTests {
  private let manifest = Manifest(
    """
    let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
    func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
      .target(name: name, dependencies: dependencies)
    }
    let package = Package(
      products: [.executable(name: "tool", targets: ["tool"])],
      targets: [
        target("Ledger"),
        target("Codecs"),
        target("Storage", ["Ledger", grdb], exclude: ["web"]),
        .systemLibrary(name: "CThing", providers: [.apt(["libthing-dev"])]),
        target("LibUSB", ["CThing"]),
        .executableTarget(
          name: "tool", dependencies: [.target(name: "Storage"), "Ledger"], path: "Sources/bin"),
        tests("StorageTests", ["Storage"]),
      ])
    """)
  private let table = [
    ArchitectureTable.Row(
      target: "Storage", dependencies: ["Ledger", "GRDB"], system: ["Foundation"], line: 1)
  ]

  private func file(_ path: String, _ text: String) -> SwiftFile {
    SwiftFile(path: path, text: text)
  }

  @Test func `the manifest is read`() {
    #expect(
      manifest.targets.map(\.name) == [
        "Ledger", "Codecs", "Storage", "CThing", "LibUSB", "tool", "StorageTests",
      ])
    #expect(manifest.target("Storage")?.dependencies == ["Ledger", "GRDB"])
    #expect(manifest.target("CThing")?.kind == .system)
    #expect(manifest.target("tool")?.dependencies == ["Storage", "Ledger"])
    #expect(manifest.target("tool")?.path == "Sources/bin")
    #expect(manifest.target("StorageTests")?.path == "Tests/StorageTests")
  }

  @Test func `an import that no line allows is found`() {
    let good = "import Foundation\n@preconcurrency import GRDB\nimport struct Ledger.Money"
    #expect(ImportRules.unlisted(in: file("Sources/Storage/A.swift", good), manifest, table) == [])
    let bad = file("Sources/Storage/A.swift", good + "\nimport Glibc\nimport LibUSB")
    #expect(ImportRules.unlisted(in: bad, manifest, table).map(\.line) == [4, 5])
    let test = file("Tests/StorageTests/A.swift", "import Testing\n@testable import Storage")
    #expect(ImportRules.unlisted(in: test, manifest, table) == [])
  }

  @Test(arguments: [
    ("Sources/Ledger/A.swift", "import Foundation", 1),
    ("Sources/Ledger/A.swift", "import Synchronization", 1),
    ("Sources/Codecs/GS1/A.swift", "import Glibc", 1),
    ("Sources/Codecs/Text/A.swift", "import Foundation", 1),
    ("Sources/Codecs/Text/A.swift", "import Glibc", 0),
    ("Sources/Storage/A.swift", "import CThing", 1),
    ("Sources/LibUSB/A.swift", "import CThing", 0),
  ])
  func `imports that no table can allow are found`(path: String, text: String, count: Int) {
    #expect(ImportRules.forbidden(in: file(path, text), manifest).count == count)
  }

  @Test(arguments: [
    ("let t = ContinuousClock.now", 1), ("let x = Int.random(in: 0..<3)", 1),
    ("list.shuffled()", 1), ("init?(random: [UInt8])", 0), ("// a Task, a clock", 0),
    ("_ = await other()", 1),
  ])
  func `a clock where things are decided is found`(text: String, count: Int) {
    #expect(ImportRules.clocks(in: file("Sources/Ledger/A.swift", text)).count == count)
    #expect(ImportRules.clocks(in: file("Sources/Storage/A.swift", text)) == [])
  }

  @Test func `a table that differs from the manifest is found`() {
    let page = """
      | Target | One line | May import | System |
      | --- | --- | --- | --- |
      | `Ledger` | Money. | — | — |
      | `Codecs` | Bytes. | — | `Glibc` |
      | `Storage` | Rows. | `Ledger` | `Foundation` |
      | `LibUSB` | USB. | `CThing` | — |
      | `Gone` | Was here. | — | — |

      | `tool` | Not of the table. | — | — |
      """
    let rows = ArchitectureTable.rows(of: page)
    #expect(rows.map(\.target) == ["Ledger", "Codecs", "Storage", "LibUSB", "Gone"])
    #expect(rows[1].system == ["Glibc"])
    let found = ImportRules.differences(manifest, rows)
    #expect(found.count == 3)
    #expect(found.contains { $0.message.hasPrefix("Storage:") && $0.line == 5 })
    #expect(found.contains { $0.message.hasPrefix("tool") })
    #expect(found.contains { $0.message.hasPrefix("Gone") && $0.line == 7 })
  }

  @Test func `long lines, functions and files are found`() {
    let line = String(repeating: "字", count: 101)
    #expect(SizeRules.longLines(in: "a\n\(line)", path: "A").map(\.line) == [2])
    #expect(SizeRules.longLines(in: String(line.dropLast()), path: "A") == [])
    func function(lines: Int) -> SwiftFile {
      let body = String(repeating: "  print(\"}\")  // }\n", count: lines - 2)
      return file("Sources/Storage/A.swift", "// one\nfunc a() {\n\(body)}\nfunc b() {}\n")
    }
    #expect(SizeRules.longFunctions(in: function(lines: 70)) == [])
    #expect(SizeRules.longFunctions(in: function(lines: 71)).map(\.line) == [2])
    let property = String(repeating: "  a()\n", count: 80)
    #expect(
      SizeRules.longFunctions(in: file("A.swift", "var a: Int {\n\(property)}\n")).count == 1)
    #expect(
      SizeRules.longFunctions(in: file("A.swift", "init?(a: Int) {\n\(property)}\n")).count == 1)
    #expect(SizeRules.longFunctions(in: file("A.swift", "enum A {\n\(property)}\n")) == [])
    let lines = String(repeating: "\n", count: 401)
    #expect(SizeRules.longFile(file("A.swift", lines)).count == 1)
    #expect(SizeRules.longFile(file("A.swift", String(lines.dropLast()))) == [])
  }

  @Test(arguments: [
    ("A.swift", "final class DeviceManager {}", 1), ("A.swift", "typealias XUtils = Int", 1),
    ("Sources/Helpers/A.swift", "", 1), ("PrintService+X.swift", "", 1),
    ("A.swift", "struct ServiceGroup: Service {}", 0), ("A.swift", "// struct AHelper", 0),
    ("A.swift", "struct OutOfService {}", 0),
  ])
  func `vague names are found`(path: String, text: String, count: Int) {
    #expect(WordRules.vagueNames(in: file(path, text)).count == count)
  }

  @Test(arguments: [
    ("try! a()", 1), ("let a = try? b()", 1), ("a as! B", 1), ("fatalError(\"x\")", 1),
    ("try a() // try!", 0), ("let a = \"try! as!\"", 0), ("try a()", 0), ("a as? B", 0),
    ("if try !a() {}", 0),
    ("\"\\(try! a())\"", 1),
  ])
  func `shortcuts are found`(text: String, count: Int) {
    #expect(WordRules.shortcuts(in: file("A.swift", text)).count == count)
  }

  @Test func `unfinished work is found`() {
    let mark = "FIX" + "ME"
    #expect(WordRules.leftovers(in: "a\n// \(mark): b", path: "A.swift").map(\.line) == [2])
    #expect(WordRules.leftovers(in: "let a = \"\(mark)\"", path: "A.swift") == [])
    #expect(WordRules.leftovers(in: "# TO\("DO") later", path: "Makefile").count == 1)
    #expect(WordRules.leftovers(in: "# to do, toDOmain", path: "Makefile") == [])
  }

  @Test(arguments: [
    ("let a: Double", 1), ("let a = 1.5", 1), ("let a = $0.0 + pair.1", 0), ("0..<3", 0),
    ("// Double", 0),
  ])
  func `floating money is found`(text: String, count: Int) {
    #expect(WordRules.floatingPoint(in: file("Sources/Retail/A.swift", text)).count == count)
    #expect(WordRules.floatingPoint(in: file("Sources/Raster/A.swift", text)) == [])
  }

  @Test func `printing outside of programs is found`() {
    let text = "print(a)\nprinter.print(b)\nenum E { case print(Int) }"
    #expect(
      WordRules.prints(in: file("Sources/Storage/A.swift", text), manifest).map(\.line) == [1])
    #expect(WordRules.prints(in: file("Sources/bin/A.swift", text), manifest) == [])
    let own = file("Sources/Storage/A.swift", text + "\nfunc print(_ job: Int) {}")
    #expect(WordRules.prints(in: own, manifest) == [])
  }

  @Test func `a device open to everybody is found`() {
    #expect(WordRules.openToAll(in: "a\nMODE=\"0666\"", path: "u").map(\.line) == [2])
    #expect(WordRules.openToAll(in: "MODE=\"0660\"", path: "u") == [])
  }

  @Test(arguments: [
    (["cp /home", "me", "a b"], 1), (["\"/Users", "me\""], 1), (["(/opt", "x)"], 1),
    (["/usr", "share", "kioskd"], 0), (["</div> a", "home", "b"], 0), (["/home", " x"], 0),
  ])
  func `paths of one machine are found`(parts: [String], count: Int) {
    let text = parts.joined(separator: "/")
    #expect(PlaceRules.foreignPaths(in: text, path: "A").count == count)
  }

  @Test(arguments: [
    ("build7.lan:80/x", 1), ("10.1.2.3", 1), ("192.168.0.1/", 1), ("127.0.0.1:8480", 0),
    ("github.com/groue", 0), ("localhost", 0), ("192.0.2.7", 0),
  ])
  func `hosts of one network are found`(host: String, count: Int) {
    #expect(PlaceRules.foreignHosts(in: "see http:" + "//" + host, path: "A").count == count)
  }

  @Test func `a type named as its module is found`() {
    let text = "enum Money { struct Ledger {} }"
    #expect(TypeRules.moduleNames(in: file("Sources/Ledger/A.swift", text), manifest).count == 1)
    #expect(TypeRules.moduleNames(in: file("Sources/Storage/A.swift", text), manifest) == [])
  }

  @Test(arguments: [
    ("final class A: @unchecked Sendable {}", 1), ("nonisolated(unsafe) var a = 1", 1),
    ("// Locked by b.\nfinal class A: @unchecked Sendable {}", 0),
    ("// Once.\nnonisolated(unsafe) var a = 1\nnonisolated(unsafe) var b = 1", 0),
    ("// Once.\nlet c = 1\nnonisolated(unsafe) var b = 1", 1),
    ("nonisolated(unsafe) var a = 1  // set once", 0), ("nonisolated let a = 1", 0),
  ])
  func `unchecked code without a reason is found`(text: String, count: Int) {
    #expect(TypeRules.unexplained(in: file("Sources/Storage/A.swift", text)).count == count)
  }

  @Test func `a default in a transition is found`() {
    let text = "switch a {\ncase .b: c\ndefault: d(default: 1)\n@unknown default: e\n}"
    let path = "Sources/CheckoutMachine/A.swift"
    #expect(TypeRules.defaults(in: file(path, text)).map(\.line) == [3, 3, 4])
    #expect(TypeRules.defaults(in: file("Sources/Storage/A.swift", text)) == [])
  }

  @Test func `a test that asserts nothing is found`() {
    let tests = """
      @Test func `one`() { _ = a() }
      @Test func `two`() throws { try compare(1) }
      @Test func `three`() throws { _ = try #require(b) }
      @Test func `four`() { if c { Issue.record("d") } }
      @Test func `five`() throws { try demand(c) }
      """
    let elsewhere = """
      func compare(_ a: Int) throws { check(a) }
      func check(_ a: Int) { #expect(a > 0) }
      func demand(_ a: Bool) throws { if !a { throw Unmet() } }
      func a() { b() }
      """
    let found = TestRules.withoutAssertion(
      in: [file("Tests/A/A.swift", tests), file("Tests/A/B.swift", elsewhere)])
    #expect(found.map(\.message) == ["asserts nothing: one"])
  }

  @Test func `a stranger at the top level is found`() {
    let found = LayoutRules.strangers(
      in: ["Sources", ".git", ".build", ".build-x", "notes.txt", "a.profraw"],
      ignored: ".build/\n.build-*/\n*.profraw\n")
    #expect(found.map(\.path) == ["notes.txt"])
  }

  @Test func `a folder that is no target is found`() {
    let files = [file("Sources/Ledger/A.swift", ""), file("Sources/Lost/In/A.swift", "")]
    #expect(LayoutRules.homeless(files, manifest).map(\.path) == ["Sources/Lost"])
  }

  @Test func `a file that the docs invent is found`() {
    let page = "see `Ledger/A.swift`, `Ledger/B.swift`,\n`/etc/x.rules`, `A.swift`, `<v>/x.yaml`"
    let found = LayoutRules.missing(in: page, path: "A.md") { $0 == "Sources/Ledger/A.swift" }
    #expect(found.map(\.line) == [1])
  }

  @Test func `a program that is started is found, and a text that becomes markup`() {
    let text = "let a = Process()\nsystem(b)\nfunc system(c: Int) {}\nclock.system(d)\nprocess()"
    let found = InjectionRules.startedPrograms(in: file("Sources/Storage/A.swift", text))
    #expect(found.map(\.line) == [1, 2])
    #expect(InjectionRules.startedPrograms(in: file("Tests/A/A.swift", text)) == [])
    let page = "a.textContent = b\na.innerHTML = b\neval(b)"
    #expect(InjectionRules.markup(in: page, path: "a.js").map(\.line) == [2, 3])
  }

  @Test func `a thread has the name before it`() {
    #expect(
      ComplaintRules.threads(in: "python-escpos #24, #382 and #3; odoo PR 40600, (#7): 300 ms")
        == ["python-escpos 24", "python-escpos 382", "python-escpos 3", "odoo 40600", "odoo 7"])
  }

  @Test func `a complaint without its test is found`() {
    let page = """
      | What | Threads | Tests |
      | --- | --- | --- |
      | Torn | a #1, #2 | `ATests: one` `ATests: two` |
      | Gone | b #3 | `ATests: three` |
      | Asked | `ATests: one` |
      | None | c #4 | |
      """
    let tests = """
      // a #1: it was torn.
      @Test func `one`() { #expect(b) }
      @Test func `two`() {
        // a #2
        #expect(c)
      }
      """
    let rows = ComplaintRules.rows(of: page)
    #expect(rows.map(\.line) == [3, 4, 5, 6])
    let found = ComplaintRules.violations(in: rows, [file("Tests/ATests/A.swift", tests)])
    #expect(found.map(\.line) == [4, 4, 6])
  }
}
