/// What comes from a scanner, a card or a file is data: nothing here could make a command of it.
enum InjectionRules {
  /// Ways to start another program, and with a shell of it.
  private static let starters: Set = [
    "Process", "system", "popen", "posix_spawn", "posix_spawnp", "execv", "execve", "execvp",
    "execl", "execle", "execlp", "fork", "vfork", "NSTask",
  ]
  /// Ways to make markup of a text, or a program.
  private static let writers = [
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
    "srcdoc", "createContextualFragment", "DOMParser",
  ]

  /// Programs that the product starts: none. The rig of the tests starts the daemon.
  static func startedPrograms(in file: SwiftFile) -> [Violation] {
    guard file.isIn("Sources"), !file.isIn("Sources/RigDevices") else { return [] }
    return file.code.indices.compactMap { index in
      guard let word = file.code.word(index), starters.contains(word),
        file.code.isPunctuation(index + 1, "("), file.code.word(index - 1) != "func",
        !file.code.isPunctuation(index - 1, ".")
      else { return nil }
      return Violation(file, file.code[index], "starts a program: \(word)")
    }
  }

  /// A page shows text as text.
  static func markup(in text: String, path: String) -> [Violation] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .flatMap { number, line in
        writers.filter { line.contains($0) }.map {
          Violation(path, number + 1, "makes markup or a program of a text: \($0)")
        }
      }
  }
}
