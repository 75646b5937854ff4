import FoundationEssentials
import Hummingbird

/// A page of static files under one path, read once at start.
///
/// Kept in memory: a request then cannot name a file outside, and a page is of one version.
public struct StaticPage: Sendable {
  /// Why a directory cannot be a page.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case noIndex(directory: String)
    case unreadable(file: String)
    case tooManyFiles(directory: String)
    case tooLarge(file: String)

    public var description: String {
      switch self {
      case .noIndex(let directory):
        "\(directory) has no index.html: install the web files or run from the source tree"
      case .unreadable(let file): "\(file) cannot be read: check its permissions"
      case .tooManyFiles(let directory):
        "\(directory) has more than \(StaticPage.fileLimit) files: it is not the web directory"
      case .tooLarge(let file):
        "\(file) has more than \(StaticPage.byteLimit) bytes: it is not a file of the page"
      }
    }
  }

  static let fileLimit = 64
  static let byteLimit = 1 << 20

  private static let contentTypes = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png",
  ]

  /// GET of each file, and of `path` itself for index.html.
  let routes: RouteTable

  /// - Parameters:
  ///   - path: `/` or `/name`, where index.html is shown; its files are below it.
  ///   - directory: holds index.html; files of unknown types in it are not served.
  public init(path: String, directory: String) throws(Fault) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw .noIndex(directory: directory)
    }
    guard names.contains("index.html") else { throw .noIndex(directory: directory) }
    guard names.count <= Self.fileLimit else { throw .tooManyFiles(directory: directory) }
    var routes: RouteTable = [:]
    let prefix = path == "/" ? "/" : path + "/"
    for name in names.sorted() {
      let ending = name.split(separator: ".").last.map(String.init) ?? ""
      guard let contentType = Self.contentTypes[ending] else { continue }
      let file = "\(directory)/\(name)"
      guard let bytes = FileManager.default.contents(atPath: file) else {
        throw .unreadable(file: file)
      }
      guard bytes.count <= Self.byteLimit else { throw .tooLarge(file: file) }
      let handler = Self.handler(contentType: contentType, buffer: ByteBuffer(bytes: bytes))
      routes[prefix + name] = [.get: handler]
      if name == "index.html" {
        routes[path] = [.get: handler]
        routes[prefix] = [.get: handler]
      }
    }
    self.routes = routes
  }

  private static func handler(contentType: String, buffer: ByteBuffer) -> RouteHandler {
    { _ in
      // `no-cache` asks again each time: after an update the next load is of the new version.
      Response(
        status: .ok, headers: [.contentType: contentType, .cacheControl: "no-cache"],
        body: .init(byteBuffer: buffer))
    }
  }
}
