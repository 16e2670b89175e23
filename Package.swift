// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "weft",
  products: [
    .library(name: "Weft", targets: ["Weft"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "TensorFiles", targets: ["TensorFiles"]),
    .library(name: "Loom", targets: ["Loom"]),
    .library(name: "LPDDR4", targets: ["LPDDR4"]),
    .library(name: "Traffic", targets: ["Traffic"]),
    .library(name: "Baselines", targets: ["Baselines"]),
    .library(name: "WeftC", type: .static, targets: ["WeftC"]),
    .executable(name: "weft", targets: ["weft-cli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .target(name: "CWeftKernels"),
    .target(name: "Weft", dependencies: ["CWeftKernels"], swiftSettings: [.strictMemorySafety()]),
    .target(name: "Networks", dependencies: ["Weft"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "TensorFiles", dependencies: ["Weft", "Networks", "CZlib"], swiftSettings: [.strictMemorySafety()]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "Baselines", dependencies: ["Weft", "CZstd"]),
    .target(
      name: "Loom", dependencies: ["Weft", "Networks", "CWeftKernels"],
      resources: [.embedInCode("Published/networks.csv")]),
    .target(name: "LPDDR4", swiftSettings: [.strictMemorySafety()]),
    .target(name: "Traffic", dependencies: ["Weft", "Networks", "Loom", "LPDDR4", "Baselines"]),
    .systemLibrary(name: "CWeft"),
    .target(name: "WeftC", dependencies: ["CWeft", "Weft", "Networks", "Loom", "LPDDR4", "Traffic"]),
    .target(name: "CWeftProcess"),
    .executableTarget(
      name: "weft-cli",
      dependencies: [
        "CWeftProcess", "Weft", "Networks", "TensorFiles", "Loom", "LPDDR4", "Traffic", "Baselines", "CZlib",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "TestSupport", dependencies: ["Weft"], path: "Tests/TestSupport"),
    .testTarget(name: "WeftTests", dependencies: ["TestSupport", "Weft", "Networks", "TensorFiles"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks", "Weft"]),
    .testTarget(name: "TensorFilesTests", dependencies: ["TestSupport", "TensorFiles", "Networks", "Weft"]),
    .testTarget(
      name: "LoomTests", dependencies: ["TestSupport", "Loom", "Networks", "TensorFiles", "Weft", "CWeftKernels"]),
    .testTarget(name: "LPDDR4Tests", dependencies: ["TestSupport", "LPDDR4"]),
    .testTarget(name: "TrafficTests", dependencies: ["Traffic", "Baselines", "LPDDR4", "Weft"]),
    .testTarget(name: "CommandTests", dependencies: ["weft-cli", "Weft"]),
    .testTarget(
      name: "FuzzTests", dependencies: ["TestSupport", "LPDDR4", "Networks", "TensorFiles", "Traffic", "Weft"],
      path: "Fuzzing/Sources", exclude: ["Driver"]),
  ]
)
