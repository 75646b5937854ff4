import Foundation
import Retail
import Storage

/// The rules that bills were priced with and coupons were given under, kept by version: a version
/// never changes what it says.
public struct RuleArchive: Sendable {
  private let store: Store

  public init(_ store: Store) { self.store = store }

  /// Keeps a rule set and its coupon templates. Throws `RulesChanged` when a version that was in
  /// use says something else now.
  public func keep(_ rules: RuleSet) async throws {
    for template in rules.templates {
      try await keep(
        template, as: Self.key(template.id, template.version),
        RulesChanged(what: "coupon \(template.id)", version: template.version))
    }
    try await keep(
      rules, as: "rules.\(rules.version)",
      RulesChanged(what: "promotions.yaml", version: rules.version))
  }

  /// What today's rules ask of customers, and the kinds of coupon that were ever given.
  public func questions(of today: RuleSet) async throws -> CustomerQuestions {
    var questions = CustomerQuestions(today.rules)
    // As `Rule` and `Conditions` write it.
    let kept = try await store.settings(prefixed: "template.", containing: "\"customer\":")
    for text in kept {
      questions.ask(try JSONDecoder().decode(Rule.self, from: Data(text.utf8)))
    }
    return questions
  }

  /// The template as it was when the coupon was given; nil when nobody kept it.
  func template(
    of coupon: CouponRecord, today: RuleSet
  ) async throws(StorageError) -> Rule? {
    if let current = today.template(coupon.template), current.version == coupon.templateVersion {
      return current
    }
    let key = Self.key(coupon.template, coupon.templateVersion)
    guard let text = try await store.setting(key) else { return nil }
    do {
      return try JSONDecoder().decode(Rule.self, from: Data(text.utf8))
    } catch {
      throw StorageError(.corrupt, "the kept \(key) cannot be read; restore the backup")
    }
  }

  private func keep<Value: Codable & Equatable>(
    _ value: Value, as key: String, _ refusal: RulesChanged
  ) async throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    guard let kept = try await store.setting(key) else {
      return try await store.setSetting(key, to: text)
    }
    // An earlier kioskd may have written the same rules in another form.
    guard try JSONDecoder().decode(Value.self, from: Data(kept.utf8)) == value else {
      throw refusal
    }
  }

  private static func key(_ template: String, _ version: Int) -> String {
    "template.\(template).\(version)"
  }
}

/// Rules were changed under a version that bills and coupons already name.
public struct RulesChanged: Error, Equatable, Sendable, CustomStringConvertible {
  public let what: String
  public let version: Int

  public var description: String {
    "\(what): version \(version) was in use with other rules; "
      + "give the changed ones a higher `version`"
  }
}
