import CWeftKernels
import TestSupport
import Testing

@testable import Loom

@Suite struct ArrayKernelTests {
  @Test(arguments: ArrayKernel.all.map(\.name))
  func `sums of random tiles are the definition's`(name: String) {
    let kernel = ArrayKernel.all.first { $0.name == name }!
    var random = SplitMix(seed: 21)
    for trial in 0..<60 {
      let planes = 1 + Int(random.next() % 16)
      let bricks = 1 + Int(random.next() % (trial % 10 == 0 ? 200 : 20))
      let factorPlanes = 1 + Int(random.next() % 16)
      let items = 1 + Int(random.next() % 5)
      let words = (0..<bricks * planes * 32).map { _ in UInt16(truncatingIfNeeded: random.next() | random.next()) }
      let factors = (0..<items * factorPlanes * bricks).map { _ in UInt16(truncatingIfNeeded: random.next()) }
      // Bricks in any order, by falling width.
      let widths = (0..<bricks).map { _ in Int(random.next() % UInt64(planes + 1)) }
      let order = (0..<bricks).sorted { (widths[$1], $0) < (widths[$0], $1) }.map { UInt16($0) }
      for (tileSigned, factorsSigned) in [(false, false), (true, false), (false, true), (true, true)] {
        func sums(_ kernel: ArrayKernel) -> [Int64] {
          var sums = [Int64](repeating: 5, count: items * 32)
          words.withUnsafeBufferPointer { words in
            factors.withUnsafeBufferPointer { factors in
              order.withUnsafeBufferPointer { order in
                var tile = weft_tile()
                tile.words = words.baseAddress
                tile.brick_stride = planes * 32
                tile.order = order.baseAddress
                tile.is_signed = tileSigned ? 1 : 0
                withUnsafeMutableBytes(of: &tile.at_least) { bytes in
                  let counts = bytes.assumingMemoryBound(to: UInt32.self)
                  for width in 0..<18 { counts[width] = UInt32(widths.count { $0 >= width }) }
                }
                let other = weft_factors(
                  words: factors.baseAddress, item_stride: factorPlanes * bricks, plane_stride: bricks,
                  plane_count: UInt32(factorPlanes), is_signed: factorsSigned ? 1 : 0, item_count: items)
                sums.withUnsafeMutableBufferPointer { kernel.accumulate(&tile, other, into: $0.baseAddress!) }
              }
            }
          }
          return sums
        }
        #expect(sums(kernel) == sums(.scalar), "trial \(trial)")
      }
    }
  }

  @Test(arguments: ArrayKernel.all.map(\.name))
  func `words are gathered, measured and put together as the definition does`(name: String) {
    let kernel = ArrayKernel.all.first { $0.name == name }!
    var random = SplitMix(seed: 22)
    for trial in 0..<300 {
      let planes = 1 + Int(random.next() % 16)
      let positions = 40 + Int(random.next() % 100)
      let words = (0..<planes * positions).map { _ in UInt16(truncatingIfNeeded: random.next() & random.next()) }
      var runs: [weft_window_run] = []
      var window = Int(random.next() % 4)
      while window < 32, runs.count < 5 {
        let stride = 1 + Int(random.next() % 4)
        let count = min(32 - window, 1 + Int(random.next() % 12), (positions - 1) / stride + 1)
        let first = Int(random.next() % UInt64(positions - (count - 1) * stride))
        runs.append(
          weft_window_run(window: Int32(window), count: Int32(count), stride: Int32(stride), position: Int64(first)))
        window += count + Int(random.next() % 3)
      }
      let shift = Int(random.next() % 16)
      let count = 1 + Int(random.next() % UInt64(16 - shift))
      let piece = OperandPlan.Piece(
        tap: 0, source: 0, shift: shift, count: count, rise: Int(random.next() % UInt64(17 - count)))
      func results(_ kernel: ArrayKernel, adds: Bool) -> ([UInt16], [UInt8], [Int32]) {
        var target = [UInt16](repeating: adds ? 0x8001 : 0xFFFF, count: planes * 32)
        var widths = [UInt8](repeating: 99, count: 32)
        var values = [Int32](repeating: -1, count: 16 * 33)
        words.withUnsafeBufferPointer { words in
          runs.withUnsafeBufferPointer { runs in
            target.withUnsafeMutableBufferPointer {
              kernel.gather(
                words.baseAddress!, planeStride: positions, planes: planes, runs, piece, adds: adds,
                into: $0.baseAddress!)
            }
          }
          values.withUnsafeMutableBufferPointer {
            kernel.values(
              words.baseAddress! + 3, planeStride: positions, planes: planes, isSigned: adds, count: 1 + trial % 32,
              into: $0.baseAddress!, stride: 33)
          }
        }
        target.withUnsafeBufferPointer { target in
          widths.withUnsafeMutableBufferPointer {
            kernel.widths(target.baseAddress!, planes: planes, isSigned: adds, into: $0.baseAddress!)
          }
        }
        return (target, widths, values)
      }
      for adds in [false, true] {
        #expect(results(kernel, adds: adds) == results(.scalar, adds: adds), "trial \(trial)")
      }
    }
  }

  @Test(arguments: ArrayKernel.all.map(\.name))
  func `sums are finished as the definition does`(name: String) {
    let kernel = ArrayKernel.all.first { $0.name == name }!
    var random = SplitMix(seed: 23)
    for trial in 0..<300 {
      let count = 1 + Int(random.next() % 32)
      let given = (0..<count).map { _ in Int64(bitPattern: random.next()) >> Int64(20 + trial % 40) }
      let scale = Int(random.next() % 8)
      let shift = 1 + Int(random.next() % 30)
      let bias = Int64(bitPattern: random.next()) >> 40
      func results(_ kernel: ArrayKernel) -> (Bool, [Int64], [Int32]) {
        var sums = given
        var outputs = [Int32](repeating: 7, count: count)
        let isInside = sums.withUnsafeMutableBufferPointer { sums in
          outputs.withUnsafeMutableBufferPointer { outputs in
            kernel.finish(
              sums.baseAddress!, outputs.baseAddress!, count: count, scale: scale, bias: bias, shift: shift,
              zeroPoint: -3, range: -128...127, limit: Int64(Int32.max))
          }
        }
        return (isInside, sums, outputs)
      }
      #expect(results(kernel) == results(.scalar), "trial \(trial)")
    }
  }

  @Test func `an array kernel stands beside every kernel of the codec`() {
    #expect(ArrayKernel.all.first?.name == "scalar")
    #expect(ArrayKernel(beside: .best).name == ArrayKernel.all.last?.name || ArrayKernel.all.last?.name == "avx512")
  }
}
