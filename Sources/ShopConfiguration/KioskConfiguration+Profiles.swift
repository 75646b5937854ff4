import Profiles
import StrictYAML

extension KioskConfiguration {
  /// The device profiles of a folder, as this kiosk uses them: with the scanners and printers that
  /// the configuration names, and its display behind the printer.
  public func profiles(in folder: String) throws(YAMLError) -> ProfileSet {
    try ProfileSet.load(
      folder, scanners: scanners, printers: printers,
      displayBehindPrinter: display.behindPrinter)
  }
}
