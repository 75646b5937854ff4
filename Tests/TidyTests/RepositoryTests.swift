import Testing

/// The rules, held against the repository. `RuleTests` shows that each of them can fail.
struct RepositoryTests {
  private let repository: Repository
  private let manifest: Manifest
  private let files: [SwiftFile]
  private let table: [ArchitectureTable.Row]

  init() throws {
    let read = try Self.read.get()
    (repository, manifest, files, table) = (read.0, read.1, read.2, read.3)
  }

  /// Read once for all tests.
  private static let read = Result {
    let repository = Repository()
    return (
      repository, Manifest(try repository.text(Manifest.path)), try repository.swiftFiles(),
      ArchitectureTable.rows(of: try repository.text(ArchitectureTable.path))
    )
  }

  private func expectNone(
    _ violations: [Violation], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for violation in violations.sorted() {
      Issue.record("\(violation)", sourceLocation: sourceLocation)
    }
  }

  @Test func `the manifest and the sources were found`() {
    #expect(manifest.targets.count > 20)
    #expect(files.count > 200)
    #expect(!table.isEmpty)
  }

  @Test func `every import is allowed by the manifest`() {
    expectNone(files.flatMap { ImportRules.unlisted(in: $0, manifest, table) })
  }

  @Test func `the kernel imports nothing, and only three targets touch C`() {
    expectNone(files.flatMap { ImportRules.forbidden(in: $0, manifest) })
  }

  @Test func `nothing that decides knows a clock or chance`() {
    expectNone(files.flatMap(ImportRules.clocks))
  }

  @Test func `the table of the docs is the manifest`() {
    expectNone(ImportRules.differences(manifest, table))
  }

  @Test func `every folder of sources is a target`() {
    expectNone(
      LayoutRules.homeless(files.filter { $0.isIn("Sources") || $0.isIn("Tests") }, manifest))
  }

  @Test func `lines fit`() {
    expectNone(files.flatMap { SizeRules.longLines(in: $0.text, path: $0.path) })
  }

  @Test func `functions fit`() { expectNone(files.flatMap(SizeRules.longFunctions)) }

  @Test func `files fit`() { expectNone(files.flatMap(SizeRules.longFile)) }

  @Test func `names say what a thing is`() { expectNone(files.flatMap(WordRules.vagueNames)) }

  @Test func `no error is swallowed or turned into a trap`() {
    expectNone(files.flatMap(WordRules.shortcuts))
  }

  @Test func `nothing is left unfinished`() throws {
    for (path, text) in try repository.writtenFiles() {
      expectNone(WordRules.leftovers(in: text, path: path))
    }
  }

  @Test func `money never floats`() { expectNone(files.flatMap(WordRules.floatingPoint)) }

  @Test func `only programs print`() {
    expectNone(files.flatMap { WordRules.prints(in: $0, manifest) })
  }

  @Test func `no device is open to everybody`() throws {
    for path in repository.files(under: "udev") {
      expectNone(WordRules.openToAll(in: try repository.text(path), path: path))
    }
  }

  @Test func `no path or host of one machine is written down`() throws {
    for (path, text) in try repository.writtenFiles() {
      expectNone(PlaceRules.foreignPaths(in: text, path: path))
      expectNone(PlaceRules.foreignHosts(in: text, path: path))
    }
  }

  @Test func `no type has the name of its module`() {
    expectNone(files.flatMap { TypeRules.moduleNames(in: $0, manifest) })
  }

  @Test func `what the compiler does not check has a reason`() {
    expectNone(files.flatMap(TypeRules.unexplained))
  }

  @Test func `transitions name every case`() { expectNone(files.flatMap(TypeRules.defaults)) }

  @Test func `every test asserts`() {
    for target in manifest.targets where target.path.hasPrefix("Tests/") {
      expectNone(TestRules.withoutAssertion(in: files.filter { $0.isIn(target.path) }))
    }
  }

  @Test func `the top level holds what belongs there`() throws {
    expectNone(
      LayoutRules.strangers(
        in: try repository.topLevelNames(), ignored: try repository.text(".gitignore")))
  }

  @Test func `each complaint has a test that is there and names it`() throws {
    let rows = ComplaintRules.rows(of: try repository.text(ComplaintRules.path))
    #expect(rows.count > 40)
    #expect(rows.reduce(into: Set<String>()) { $0.formUnion($1.threads) }.count > 90)
    expectNone(ComplaintRules.violations(in: rows, files))
  }

  @Test func `no program is started, and no page makes markup of a text`() throws {
    expectNone(files.flatMap(InjectionRules.startedPrograms))
    let pages = repository.files(under: "Sources").filter { path in
      [".js", ".html"].contains { path.hasSuffix($0) }
    }
    #expect(pages.count > 3)
    for path in pages {
      expectNone(InjectionRules.markup(in: try repository.text(path), path: path))
    }
  }

  @Test func `the docs name files that exist`() throws {
    for path in [ArchitectureTable.path, "docs/runbook.md", "README.md"]
    where repository.exists(path) {
      expectNone(
        LayoutRules.missing(
          in: try repository.text(path), path: path, exists: repository.exists))
    }
  }
}
