import LoopbackHTTP
import ScriptedScreens
import Testing

/// One way of looking at the glass.
struct Sight: Sendable, CustomTestStringConvertible {
  let glass: Glass
  let modes: [String]

  var testDescription: String { ([glass.testDescription] + modes).joined(separator: " ") }

  /// Every size with every mode that its dock offers.
  static let all: [Sight] = Glass.all.flatMap { glass in
    let modes: [[String]] =
      glass.height < 520
      ? [[], ["larger"]]
      : [[], ["larger"], ["lower"], ["contrast"], ["larger", "contrast"]]
    return modes.map { Sight(glass: glass, modes: $0) }
  }
}

@Suite(.serialized) struct GeometryTests {
  @Test(arguments: Sight.all) func `every scene keeps the rules of the screen`(
    sight: Sight
  ) async throws {
    try await KioskPage.run { page in
      try await page.browser.resize(width: sight.glass.width, height: sight.glass.height)
      for language in Language.allCases {
        for scene in Scene.allCases {
          try await page.show(scene.snapshot(language))
          if scene == .attract { try await page.turnOn(sight.modes) }
          let faults = try await page.browser.evaluate(Geometry.script).array
          let texts = faults.map { $0.string ?? "?" }
          #expect(texts == [], "\(scene) \(language) \(sight.testDescription)")
        }
      }
    }
  }
}
