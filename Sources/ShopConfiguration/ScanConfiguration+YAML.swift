import Codecs
import StrictYAML

extension ScanConfiguration {
  static let templateLimit = 40
  static let countryLimit = 100
  static let codeLimit = 20

  /// Reads the key `scanning`; `countries` is where the forms of in-store numbers by country are.
  init(_ value: YAMLValue?, countries: String) throws(YAMLError) {
    let standard = Self.standard
    guard let value else {
      self = standard
      return
    }
    var keys = try value.mapping()
    var settings = standard.settings
    settings.isLenient = try Self.flag(keys.optional("lenient"), settings.isLenient)
    settings.acceptsWeChat16 = try Self.flag(keys.optional("weChat16"), false)
    settings.readsElementsWithoutIdentifier = try Self.flag(
      keys.optional("elementsWithoutIdentifier"), false)
    let refusesExpired = try Self.flag(keys.optional("refuseExpired"), standard.refusesExpired)
    let own = try Self.templates(keys.optional("inStoreNumbers"))
    settings.inStoreNumbers = own
    if let country = keys.optional("inStoreCountry") {
      // The shop's own take the place of the country's under the same prefix.
      settings.inStoreNumbers += try Self.templates(of: country, countries).filter { one in
        !own.contains { $0.prefixDigits == one.prefixDigits }
      }
    }
    if let codes = keys.optional("codes") {
      settings.ownCodes = try PromotionsFile.each(codes, limit: Self.codeLimit) {
        value throws(YAMLError) in try Self.form(value)
      }
    }
    try keys.finish()
    self.init(settings: settings, refusesExpired: refusesExpired)
  }

  private static func flag(_ value: YAMLValue?, _ standard: Bool) throws(YAMLError) -> Bool {
    guard let value else { return standard }
    return try value.boolean()
  }

  // MARK: In-store numbers

  static func templates(
    _ value: YAMLValue?
  ) throws(YAMLError) -> [InStoreNumber.Template] {
    guard let value else { return [] }
    var templates: [InStoreNumber.Template] = []
    for item in try value.items(limit: templateLimit) {
      let template = try template(item)
      guard !templates.contains(where: { $0.prefixDigits == template.prefixDigits }) else {
        throw item.error("an earlier item has the prefix \(template.prefixDigits)")
      }
      templates.append(template)
    }
    return templates
  }

  private static func template(
    _ value: YAMLValue
  ) throws(YAMLError) -> InStoreNumber.Template {
    var keys = try value.mapping()
    let pattern = try keys.required("pattern")
    let measure: InStoreNumber.Measure = try keys.required("measure").choice()
    let decimals = try keys.optional("decimals").map { value throws(YAMLError) in
      try value.integer(in: 0...3)
    }
    try keys.finish()
    let text = try pattern.text()
    do throws(InStoreNumber.Template.Flaw) {
      return try InStoreNumber.Template(
        pattern: text, measure: measure, decimals: decimals ?? 0)
    } catch {
      throw pattern.error("\(error.rawValue), such as 22IIIIcVVVVVK, found \"\(text.prefix(40))\"")
    }
  }

  private static func templates(
    of country: YAMLValue, _ path: String
  ) throws(YAMLError) -> [InStoreNumber.Template] {
    var file = try YAMLFile.read(path).mapping()
    let sets = try file.all(limit: countryLimit)
    let name = try country.text()
    guard let set = sets.first(where: { $0.key == name }) else {
      let known = sets.map(\.key).sorted().joined(separator: ", ")
      throw country.error("expected one of \(known), found \"\(name.prefix(40))\"")
    }
    return try templates(set.value)
  }

  // MARK: Own codes

  private static func form(_ value: YAMLValue) throws(YAMLError) -> OwnCode.Form {
    var keys = try value.mapping()
    let kind: OwnCode.Kind = try keys.required("kind").choice()
    let prefix = try keys.optional("prefix").map { value throws(YAMLError) in try value.text() }
    let body: OwnCode.Form.Body = try keys.required("body").choice()
    let limit = OwnCode.Form.bodyLimit
    let shortest = try keys.required("shortest").integer(in: 1...limit)
    let longest = try keys.required("longest").integer(in: shortest...limit)
    try keys.finish()
    do throws(OwnCode.Form.Flaw) {
      return try OwnCode.Form(
        kind: kind, prefix: prefix ?? "", body: body, length: shortest...longest)
    } catch {
      throw value.error(error.rawValue)
    }
  }
}
