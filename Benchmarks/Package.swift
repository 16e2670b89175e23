// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "weft", path: "..")],
  targets: [
    .executableTarget(name: "CodecBenchmark", dependencies: [.product(name: "Weft", package: "weft")]),
    .executableTarget(
      name: "ArrayBenchmark",
      dependencies: ["Loom", "Networks", "TensorFiles", "Weft"].map { .product(name: $0, package: "weft") }),
    .executableTarget(
      name: "InterfaceBenchmark",
      dependencies: ["Weft", "WeftC"].map { .product(name: $0, package: "weft") }),
    .executableTarget(name: "ChannelBenchmark", dependencies: [.product(name: "LPDDR4", package: "weft")]),
  ]
)
