import Foundation
import StrictYAML

/// The data files of one folder.
enum YAMLFolder {
  /// The names of its `*.yaml` without their ending, in order.
  static func names(
    _ directory: String, limit: Int, what: String
  ) throws(YAMLError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
    } catch {
      throw YAMLError(
        file: directory, line: nil, keyPath: "",
        message: "expected the folder of the \(what): "
          + (error as NSError).localizedDescription)
    }
    guard names.count <= limit else {
      throw YAMLError(
        file: directory, line: nil, keyPath: "",
        message: "expected at most \(limit) \(what), found \(names.count)")
    }
    return names.map { String($0.dropLast(5)) }
  }
}
