// swift-tools-version: 6.2
import PackageDescription

/// Every import that is allowed is a line here; `TidyTests` compares the sources with this file and
/// with the table in docs/ARCHITECTURE.md.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func target(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  flags: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings + flags)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
  flags: [SwiftSetting] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings + flags)
}

/// Where Debian has the headers of pcsc-lite, which include each other without their folder.
let pcscHeaders: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-I/usr/include/PCSC"])]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(
  name: "HummingbirdCore", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "kioskd",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "kioskd", targets: ["kioskd"]),
    .executable(name: "kioskctl", targets: ["kioskctl"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // The kernel: no Foundation, no clock, no randomness.
    target("Ledger"),
    target("Retail", ["Ledger"]),
    target("CheckoutMachine", ["Retail", "Ledger"]),
    target("Codecs"),
    target("Devices"),
    // What is on a card, and how far it is trusted.
    target("Cards", ["Codecs", "Devices", crypto, cryptoExtras, bigInt]),
    // Data files.
    target("StrictYAML", [yams]),
    target("Profiles", ["Devices", "StrictYAML"]),
    target(
      "ShopConfiguration",
      ["Cards", "Codecs", "Devices", "Profiles", "Retail", "Ledger", "StrictYAML"]),
    // Cases of other projects' tests, run through the engine.
    target("PricingCases", ["Retail", "Ledger", "Storage", "StrictYAML"]),
    // Pictures.
    .systemLibrary(
      name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
    .systemLibrary(name: "CZint", providers: [.apt(["libzint-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    target("Raster", ["CFreeType", "CZint", "CPNG"]),
    // Devices.
    target("Drivers", ["Devices", "Codecs", "Profiles", "Raster"]),
    .systemLibrary(
      name: "CLibUSB", pkgConfig: "libusb-1.0", providers: [.apt(["libusb-1.0-0-dev"])]),
    .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
    target("LibUSB", ["Devices", "CLibUSB", "CUdev"]),
    target(
      "Recording",
      [
        "Devices", "Drivers", "Codecs", "Profiles", "CheckoutMachine", "Retail", "Ledger", crypto,
      ]),
    // Not by pkg-config, which asks for -pthread: SwiftPM refuses it with a warning each time.
    .systemLibrary(name: "CPCSC", providers: [.apt(["libpcsclite-dev"])]),
    target("PCSC", ["Devices", "Codecs", "CPCSC"], flags: pcscHeaders),
    target("Simulators", ["Devices", "Codecs", "Cards", "Profiles", "Raster"]),
    // The edge.
    target("Storage", ["Retail", "Ledger", grdb, sqlite, crypto]),
    target(
      "Daemon",
      [
        "CheckoutMachine", "Retail", "Ledger", "Storage", "Devices", "Codecs", "Raster", logging,
        lifecycle,
      ]),
    target(
      "WebUI", ["Daemon", hummingbird, hummingbirdCore, nioCore, logging, lifecycle],
      exclude: ["web"]),
    target("SimulatorUI", ["Simulators", hummingbird], exclude: ["web"]),
    .executableTarget(
      name: "kioskd",
      dependencies: [
        "Daemon", "WebUI", "SimulatorUI", "Simulators", "Drivers", "LibUSB", "PCSC", "Profiles",
        "Raster", "Cards", "Codecs", "Recording", "ShopConfiguration", "Storage", "Devices",
        "CheckoutMachine", "Retail", "Ledger", arguments, logging, lifecycle, unixSignals,
      ], swiftSettings: settings),
    .executableTarget(
      name: "kioskctl",
      dependencies: [
        "Daemon", "Cards", "Codecs", "Raster", "Drivers", "LibUSB", "PCSC", "Simulators",
        "Profiles", "Recording", "ShopConfiguration", "PricingCases", "Storage", "Devices",
        "CheckoutMachine", "Retail", "Ledger", arguments,
      ], swiftSettings: settings),
    .executableTarget(
      name: "kiosk-bench",
      dependencies: [
        "Daemon", "WebUI", "Simulators", "Drivers", "Profiles", "ShopConfiguration", "Storage",
        "Codecs", "Raster", "Devices", "CheckoutMachine", "Retail", "Ledger", "LoopbackHTTP",
        arguments, logging, lifecycle, sqlite,
      ], path: "Benchmarks", exclude: ["peers"], swiftSettings: settings),
    // Only for tests: the simulated devices on a real kernel's bus, and what tests share.
    .systemLibrary(
      name: "CUmockdev", pkgConfig: "umockdev-1.0", providers: [.apt(["libumockdev-dev"])]),
    .executableTarget(
      name: "RigDevices",
      dependencies: [
        "Devices", "Drivers", "LibUSB", "PCSC", "Profiles", "Simulators", "LoopbackHTTP",
        "CUmockdev",
      ], swiftSettings: settings),
    .target(name: "LoopbackHTTP", path: "Tests/LoopbackHTTP", swiftSettings: settings),
    .target(
      name: "FuzzParsers",
      dependencies: ["Cards", "Codecs", "Devices", "Profiles", "Simulators", "StrictYAML"],
      path: "Tests/FuzzParsers", swiftSettings: settings),
    .target(
      name: "ScriptedScreens", dependencies: ["Daemon", "Retail"], path: "Tests/ScriptedScreens",
      swiftSettings: settings),
    .target(
      name: "LedgerConformance", dependencies: ["Retail", "Ledger"],
      path: "Tests/LedgerConformance",
      swiftSettings: settings),
    // The tests, in the order of the targets above.
    tests("LedgerTests", ["Ledger"]),
    tests("RetailTests", ["Retail", "Ledger"]),
    tests("CheckoutMachineTests", ["CheckoutMachine", "Retail", "Ledger"]),
    tests("CodecsTests", ["Codecs"], exclude: ["Golden"]),
    tests("CardsTests", ["Cards", "Codecs", "Devices", "Simulators"]),
    tests("StrictYAMLTests", ["StrictYAML"]),
    tests("ProfilesTests", ["Profiles", "Devices", "StrictYAML"]),
    tests(
      "ShopConfigurationTests",
      [
        "ShopConfiguration", "Cards", "Codecs", "Devices", "Profiles", "Retail", "Ledger",
        "StrictYAML",
      ]),
    tests("PricingCasesTests", ["PricingCases"], exclude: ["pricing.jsonl", "upstream.jsonl"]),
    tests("RasterTests", ["Raster"]),
    tests(
      "DriversTests",
      ["Drivers", "Simulators", "Codecs", "Devices", "Profiles", "Raster", "StrictYAML"]),
    tests(
      "RecordingTests",
      [
        "Recording", "Cards", "CheckoutMachine", "Codecs", "Daemon", "Devices", "Drivers", "Ledger",
        "Profiles", "Retail", "Simulators", "Storage", logging,
      ]),
    tests("PCSCTests", ["PCSC", "Devices", "Codecs"], flags: pcscHeaders),
    tests("LibUSBTests", ["LibUSB", "Devices", "CLibUSB"]),
    tests("SimulatorsTests", ["Simulators", "Codecs", "Devices", "Raster"]),
    tests(
      "StorageTests", ["Storage", "LedgerConformance", "Retail", "Ledger", grdb, crypto],
      exclude: ["kept-seeds.txt"]),
    tests(
      "DaemonTests",
      [
        "Daemon", "CheckoutMachine", "Codecs", "Devices", "Storage", "Retail", "Ledger", grdb,
        logging,
      ]),
    tests(
      "WebUITests",
      [
        "WebUI", "SimulatorUI", "Simulators", "Daemon", "LoopbackHTTP", "ScriptedScreens",
        hummingbird, logging, lifecycle,
      ]),
    tests(
      "BrowserTests",
      [
        "WebUI", "SimulatorUI", "Daemon", "LoopbackHTTP", "ScriptedScreens", "kioskd", logging,
        lifecycle,
      ]),
    tests(
      "KioskctlTests",
      [
        "kioskctl", "Cards", "CheckoutMachine", "Codecs", "Daemon", "Devices", "Drivers", "LibUSB",
        "Ledger", "PCSC", "Profiles", "Retail", "ShopConfiguration", "Simulators", "Storage", grdb,
        logging,
      ]),
    tests(
      "KillTests", ["kioskd", "kioskctl", "LoopbackHTTP", "Storage", "Retail", "Ledger", grdb]),
    tests("RigTests", ["RigDevices", "Simulators", "Devices", "kioskd", "kioskctl"]),
    tests("FuzzTests", ["FuzzParsers"]),
    tests("TidyTests", []),
  ]
)

// The parsers under libFuzzer, `make fuzz`. Not always there: it has no `main` of its own, without
// which the tests cannot be linked.
if Context.environment["FUZZ"] != nil {
  let fuzzSettings = settings + [.unsafeFlags(["-parse-as-library"])]
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzParsers"], path: "Tests/Fuzz", exclude: ["run.sh"],
      swiftSettings: fuzzSettings))
}
