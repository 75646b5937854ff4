import Ledger
import Retail
import Testing

/// Known answers of other projects' tests that our kinds of rule can express.
struct PricingVector: Sendable, CustomTestStringConvertible {
  enum Rule: Sendable {
    case off(
      Int64, over: Int64, ThresholdBasis, Int, [String] = [], skus: [String] = [])
    case orderPercent(Int, Int, [String] = [], skus: [String] = [], cap: Int64? = nil)
    case unitPercent(Int, Int, [String] = [])
    case buyGet(Int, Int)
  }

  let id: String
  /// Project, commit, file and case.
  let source: String
  /// Name, price in minor units, quantity, category.
  let cart: [(String, Int64, Int, String)]
  let rules: [Rule]
  var discount: Int64?
  var discounts: [Int64]?
  var total: Int64?
  /// What is taken off each line.
  var lines: [String: Int64]?
  var milliPoints: Int64?

  var testDescription: String { id }

  static let all: [PricingVector] = [
    PricingVector(
      id: "SYL-002",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_fixe"
        + "d_discount_on_cart.feature#equal to items total",
      cart: [("tshirt", 10_000, 1, "none"), ("mug", 600, 1, "none")],
      rules: [.off(10_600, over: 0, .list, 0)],
      discount: 10_600, total: 0),
    PricingVector(
      id: "SYL-005",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_perc"
        + "entage_discount_promotion_on_order.feature#20%",
      cart: [("tshirt", 10_000, 1, "none")],
      rules: [.orderPercent(2_000, 0)],
      discount: 2_000, total: 8_000),
    PricingVector(
      id: "SYL-007",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_perc"
        + "entage_discount_promotion_on_order.feature#two items",
      cart: [("tshirt", 10_000, 1, "none"), ("watch", 100_000, 1, "none")],
      rules: [.orderPercent(2_000, 0)],
      discount: 22_000, total: 88_000),
    PricingVector(
      id: "SYL-008",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_perc"
        + "entage_discount_promotion_on_order.feature#proportional",
      cart: [("php", 10_000, 11, "none"), ("sym", 10_000, 1, "none")],
      rules: [.orderPercent(2_000, 0)],
      discount: 24_000, total: 96_000, lines: ["php": 22_000, "sym": 2_000]),
    PricingVector(
      id: "SYL-009",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_disc"
        + "ount_in_order_of_promotions_priority.feature#percent first",
      cart: [("mug", 10_000, 1, "none")],
      rules: [.off(1_000, over: 0, .list, 1), .orderPercent(2_000, 4)],
      total: 7_000),
    PricingVector(
      id: "SYL-010",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_disc"
        + "ount_in_order_of_promotions_priority.feature#fixed first",
      cart: [("mug", 10_000, 1, "none")],
      rules: [.off(1_000, over: 0, .list, 5), .orderPercent(2_000, 2)],
      total: 7_200),
    PricingVector(
      id: "SYL-025",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_perc"
        + "entage_discount_on_products_from_specific_taxon.feature#only taxon",
      cart: [("tshirt", 10_000, 1, "tshirts"), ("mug", 2_000, 1, "mugs")],
      rules: [.unitPercent(2_000, 0, ["tshirts"])],
      total: 10_000, lines: ["tshirt": 2_000, "mug": 0]),
    PricingVector(
      id: "SYL-026",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/receiving_discount/receiving_perc"
        + "entage_discount_on_products_from_specific_taxon.feature#two taxons",
      cart: [("tshirt", 10_000, 1, "tshirts"), ("mug", 2_000, 1, "mugs")],
      rules: [.unitPercent(2_000, 0, ["tshirts"]), .unitPercent(5_000, -1, ["mugs"])],
      total: 9_000, lines: ["tshirt": 2_000, "mug": 1_000]),
    PricingVector(
      id: "SYL-031",
      source:
        "Sylius/Sylius@3466cbab:features/shop/promotion/applying_promotion_rules/receivin"
        + "g_discount_based_on_items_total.feature#<100",
      cart: [("php", 8_000, 1, "none")],
      rules: [.off(1_000, over: 10_000, .list, 0)],
      discount: 0, total: 8_000),
    PricingVector(
      id: "OSC-006",
      source:
        "django-oscar/django-oscar@cdbfc441:tests/integration/offer/test_absolute_benefit"
        + ".py#value condition",
      cart: [("a", 500, 2, "none")],
      rules: [.off(300, over: 1_000, .list, 0)],
      discount: 300, total: 700),
    PricingVector(
      id: "OSC-008",
      source:
        "django-oscar/django-oscar@cdbfc441:tests/integration/offer/test_absolute_benefit"
        + ".py#two 100 offers on 20",
      cart: [("a", 2_000, 1, "none")],
      rules: [.off(10_000, over: 1_000, .list, 0), .off(10_000, over: 0, .list, -1)],
      discount: 2_000, total: 0),
    PricingVector(
      id: "OSC-017",
      source:
        "django-oscar/django-oscar@cdbfc441:tests/integration/offer/test_multibuy_benefit"
        + ".py#3x12",
      cart: [("a", 1_200, 3, "none")],
      rules: [.buyGet(2, 1)],
      discount: 1_200, total: 2_400),
    PricingVector(
      id: "MED-001",
      source:
        "medusajs/medusa@59e67478:packages/modules/promotion/integration-tests/__tests__/"
        + "services/promotion-module/compute-actions.spec.ts#items across fixed 400",
      cart: [("tshirt", 10_000, 2, "cotton"), ("sweater", 30_000, 2, "cotton")],
      rules: [.off(40_000, over: 0, .list, 0, ["cotton"])],
      lines: ["tshirt": 10_000, "sweater": 30_000]),
    PricingVector(
      id: "MED-002",
      source:
        "medusajs/medusa@59e67478:packages/modules/promotion/integration-tests/__tests__/"
        + "services/promotion-module/compute-actions.spec.ts#across fixed 30 then 50",
      cart: [("tshirt", 5_000, 1, "cotton"), ("sweater", 15_000, 1, "cotton")],
      rules: [.off(3_000, over: 0, .list, 2), .off(5_000, over: 0, .list, 1)],
      total: 12_000, lines: ["tshirt": 2_000, "sweater": 6_000]),
    PricingVector(
      id: "MED-003",
      source:
        "medusajs/medusa@59e67478:packages/modules/promotion/integration-tests/__tests__/"
        + "services/promotion-module/compute-actions.spec.ts#across 10%",
      cart: [("tshirt", 10_000, 2, "cotton"), ("sweater", 30_000, 2, "cotton")],
      rules: [.orderPercent(1_000, 0)],
      lines: ["tshirt": 2_000, "sweater": 6_000]),
    PricingVector(
      id: "MED-008",
      source:
        "medusajs/medusa@59e67478:packages/modules/promotion/integration-tests/__tests__/"
        + "services/promotion-module/compute-actions.spec.ts#buy 2 get 2 same product qty 4",
      cart: [("x", 25_000, 4, "p1"), ("y", 100_000, 2, "p2")],
      rules: [.buyGet(2, 2)],
      lines: ["x": 50_000, "y": 0]),
    PricingVector(
      id: "VEN-007",
      source:
        "vendure-ecommerce/vendure@1633446f:packages/core/e2e/order-promotion.e2e-spec.ts"
        + "#50% facet items",
      cart: [("i1000", 1_000, 1, "none"), ("s1000", 1_000, 1, "sale"), ("s100", 100, 2, "sale")],
      rules: [.unitPercent(5_000, 0, ["sale"])],
      total: 1_600),
    PricingVector(
      id: "VEN-008",
      source:
        "vendure-ecommerce/vendure@1633446f:packages/core/e2e/order-promotion.e2e-spec.ts"
        + "#item 50% + order 15%",
      cart: [("s1000", 1_000, 2, "sale"), ("i5000", 5_000, 1, "none")],
      rules: [.unitPercent(5_000, 2, ["sale"]), .orderPercent(1_500, 1)],
      total: 5_100),
    PricingVector(
      id: "VEN-009",
      source:
        "vendure-ecommerce/vendure@1633446f:packages/core/e2e/order-promotion.e2e-spec.ts"
        + "#zero priced line proration",
      cart: [("i100", 100, 1, "none"), ("i0", 0, 1, "none")],
      rules: [.orderPercent(2_000, 0)],
      total: 80),
    PricingVector(
      id: "SAL-002",
      source:
        "saleor/saleor@723cd4eb:saleor/discount/tests/test_rounding_issue.py#10% per unit"
        + " (104, 204, 304, 404)",
      cart: [
        ("v0", 104, 1, "none"), ("v1", 204, 1, "none"), ("v2", 304, 1, "none"),
        ("v3", 404, 1, "none"),
      ],
      rules: [.unitPercent(1_000, 0)],
      discount: 100, lines: ["v0": 10, "v1": 20, "v2": 30, "v3": 40]),
    PricingVector(
      id: "ODO-005",
      source:
        "odoo/odoo@0afb0e2b:addons/sale_loyalty/tests/test_program_numbers.py#min 100 cou"
        + "pon 100 on 165",
      cart: [("chair", 1_650, 10, "none")],
      rules: [.off(10_000, over: 10_000, .list, 0)],
      total: 6_500),
    PricingVector(
      id: "ODO-007",
      source:
        "odoo/odoo@0afb0e2b:addons/sale_loyalty/tests/test_program_numbers.py#two 100-off"
        + " min 100, 10 chairs: second refused (65 left)",
      cart: [("chair", 1_650, 10, "none")],
      rules: [.off(10_000, over: 10_000, .running, 0), .off(10_000, over: 10_000, .running, -1)],
      total: 6_500),
    PricingVector(
      id: "ODO-009",
      source:
        "odoo/odoo@0afb0e2b:addons/sale_loyalty/tests/test_program_numbers.py#25% chairs+"
        + "drawers",
      cart: [("chair", 1_650, 4, "none"), ("drawer", 2_500, 2, "none")],
      rules: [.orderPercent(2_500, 0, skus: ["chair", "drawer"])],
      discount: 2_900, total: 8_700),
    PricingVector(
      id: "ODO-010",
      source:
        "odoo/odoo@0afb0e2b:addons/sale_loyalty/tests/test_program_numbers.py#25% chairs "
        + "only",
      cart: [("chair", 1_650, 4, "none"), ("drawer", 2_500, 2, "none")],
      rules: [.orderPercent(2_500, 0, skus: ["chair"])],
      discount: 1_650, total: 9_950),
    PricingVector(
      id: "ODO-028",
      source:
        "odoo/odoo@00f5de5a:addons/pos_loyalty/static/tests/tours/pos_loyalty_tour.js#Tou"
        + "r2.4b remove cheapest: 10% only",
      cart: [("monitor_stand", 319, 6, "none")],
      rules: [.orderPercent(1_000, 0)],
      discount: 191, total: 1_723),
    PricingVector(
      id: "ODO-032",
      source:
        "odoo/odoo@00aa9fbd:addons/sale_loyalty/tests/test_loyalty.py#10% discount reduce"
        + "s points",
      cart: [("A", 10_000, 1, "none")],
      rules: [.orderPercent(1_000, 0)],
      total: 9_000, milliPoints: 90_000),
    PricingVector(
      id: "ODO-036",
      source:
        "odoo/odoo@00aa9fbd:addons/sale_loyalty/tests/test_loyalty.py#paying 50 by gift c"
        + "ard does not reduce points",
      cart: [("A", 10_000, 1, "none")],
      rules: [],
      milliPoints: 100_000),
    PricingVector(
      id: "ODO-039",
      source:
        "odoo/odoo@00aa9fbd:addons/sale_loyalty/tests/test_loyalty.py#max amount 9 on 10%"
        + " of 120",
      cart: [("A", 12_000, 1, "none")],
      rules: [.orderPercent(1_000, 0, cap: 900)],
      discount: 900),
    PricingVector(
      id: "DOC-003",
      source:
        "https://docs.developers.optimizely.com/commerce-connect/v15.0.0-commerce-connect"
        + "/docs/prioritize-discounts#20 then 30",
      cart: [("x", 10_000, 1, "none")],
      rules: [.off(2_000, over: 0, .list, 2), .off(3_000, over: 0, .list, 1)],
      total: 5_000),
    PricingVector(
      id: "WOO-001",
      source:
        "woocommerce/woocommerce#25810#",
      cart: [("x", 39_000, 1, "none")],
      rules: [.orderPercent(2_000, 2), .orderPercent(10_000, 1)],
      discounts: [7_800, 31_200], total: 0),
    PricingVector(
      id: "WOO-003",
      source:
        "woocommerce/woocommerce#16305#",
      cart: [("x", 5_186, 1, "none")],
      rules: [.orderPercent(4_000, 0)],
      discount: 2_074, total: 3_112),
  ]
}
