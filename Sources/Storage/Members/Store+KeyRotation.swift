import Foundation
import GRDB
import Retail

/// How far the change of the personal keys has come.
public struct KeyRotation: Equatable, Sendable, Codable {
  /// The generation that is being brought in.
  public let generation: Int64
  /// Members that still stand under the one before.
  public let left: Int

  public init(generation: Int64, left: Int) {
    self.generation = generation
    self.left = left
  }
}

extension Store {
  public static let rotationStep = 500

  /// Begins a change of the personal keys, or goes on with one that is not over: a new generation
  /// comes into the key file, then so many members at a time come under it. When none is left, the
  /// former generation leaves the file, and no copy of the database from before opens with it any
  /// more.
  ///
  /// Every step is a transaction; a power cut between two loses nothing, and the next call goes on.
  ///
  /// - Parameter isBeginning: whether a new generation is wished for when no change is under way.
  public func rotateKeys(
    isBeginning: Bool, act: MemberAct
  ) async throws(MemberFailure) -> KeyRotation {
    try await change("keys") { [self] table in
      var material = try KeyFile.load(path: keyPath, mayCreate: false)
      if material.personal.count == 1, isBeginning {
        material.rotate()
        try KeyFile.write(material, path: keyPath)
      }
      let keys = ShopKeys(material)
      use(keys)
      let newest = try keys.newest
      let table = MemberTable(table.db, keys)
      let left = try table.renew(upTo: Self.rotationStep, newest)
      return KeyRotation(generation: newest.generation, left: left)
    }
  }

  /// Takes the former generation out of the key file once no member stands under it.
  ///
  /// - Returns: false while some do.
  public func endKeyRotation(act: MemberAct) async throws(MemberFailure) -> Bool {
    try await change("keys") { [self] table in
      var material = try KeyFile.load(path: keyPath, mayCreate: false)
      guard material.personal.count > 1, let newest = material.personal.first else { return true }
      let left = try Int.fetchOne(
        table.db, sql: "SELECT count(*) FROM member_keys WHERE generation < ?",
        arguments: [newest.generation])
      guard left == 0 else { return false }
      try table.log(
        .keysRotated, nil, detail: "generation \(newest.generation)", key: nil, act)
      material.personal = [newest]
      // What was renewed is on the disk: each step was a transaction of its own before this one.
      try KeyFile.write(material, path: keyPath)
      use(ShopKeys(material))
      return true
    }
  }
}

extension MemberTable {
  /// Brings members under the newest keys; how many are left.
  fileprivate func renew(upTo limit: Int, _ newest: PersonalKey) throws -> Int {
    let ids = try Int64.fetchAll(
      db,
      sql: "SELECT member FROM member_keys WHERE generation < ? ORDER BY generation LIMIT ?",
      arguments: [newest.generation, limit])
    let rewrap = try db.cachedStatement(
      sql: "UPDATE member_keys SET generation = ?, wrapped = ? WHERE member = ?")
    let index = try db.cachedStatement(sql: "UPDATE members SET phone_index = ? WHERE id = ?")
    let clear = try db.cachedStatement(sql: "DELETE FROM member_names WHERE member = ?")
    for id in ids {
      guard let row = try row("m.id = ?", [id]), let record = row.record, let key = row.key else {
        throw StorageError.corrupt("a key of no member")
      }
      try rewrap.execute(arguments: [newest.generation, newest.wrap(key), id])
      if let phone = record.phone {
        try index.execute(arguments: [Self.index(phone: phone, newest), id])
      }
      try clear.execute(arguments: [id])
      try insertParts(of: record.name, id, newest)
    }
    return try Int.fetchOne(
      db, sql: "SELECT count(*) FROM member_keys WHERE generation < ?",
      arguments: [newest.generation]) ?? 0
  }
}
