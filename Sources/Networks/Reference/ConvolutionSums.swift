/// Sums of products of a convolution, exactly: the loops that everything else is compared with.
///
/// Inputs are in the order image, row, column, channel with zero points removed, so that padding is 0; weights in the
/// order filter, row, column, channel. Sums come out in the order image, row, column, filter.
struct ConvolutionSums {
  let geometry: LayerGeometry
  let inputs: [Int32]
  let weights: [Int32]

  /// All sums. Cost: `geometry.multiplications`, padding left out.
  func compute() -> [Int64] {
    let count = geometry.windowCount * geometry.outputChannels
    return [Int64](unsafeUninitializedCapacity: count) { sums, initialized in
      inputs.withUnsafeBufferPointer { inputs in
        weights.withUnsafeBufferPointer { weights in
          var next = 0
          for image in 0..<geometry.batch {
            for row in 0..<geometry.outputHeight {
              for column in 0..<geometry.outputWidth {
                let window = UnsafeMutableBufferPointer(rebasing: sums[next..<next + geometry.outputChannels])
                window.initialize(repeating: 0)
                add(image, row, column, inputs, weights, to: window)
                next += geometry.outputChannels
              }
            }
          }
        }
      }
      initialized = count
    }
  }

  private func add(
    _ image: Int, _ row: Int, _ column: Int, _ inputs: UnsafeBufferPointer<Int32>,
    _ weights: UnsafeBufferPointer<Int32>, to sums: UnsafeMutableBufferPointer<Int64>
  ) {
    let window = geometry.window
    for kernelRow in 0..<window.kernelHeight {
      let inputRow = row * window.strideHeight + kernelRow * window.dilationHeight - window.padding.top
      guard inputRow >= 0, inputRow < geometry.inputHeight else { continue }
      for kernelColumn in 0..<window.kernelWidth {
        let inputColumn = column * window.strideWidth + kernelColumn * window.dilationWidth - window.padding.left
        guard inputColumn >= 0, inputColumn < geometry.inputWidth else { continue }
        let position = (image * geometry.inputHeight + inputRow) * geometry.inputWidth + inputColumn
        let tap = kernelRow * window.kernelWidth + kernelColumn
        let pixel = inputs.baseAddress! + position * geometry.inputChannels
        if geometry.isDepthwise {
          addDepthwise(pixel, weights.baseAddress! + tap * geometry.outputChannels, to: sums)
        } else {
          addDense(pixel, weights.baseAddress!, tap, to: sums)
        }
      }
    }
  }

  private func addDense(
    _ pixel: UnsafePointer<Int32>, _ weights: UnsafePointer<Int32>, _ tap: Int,
    to sums: UnsafeMutableBufferPointer<Int64>
  ) {
    let fanIn = geometry.fanInChannels
    let tapCount = geometry.window.kernelHeight * geometry.window.kernelWidth
    let groupFilters = geometry.outputChannels / geometry.window.groups
    for filter in 0..<geometry.outputChannels {
      let source = pixel + filter / groupFilters * fanIn
      let factors = weights + (filter * tapCount + tap) * fanIn
      var sum: Int64 = 0
      for channel in 0..<fanIn { sum &+= Int64(source[channel]) &* Int64(factors[channel]) }
      sums[filter] &+= sum
    }
  }

  private func addDepthwise(
    _ pixel: UnsafePointer<Int32>, _ weights: UnsafePointer<Int32>, to sums: UnsafeMutableBufferPointer<Int64>
  ) {
    let multiplier = geometry.outputChannels / geometry.inputChannels
    for filter in 0..<geometry.outputChannels {
      sums[filter] &+= Int64(pixel[filter / multiplier]) &* Int64(weights[filter])
    }
  }
}
