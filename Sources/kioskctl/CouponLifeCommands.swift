import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import Storage

struct CouponShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show where a coupon is in its life, and what moved it.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The coupon's id, or its code.")
  var coupon: String

  private struct Answer: Encodable {
    let coupon: String
    let template: String
    let state: CouponState
    let holder: Int64?
    let mask: String
    let life: CouponLife
    let spent: Int64
    let paper: String?
    let reissuedAs: String?
    let steps: [CouponHistory.Step]
  }

  func run() async throws {
    let now = try options.shop.load().clock().now().instant
    let store = try options.common.openReader()
    var id = coupon
    if let code = BearerCode(coupon), let found = try await store.coupon(code: code) {
      id = found.id
    }
    let history = try await store.couponHistory(id: id)
    try store.close()
    guard let history else { throw Complaint(CouponActRefusal.unknownCoupon.staffText) }
    let answer = Answer(
      coupon: history.record.id, template: history.record.template,
      state: history.life.state(at: now), holder: history.record.holder,
      mask: history.record.mask, life: history.life, spent: history.life.spent,
      paper: history.paper, reissuedAs: history.reissuedAs, steps: history.steps)
    let until = try options.day(history.life.validUntil) ?? ""
    try Output.write(answer, asJSON: options.common.json) {
      [
        "coupon \(answer.coupon) of \(answer.template) is \(answer.state.rawValue): "
          + "\(answer.life.left) of \(answer.life.pieces) left, good until \(until)"
      ]
        + [
          answer.paper.map { "its paper is \($0)" },
          answer.reissuedAs.map { "the coupon \($0) was given for it" },
        ].compactMap(\.self)
        + answer.steps.map {
          "\($0.edge.rawValue) \($0.pieces) by \($0.actor): \($0.reason)"
            + ($0.sale.map { ", sale \($0)" } ?? "")
        }
    }
  }
}

private func write(_ reply: UnitReply, _ unit: UnitOptions) throws {
  guard case .coupon(let answer, let code) = reply else { throw UnitOptions.stranger }
  struct Told: Encodable {
    let answer: CouponActAnswer
    let code: String?
  }
  try Output.write(Told(answer: answer, code: code), asJSON: unit.asJSON) {
    ["coupon \(answer.coupon) is \(answer.state.rawValue)"]
      + (answer.reissuedAs.map { ["coupon \($0) is given for it: \(code ?? "")"] } ?? [])
  }
}

struct CouponVoid: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "void", abstract: "Take what is left of a coupon away for good.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The coupon's id.")
  var coupon: String
  @Option var reason: String

  func run() async throws {
    try write(
      try await unit.ask { .voidCoupon(coupon, reason: reason, id: $0) }, unit)
  }
}

struct CouponReissue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reissue",
    abstract: "Give another coupon for one whose code is lost; the old one is void.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The coupon's id.")
  var coupon: String
  @Option var reason: String

  func run() async throws {
    try write(
      try await unit.ask { .reissueCoupon(coupon, reason: reason, id: $0) }, unit)
  }
}
