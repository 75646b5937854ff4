import Foundation
import Storage

/// Whether the book is there, private, readable, sound and has room to grow.
enum DataChecks {
  /// Below this much room the operator is told; the daemon itself stops at a full disk.
  static let freeByteLimit: UInt64 = 256 << 20

  static func checks(_ directory: String) async -> [Check] {
    guard let isOpen = DataDirectory.isOpenToOthers(directory) else {
      return [
        Check(
          "data directory", .wrong,
          "\(directory) is not there or not for you: start kioskd once, and run this as root "
            + "or as the kiosk's user")
      ]
    }
    var checks = [
      isOpen
        ? Check(
          "data directory", .wrong, "others may look into \(directory): chmod 700 \(directory)")
        : Check("data directory", .ok, directory)
    ]
    checks.append(space(directory))
    guard DataDirectory.hasDatabase(directory) else {
      return checks + [
        Check("database", .wrong, "there is none in \(directory) yet: start kioskd once")
      ]
    }
    checks.append(key(directory + "/shop.key"))
    return checks + (await database(directory))
  }

  private static func space(_ directory: String) -> Check {
    guard let free = DataDirectory.freeByteCount(directory) else {
      return Check("disk space", .wrong, "\(directory): its file system cannot be asked")
    }
    let text = "\(free >> 20) MiB free"
    return free < freeByteLimit
      ? Check("disk space", .wrong, "\(text), free at least \(freeByteLimit >> 20) MiB")
      : Check("disk space", .ok, text)
  }

  private static func key(_ path: String) -> Check {
    switch DataDirectory.isOpenToOthers(path) {
    case nil: Check("key file", .wrong, "\(path) is missing: restore it from backup")
    case true?: Check("key file", .wrong, "others may read \(path): chmod 600 \(path)")
    case false?: Check("key file", .ok, path)
    }
  }

  private static func database(_ directory: String) async -> [Check] {
    do {
      let store = try Store.open(directory: directory, mode: .reader)
      let damage = try await store.quickCheck()
      let hasReserve = store.hasReserve
      try store.close()
      if let damage {
        return [
          Check(
            "database", .wrong,
            "damaged (\(damage)): stop kioskd, keep a copy of \(directory), "
              + "and restore the last backup that verifies")
        ]
      }
      return [
        Check("database", .ok, "sound; `kioskctl ledger verify` checks the book itself"),
        hasReserve
          ? Check("reserve", .ok, "room for voids on a full disk is kept")
          : Check(
            "reserve", .wrong,
            "the room for voids was given up on a full disk: free space and restart kioskd"),
      ]
    } catch {
      return [Check("database", .wrong, "\(error)")]
    }
  }
}
