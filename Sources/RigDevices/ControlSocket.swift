import Foundation
import Glibc

/// Commands for the devices of a counter, by lines over a UNIX socket: for a person in the machine.
/// An answer is one line, `ok TEXT` or `error TEXT`, with line ends written as `\n`.
enum ControlSocket {
  private static let lineByteLimit = 4_096
  private static let backlog: Int32 = 4

  /// Serves until the process is ended; clients one after the other.
  static func serve(path: String, devices: CounterDevices) throws {
    let listener = try endpoint(path) { file, address, size in
      unlink(path)
      return bind(file, address, size) == 0 && listen(file, backlog) == 0
    }
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { continue }
      while let line = line(from: client) {
        send(answer(line, devices) + "\n", to: client)
      }
      close(client)
    }
  }

  /// Sends one command and returns its answer.
  static func tell(path: String, _ command: String) throws -> String {
    let file = try endpoint(path) { connect($0, $1, $2) == 0 }
    defer { close(file) }
    send(command + "\n", to: file)
    return line(from: file) ?? "error no answer"
  }

  private static func answer(_ line: String, _ devices: CounterDevices) -> String {
    guard let command = ControlCommand(line) else { return "error unknown command" }
    do {
      let text = try devices.perform(command)
      return "ok \(text.replacing("\n", with: "\\n"))"
    } catch {
      return "error \(error)"
    }
  }

  private static func line(from file: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < lineByteLimit * 16, recv(file, &byte, 1, 0) == 1 {
      if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  private static func send(_ text: String, to file: Int32) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private static func endpoint(
    _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) throws -> Int32 {
    let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
      guard path.utf8.count < place.count else { return false }
      place.copyBytes(from: path.utf8)
      return true
    }
    let isReady = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        fits && use(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard isReady else {
      close(file)
      throw CounterDevices.Refusal(description: "\(path): errno \(errno)")
    }
    return file
  }
}
