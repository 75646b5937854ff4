import Foundation
import GRDB
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

struct CouponTests {
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  private func coupon(_ id: String, _ first: UInt8 = 1) throws -> NewCoupon {
    NewCoupon(
      id: id, template: "spring", templateVersion: 2,
      code: try #require(BearerCode(random: [first, 2, 3, 4, 5, 6, 7, 8, 9, 10])), holder: 17,
      validFrom: Shop.start, validUntil: Instant(milliseconds: 1_800_000_000_000),
      sale: SaleID(kiosk: 1, counter: 3))
  }

  @Test func `a coupon is found by its code and by its id`() async throws {
    let new = try coupon("c1")
    try await store.issue(new)
    let found = try #require(try await store.coupon(code: new.code))
    #expect(found.id == "c1")
    #expect(found.template == "spring" && found.templateVersion == 2)
    #expect(found.holder == 17)
    #expect(found.mask == new.code.mask)
    #expect(found.validFrom == new.validFrom && found.validUntil == new.validUntil)
    #expect(found.sale == new.sale)
    #expect(found.account == AccountID(owner: "coupon/c1", purpose: "piece"))
    #expect(try await store.coupon(id: "c1") == found)
    #expect(try await store.coupon(id: "c2") == nil)
    #expect(try await store.coupon(code: try coupon("c2", 9).code) == nil)
    try store.close()
  }

  @Test func `a reprint carries the same code`() async throws {
    let new = try coupon("c1")
    try await store.issue(new)
    try await store.issue(try coupon("c1", 200))
    #expect(try await store.revealCode(id: "c1") == new.code)
    #expect(try await store.revealCode(id: "c2") == nil)
    try store.close()
  }

  @Test func `no code lies in the file in the clear`() async throws {
    let new = try coupon("c1")
    try await store.issue(new)
    try store.close()
    let file = try Data(contentsOf: URL(fileURLWithPath: directory.database))
    #expect(file.range(of: Data("spring".utf8)) != nil)
    #expect(file.range(of: Data(new.code.characters.utf8)) == nil)
    #expect(file.range(of: Data(new.code.text.utf8)) == nil)
  }

  @Test func `a sealed code that was moved to another coupon does not open`() async throws {
    try await store.issue(try coupon("c1"))
    try await store.issue(try coupon("c2", 9))
    try store.close()
    let queue = try DatabaseQueue(path: directory.database)
    try await queue.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          DROP TRIGGER coupons_never_change;
          UPDATE coupons SET code = (SELECT code FROM coupons WHERE id = 'c2') WHERE id = 'c1'
          """)
    }
    try queue.close()
    let again = try Store.open(directory: directory.path, mode: .reader)
    await #expect(throws: StorageError.self) { try await again.revealCode(id: "c1") }
    #expect(try await again.revealCode(id: "c2") != nil)
    try again.close()
  }

  @Test func `coupons are issued only when their entries are accepted`() async throws {
    let asset = try #require(Asset.coupons(of: "spring"))
    let new = try coupon("c1")
    let issued = AccountID.house("coupons/issued")
    let piece = CouponRecord.account(of: "c1")
    func batch(_ number: UInt64, openings: [Account]) throws -> Batch {
      Batch(
        openings: openings,
        entries: [
          Shop.entry(
            number,
            .post(
              try Postings([
                Posting(account: piece, asset: asset, units: -1),
                Posting(account: issued, asset: asset, units: 1),
              ])))
        ], isLinked: true)
    }
    let refused = try await store.issue([new], posting: try batch(1, openings: []))
    #expect(refused == [.noSuchAccount])
    #expect(try await store.coupon(id: "c1") == nil)
    let accounts = [
      Account(id: piece, asset: asset, rule: .debitsWithinCredits),
      Account(id: issued, asset: asset, rule: .free),
    ]
    #expect(try await store.issue([new], posting: try batch(2, openings: accounts)) == [.ok])
    #expect(try await store.coupon(id: "c1") != nil)
    #expect(try await SQLiteLedger(store).balance(of: piece)?.posted == -1)
    try store.close()
  }
}

struct CatalogueTests {
  private let store: Store
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  private func item(
    _ sku: String, _ gtins: [String], price: Int64 = 350, memberPrice: Int64? = nil
  ) -> CatalogueItem {
    CatalogueItem(
      sku: sku, gtins: gtins, name: LocalizedText(zh: "绿茶", en: "Green tea"),
      category: "drinks", unitPrice: Money(minorUnits: price),
      memberPrice: memberPrice.map { Money(minorUnits: $0) })
  }

  @Test func `an item is found by each of its GTINs and by its SKU`() async throws {
    let tea = item("tea", ["06901234567892", "16901234567899"], memberPrice: 300)
    try await store.replaceItem(tea)
    #expect(try await store.item(gtin: "06901234567892") == tea)
    #expect(try await store.item(gtin: "16901234567899") == tea)
    #expect(try await store.item(sku: "tea") == tea)
    #expect(try await store.item(gtin: "06901234567893") == nil)
    #expect(try await store.item(sku: "coffee") == nil)
    try store.close()
  }

  @Test func `a replaced item loses the GTINs it has no more`() async throws {
    try await store.replaceItem(item("tea", ["06901234567892", "16901234567899"]))
    let cheaper = item("tea", ["16901234567899"], price: 300)
    try await store.replaceItem(cheaper)
    #expect(try await store.item(gtin: "06901234567892") == nil)
    #expect(try await store.item(gtin: "16901234567899") == cheaper)
    try await store.replaceItem(item("service", []))
    #expect(try await store.allItems().map(\.sku) == ["service", "tea"])
    try store.close()
  }

  @Test func `a GTIN means one item and has 14 digits`() async throws {
    try await store.replaceItem(item("tea", ["06901234567892"]))
    for bad in [["06901234567892"], ["6901234567892"], ["0690123456789X"]] {
      do throws(StorageError) {
        try await store.replaceItem(item("coffee", bad))
        Issue.record("\(bad) was taken")
      } catch {
        #expect(error.kind == .refused)
      }
    }
    #expect(try await store.item(sku: "coffee") == nil)
    try store.close()
  }
}
