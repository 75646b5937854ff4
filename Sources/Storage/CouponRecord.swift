import Foundation
import GRDB
import Ledger
import Retail

/// A coupon to be issued, with its code in the clear; the code leaves this value only sealed.
public struct NewCoupon: Equatable, Sendable {
  public let id: String
  public let template: String
  public let templateVersion: Int
  public let code: BearerCode
  /// The member it is bound to; nil: whoever bears it.
  public let holder: Int64?
  public let validFrom: Instant
  /// The first moment at which it is valid no more.
  public let validUntil: Instant
  /// The sale that gave it.
  public let sale: SaleID?

  public init(
    id: String, template: String, templateVersion: Int, code: BearerCode, holder: Int64?,
    validFrom: Instant, validUntil: Instant, sale: SaleID?
  ) {
    self.id = id
    self.template = template
    self.templateVersion = templateVersion
    self.code = code
    self.holder = holder
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.sale = sale
  }
}

/// The immutable facts of a coupon. What is left of it is the balance of `account`.
public struct CouponRecord: Equatable, Sendable {
  public let id: String
  public let template: String
  public let templateVersion: Int
  /// What of its code may be shown.
  public let mask: String
  public let holder: Int64?
  public let validFrom: Instant
  public let validUntil: Instant
  public let sale: SaleID?

  /// The one account that says whether it is free, held, spent or void.
  public var account: AccountID { Self.account(of: id) }

  /// The account of a coupon; its asset is `Asset.coupons(of: template)`.
  public static func account(of id: String) -> AccountID {
    AccountID(owner: "coupon/" + id, purpose: "piece")
  }
}

/// Coupons with the batch that opens their accounts.
public struct CouponPart: Sendable {
  public let coupons: [NewCoupon]
  public let batch: Batch

  public init(coupons: [NewCoupon], batch: Batch) {
    self.coupons = coupons
    self.batch = batch
  }
}

extension Store {
  /// Issues the facts of a coupon outside of a sale. The same id again changes nothing.
  public func issue(_ coupon: NewCoupon) async throws(StorageError) {
    let keys = try keys()
    try await write("coupon") { db in try coupon.insert(db, keys) }
  }

  /// Posts a batch and, when all of it was accepted, writes the facts of the coupons it issues, in
  /// one transaction.
  public func issue(
    _ coupons: [NewCoupon], posting batch: Batch
  ) async throws(StorageError) -> [Outcome] {
    try await issue([CouponPart(coupons: coupons, batch: batch)])[0]
  }

  /// The same for several batches in one transaction, each accepted or refused by itself: what each
  /// of their entries came to.
  public func issue(_ parts: [CouponPart]) async throws(StorageError) -> [[Outcome]] {
    let keys = try keys()
    return try await write("coupon") { [self] db in
      try parts.map { part in
        let outcomes = try ledger.submit(part.batch, db)
        if outcomes.allSatisfy({ $0 == .ok }) {
          for coupon in part.coupons { try coupon.insert(db, keys) }
        }
        return outcomes
      }
    }
  }

  /// Finds a coupon by what was scanned; nil for a code that was never issued.
  public func coupon(code: BearerCode) async throws(StorageError) -> CouponRecord? {
    let hash = CouponRecord.hash(code, try keys())
    return try await coupon(where: "code_hash = ?", [hash])
  }

  public func coupon(id: String) async throws(StorageError) -> CouponRecord? {
    try await coupon(where: "id = ?", [id])
  }

  /// The code itself, for a reprint of the same coupon; nil if there is none of this id.
  public func revealCode(id: String) async throws(StorageError) -> BearerCode? {
    let keys = try keys()
    return try await read { db in
      let sealed = try Data.fetchOne(
        db, sql: "SELECT code FROM coupons WHERE id = ?", arguments: [id])
      guard let sealed else { return nil }
      guard let code = BearerCode(try keys.openText(sealed, as: CouponRecord.place(id))) else {
        throw StorageError.corrupt("the coupon \(id) with a code of wrong check characters")
      }
      return code
    }
  }

  private func coupon(
    where condition: String, _ arguments: StatementArguments
  ) async throws(StorageError) -> CouponRecord? {
    try await read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT id, template, template_version, mask, holder, valid_from, valid_until,
            sale_kiosk, sale_counter FROM coupons WHERE \(condition)
          """, arguments: arguments
      ).map { row throws in
        CouponRecord(
          id: row[0], template: row[1], templateVersion: row[2], mask: row[3], holder: row[4],
          validFrom: Instant(milliseconds: row[5]), validUntil: Instant(milliseconds: row[6]),
          sale: try SaleID(kiosk: row[7], counter: row[8]))
      }
    }
  }
}

extension CouponRecord {
  fileprivate static func hash(_ code: BearerCode, _ keys: ShopKeys) -> Data {
    keys.index(code.characters.utf8, kind: "coupon code")
  }

  fileprivate static func place(_ id: String) -> String { "coupons.code/" + id }
}

extension NewCoupon {
  /// A repeat of the same id is left as it is.
  func insert(_ db: Database, _ keys: ShopKeys) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO coupons (id, template, template_version, code_hash, code, mask, holder,
          valid_from, valid_until, sale_kiosk, sale_counter)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
        """)
    try statement.execute(arguments: [
      id, template, templateVersion, CouponRecord.hash(code, keys),
      keys.seal(Array(code.characters.utf8), as: CouponRecord.place(id)), code.mask, holder,
      validFrom.milliseconds, validUntil.milliseconds, sale?.kiosk,
      sale.map { Int64($0.counter) },
    ])
  }
}
