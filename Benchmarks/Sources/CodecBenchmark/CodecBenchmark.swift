import Weft

/// Times the codec of every kernel of this CPU on made-up tensors, beside a copy in the same run.
///
/// usage: swift run -c release --package-path Benchmarks CodecBenchmark [MIB]
@main
struct CodecBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    let mebibytes = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 16
    guard (1...4096).contains(mebibytes) else {
      print("usage: CodecBenchmark [MIB], 1...4096 MiB a tensor")
      return
    }
    print("kernel   type    group  block  ratio  pack / copy  unpack / copy")
    for kernel in Kernel.all {
      for type in [ElementType.int16, .int8] {
        let tensor = Content.tensor(type, byteCount: mebibytes << 20)
        for groupSize in [GroupSize.lanes8, .lanes16, .lanes32, .lanes256] {
          for block in [BlockSize.group, .lanes2048] {
            let row = try Measurement(tensor, groupSize, block, kernel)
            print(row.text)
          }
        }
      }
    }
  }
}
