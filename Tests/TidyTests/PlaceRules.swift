/// Nothing of the machine that a file was written on is in it.
enum PlaceRules {
  /// Folders of the root that differ from one machine to the next.
  private static let ownRoots: Set = [
    "home", "Users", "root", "work", "workspace", "mnt", "media", "opt", "srv",
  ]
  private static let ownEndings = [
    ".internal", ".intranet", ".lan", ".local", ".localdomain", ".corp", ".home", ".svc",
  ]
  /// Loopback, and the addresses that are kept free for examples (RFC 5737).
  private static let commonNetworks = ["127.", "0.0.0.0", "192.0.2.", "198.51.100.", "203.0.113."]

  /// Absolute paths below a folder that other machines do not have, `/home` above all.
  static func foreignPaths(in text: String, path: String) -> [Violation] {
    scan(text, path) { line in
      line.indices.compactMap { index in
        guard line[index] == UInt8(ascii: "/"), index == 0 || opens(line[index - 1]) else {
          return nil
        }
        let root = line[(index + 1)...].prefix(while: isNamePart)
        guard line[(index + 1 + root.count)...].first == UInt8(ascii: "/"),
          let rest = line[(index + 2 + root.count)...].first, isNamePart(rest)
        else { return nil }
        let name = String(decoding: root, as: UTF8.self)
        return ownRoots.contains(name) ? "a path of one machine: /\(name)/" : nil
      }
    }
  }

  /// Addresses of hosts that only one network knows.
  static func foreignHosts(in text: String, path: String) -> [Violation] {
    scan(text, path) { line in
      line.indices.compactMap { index in
        guard line[index...].starts(with: "://".utf8) else { return nil }
        let host = line[(index + 3)...].prefix { isNamePart($0) || $0 == UInt8(ascii: ".") }
        let name = String(decoding: host, as: UTF8.self)
        let isNumber = !host.isEmpty && host.allSatisfy { $0 < 0x3A && $0 != 0x2D }
        let isForeign =
          isNumber
          ? !commonNetworks.contains { name.hasPrefix($0) }
          : ownEndings.contains { name.hasSuffix($0) }
        return isForeign ? "a host of one network: \(name)" : nil
      }
    }
  }

  private static func scan(
    _ text: String, _ path: String, _ rule: ([UInt8]) -> [String]
  ) -> [Violation] {
    text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
      .flatMap { number, line in
        rule(Array(line)).map { Violation(path, number + 1, $0) }
      }
  }

  /// What may stand before an absolute path; a `<` or a letter makes it something else.
  private static func opens(_ byte: UInt8) -> Bool { " \"'`(=:,[".utf8.contains(byte) }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    Lexer.isWordPart(byte) && byte < 0x80 || byte == 0x2D
  }
}
