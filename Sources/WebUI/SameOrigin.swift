/// Tells requests of this kiosk's own pages from those of a foreign page in the same browser
/// (a rebound DNS name has a foreign Host, a cross-site request a foreign Origin).
struct SameOrigin: Equatable {
  let port: Int

  private static let names = ["localhost", "127.0.0.1", "[::1]"]
  private static let defaultPort = 80

  /// Whether `authority`, the Host header, is this server.
  func allows(host authority: String?) -> Bool {
    guard let authority else { return false }
    let own = Self.names.map { "\($0):\(port)" }
    if own.contains(authority.lowercased()) { return true }
    return port == Self.defaultPort && Self.names.contains(authority.lowercased())
  }

  /// Whether `origin` may send requests; without the header it is no cross-site request (RFC 6454).
  func allows(origin: String?) -> Bool {
    guard let origin else { return true }
    guard origin.hasPrefix("http://") else { return false }
    return allows(host: String(origin.dropFirst("http://".count)))
  }
}
