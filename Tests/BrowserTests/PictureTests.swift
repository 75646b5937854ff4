import Foundation
import ScriptedScreens
import Testing

/// A size of the glass, with the type size that belongs to it.
struct Glass: Sendable, CustomTestStringConvertible {
  let width: Int
  let height: Int
  var testDescription: String { "\(width)x\(height)" }

  static let portrait = Glass(width: 1080, height: 1920)
  static let landscape = Glass(width: 1920, height: 1080)
  static let sevenInch = Glass(width: 800, height: 480)
  static let all = [portrait, landscape, sevenInch]
}

/// Pictures of every scene, for people to look at: `KIOSK_PICTURES=directory`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KIOSK_PICTURES"] != nil))
struct PictureTests {
  @Test(arguments: Glass.all) func `every scene is drawn`(glass: Glass) async throws {
    let directory = try #require(ProcessInfo.processInfo.environment["KIOSK_PICTURES"])
    let only = ProcessInfo.processInfo.environment["KIOSK_SCENES"]?.split(separator: ",")
    let modes = (ProcessInfo.processInfo.environment["KIOSK_MODES"] ?? "").split(separator: ",")
    try await KioskPage.run { page in
      try await page.browser.resize(width: glass.width, height: glass.height)
      for language in Language.allCases {
        for scene in Scene.allCases where only?.contains(Substring(scene.rawValue)) ?? true {
          try await page.show(Scene.attract.snapshot(language))
          try await page.turnOn(modes.map(String.init))
          try await page.show(scene.snapshot(language))
          try await Task.sleep(for: .milliseconds(250))
          let name =
            ([scene.rawValue, language.rawValue, glass.testDescription] + modes.map(String.init))
            .joined(separator: ".")
          let picture = try await page.browser.screenshot()
          #expect(!picture.isEmpty)
          try Data(picture).write(to: URL(fileURLWithPath: "\(directory)/\(name).png"))
        }
      }
    }
  }
}
