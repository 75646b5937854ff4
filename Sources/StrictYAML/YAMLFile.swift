import Foundation
import Yams

/// Reads whole files into values.
public enum YAMLFile {
  /// Beyond it a file is refused unread: none of ours comes near.
  public static let byteLimit = 4 << 20
  /// Values in one file, those that aliases repeat counted each time.
  static let valueLimit = 200_000
  static let depthLimit = 32

  /// Reads the file at a path; errors name it by its last component.
  public static func read(_ path: String) throws(YAMLError) -> YAMLValue {
    let url = URL(fileURLWithPath: path)
    let data: Data
    do {
      let file = url.resolvingSymlinksInPath()
      // A directory holds no text, and a pipe may never end.
      let kind = try FileManager.default.attributesOfItem(atPath: file.path)[.type]
      guard kind as? FileAttributeType == .typeRegular else {
        throw YAMLError(file: path, line: nil, keyPath: "", message: "is no file")
      }
      data = try Data(contentsOf: file)
    } catch let error as YAMLError {
      throw error
    } catch {
      throw YAMLError(
        file: path, line: nil, keyPath: "",
        message: "cannot be read: \((error as NSError).localizedDescription)")
    }
    let name = url.lastPathComponent
    guard data.count <= byteLimit else {
      throw YAMLError(
        file: name, line: nil, keyPath: "", message: "is larger than \(byteLimit) bytes")
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw YAMLError(file: name, line: nil, keyPath: "", message: "expected UTF-8 text")
    }
    return try parse(text, file: name)
  }

  /// Reads one document; `file` is the name that errors give.
  public static func parse(_ text: String, file: String) throws(YAMLError) -> YAMLValue {
    let node: Node?
    do {
      // No resolver: whether a scalar is a number is the reader's question, not the file's.
      node = try Yams.compose(yaml: text, .basic)
    } catch {
      throw YAMLError(error, file: file)
    }
    guard let node else {
      throw YAMLError(
        file: file, line: nil, keyPath: "", message: "expected keys with values, found nothing")
    }
    var conversion = Conversion(file: file)
    return try conversion.value(node, keyPath: "", depth: 0)
  }
}

/// Turns the parser's tree into values with a place.
private struct Conversion {
  let file: String
  private var valueCount = 0

  init(file: String) { self.file = file }

  mutating func value(
    _ node: Node, keyPath: String, depth: Int
  ) throws(YAMLError) -> YAMLValue {
    let line = node.mark?.line ?? 1
    valueCount += 1
    guard valueCount <= YAMLFile.valueLimit, depth <= YAMLFile.depthLimit else {
      throw YAMLError(
        file: file, line: line, keyPath: keyPath, message: "too many values or too deep")
    }
    return YAMLValue(
      file: file, line: line, keyPath: keyPath,
      content: try content(node, keyPath: keyPath, depth: depth + 1))
  }

  private mutating func content(
    _ node: Node, keyPath: String, depth: Int
  ) throws(YAMLError) -> YAMLValue.Content {
    switch node {
    case .scalar(let scalar):
      return .scalar(scalar.string, isPlain: scalar.style == .plain)
    case .sequence(let sequence):
      var items: [YAMLValue] = []
      for (index, item) in sequence.enumerated() {
        items.append(try value(item, keyPath: "\(keyPath)[\(index)]", depth: depth))
      }
      return .sequence(items)
    case .mapping(let mapping):
      var entries: [YAMLEntry] = []
      for (key, item) in mapping {
        entries.append(try entry(key, item, keyPath: keyPath, depth: depth))
      }
      return .mapping(entries)
    case .alias:
      throw YAMLError(
        file: file, line: node.mark?.line, keyPath: keyPath, message: "aliases are not read")
    }
  }

  private mutating func entry(
    _ key: Node, _ item: Node, keyPath: String, depth: Int
  ) throws(YAMLError) -> YAMLEntry {
    guard case .scalar(let scalar) = key else {
      throw YAMLError(
        file: file, line: key.mark?.line, keyPath: keyPath, message: "expected a name as key")
    }
    let name = scalar.string
    return YAMLEntry(
      key: name, line: key.mark?.line ?? 1,
      value: try value(
        item, keyPath: keyPath.isEmpty ? name : "\(keyPath).\(name)", depth: depth))
  }
}

extension YAMLError {
  /// The only mapping of the parser's errors.
  fileprivate init(_ error: any Error, file: String) {
    let (line, message): (Int?, String) =
      switch error as? YamlError {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        (mark.line, "not YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, let context):
        (
          context.mark.line,
          "the key \"\(duplicates.joined(separator: "\", \""))\" is there twice"
        )
      case .reader(let problem, _, _, _): (nil, "not YAML: \(problem)")
      case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil:
        (nil, "not YAML: \(error)")
      }
    self.init(file: file, line: line, keyPath: "", message: message)
  }
}
