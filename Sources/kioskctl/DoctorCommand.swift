import ArgumentParser
import PCSC
import Profiles
import ShopConfiguration
import Storage

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check the whole installation; say what is wrong and its cure."
  )

  static let standardPort = 8480

  @OptionGroup var common: CommonOptions
  @OptionGroup var drivers: DriverOptions
  @OptionGroup var shop: ShopOptions

  @Option(help: ArgumentHelp("The shop's rules.", valueName: "file"))
  var promotions: String?

  @Option(help: "The daemon's port.")
  var port = standardPort

  private struct Answer: Encodable { let checks: [Check] }

  func validate() throws {
    guard (1...65_535).contains(port) else {
      throw ValidationError("--port takes a number from 1 to 65535")
    }
  }

  func run() async throws {
    let daemon = DaemonCheck(directory: common.data, port: port)
    var checks: [Check] = []
    let configuration = ShopChecks.configuration(shop, &checks)
    ShopChecks.promotions(
      promotions ?? ResourcePaths.promotions, store: configuration?.store, &checks)
    let profiles = ShopChecks.profiles(drivers, configuration, &checks)
    checks += daemon.checks
    if let profiles {
      checks += RulesCheck.checks(profiles, isSimulated: daemon.isSimulated)
      let usesPCSC = configuration?.cardReader == .pcsc
      checks += DeviceChecks.checks(
        attached: AttachedDevice.all(
          profiles, usesPCSC: usesPCSC, reader: .system(daemon: daemon.processID)),
        daemon: daemon.devices,
        // The reader of simulated devices has no pcscd.
        pcscd: usesPCSC && !daemon.isSimulated ? KnownReaders.look() : nil)
    }
    checks += await DataChecks.checks(common.data)
    checks.append(FontCheck.check())
    try Output.write(Answer(checks: checks), asJSON: common.json) { Check.text(checks) }
    if let complaint = Check.complaint(checks) { throw complaint }
  }
}
