/// STYLE 2 as a test: who may import whom.
enum ImportRules {
  /// Modules that come with the compiler; no line of Package.swift allows them.
  static let system: Set = [
    "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
  ]
  /// Only these touch C (STYLE 2), and for tests the rig, which emulates usbfs.
  static let mayTouchC: Set = ["LibUSB", "PCSC", "Raster", "RigDevices"]
  /// Decide about money without Foundation, clock or chance.
  static let kernel: Set = ["Ledger", "Retail", "CheckoutMachine"]
  /// The one place where Codecs may call the C library: its `iconv`.
  static let converter = "Sources/Codecs/Text/"

  /// The modules that a file imports, each with the place.
  static func imports(of file: SwiftFile) -> [Token] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    return file.code.indices.compactMap { index in
      guard file.code.isWord(index, "import"), !file.code.isPunctuation(index - 1, ".") else {
        return nil
      }
      let next = index + (file.code.word(index + 1).map(kinds.contains) == true ? 2 : 1)
      return file.code.word(next) == nil ? nil : file.code[next]
    }
  }

  /// Every import is allowed by a line of Package.swift, or is a system module of the table.
  static func unlisted(
    in file: SwiftFile, _ manifest: Manifest, _ table: [ArchitectureTable.Row]
  ) -> [Violation] {
    guard let target = manifest.target(of: file) else { return [] }
    var allowed = target.dependencies
    if !target.path.hasPrefix("Sources/") {
      allowed.formUnion(system)
      if target.kind == .test { allowed.insert("Testing") }
    } else {
      allowed.formUnion(table.first { $0.target == target.name }?.system ?? [])
    }
    return imports(of: file).filter { !allowed.contains($0.text) }.map {
      Violation(file, $0, "\(target.name) may not import \($0.text)")
    }
  }

  /// What no table can allow.
  static func forbidden(in file: SwiftFile, _ manifest: Manifest) -> [Violation] {
    guard let target = manifest.target(of: file), target.kind != .test else { return [] }
    return imports(of: file).compactMap { module in
      if kernel.contains(target.name), system.contains(module.text) {
        return Violation(file, module, "the kernel imports nothing of the system: \(module.text)")
      }
      if target.name == "Codecs", system.contains(module.text),
        !["Glibc", "Synchronization"].contains(module.text) || !file.path.hasPrefix(converter)
      {
        return Violation(
          file, module, "Codecs may import Glibc and a lock under \(converter) for iconv only")
      }
      if manifest.target(module.text)?.kind == .system, !mayTouchC.contains(target.name) {
        return Violation(
          file, module, "only LibUSB, PCSC, Raster and the rig touch C: \(module.text)")
      }
      return nil
    }
  }

  /// Clock, chance and waiting, which the standard library gives without any import.
  static func clocks(in file: SwiftFile) -> [Violation] {
    let isKernel = kernel.contains { file.isIn("Sources/" + $0) }
    guard isKernel || file.isIn("Sources/Codecs") else { return [] }
    let clocks: Set = [
      "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", "Task", "await",
    ]
    let chances: Set = ["random", "randomElement", "shuffle", "shuffled"]
    return file.code.indices.compactMap { index in
      guard let word = file.code.word(index) else { return nil }
      let isChance =
        chances.contains(word) && file.code.isPunctuation(index - 1, ".")
        && file.code.isPunctuation(index + 1, "(")
      guard clocks.contains(word) || isChance else { return nil }
      return Violation(
        file, file.code[index], "no clock, chance or waiting where things are decided: \(word)")
    }
  }

  /// Package.swift and the table of docs/ARCHITECTURE.md name the same targets and imports.
  static func differences(
    _ manifest: Manifest, _ table: [ArchitectureTable.Row]
  ) -> [Violation] {
    var found: [Violation] = []
    let targets = manifest.targets.filter { target in
      target.kind != .system && target.path.hasPrefix("Sources/")
    }
    for target in targets {
      guard let row = table.first(where: { $0.target == target.name }) else {
        found.append(
          Violation(Manifest.path, target.line, "\(target.name) is not in the table of the docs"))
        continue
      }
      if row.dependencies != target.dependencies {
        let more = target.dependencies.subtracting(row.dependencies).sorted()
        let less = row.dependencies.subtracting(target.dependencies).sorted()
        found.append(
          Violation(
            ArchitectureTable.path, row.line,
            "\(row.target): Package.swift has besides \(more), and has not \(less)"))
      }
    }
    for row in table where !targets.contains(where: { $0.name == row.target }) {
      found.append(
        Violation(ArchitectureTable.path, row.line, "\(row.target) is not in Package.swift"))
    }
    return found
  }
}
