import Networks

/// What a DequantizeLinear says of the integers it takes: the value they lie in, and their scale.
struct OnnxQuantized {
  /// The integer value's name.
  var name: String
  /// One for all, or one a channel.
  var scales: [Float]
  var zeroPoints: [Int32]

  /// The scale when it is one for all.
  var scale: Float? { scales.count == 1 ? scales[0] : nil }
}
