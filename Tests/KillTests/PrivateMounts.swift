import Foundation

/// A program with mounts of its own (util-linux `unshare`), which end with it.
enum PrivateMounts {
  /// Some machines forbid it to ordinary users, and some containers to everybody.
  static let areAllowed: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command("mount -t tmpfs tmpfs /mnt") + ["true"]
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationReason == .exit && process.terminationStatus == 0
  }()

  /// Runs what follows after `setUp`, a line for `sh`.
  static func command(_ setUp: String) -> [String] {
    [
      "unshare", "--map-root-user", "--mount", "sh", "-ec", setUp + "; exec \"$@\"", "sh",
    ]
  }
}
