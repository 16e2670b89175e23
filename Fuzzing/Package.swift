// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "weft", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzz",
      dependencies: ["LPDDR4", "Networks", "TensorFiles", "Traffic", "Weft"].map {
        .product(name: $0, package: "weft")
      },
      path: "Sources", exclude: ["Replay"])
  ]
)
