/// Which geometry each layer gets.
struct LayerMapping {
  /// The machine's own first.
  let candidates: [Machine]
  let options: TimingOptions

  init(_ machine: Machine, options: RunOptions) {
    self.options = options.timing
    guard options.mapping == .best else {
      candidates = [machine]
      return
    }
    // Every geometry of as many units whose sides are powers of two times the machine's.
    let (rows, columns) = (machine.geometry.rows, machine.geometry.columns)
    var others: [Machine] = []
    for shift in 1...16 {
      if columns % (1 << shift) == 0, let wide = ArrayGeometry(rows: rows << shift, columns: columns >> shift) {
        others.append(Machine(machine.kind, geometry: wide))
      }
      if rows % (1 << shift) == 0, let tall = ArrayGeometry(rows: rows >> shift, columns: columns << shift) {
        others.append(Machine(machine.kind, geometry: tall))
      }
    }
    candidates = [machine] + others
  }

  /// The fewest cycles, and those of the machine's own geometry; the first of equal ones.
  func timing(of layer: LayerWidths) -> (best: LayerTiming, fixed: LayerTiming) {
    let timings = candidates.map { TimingModel($0, options: options).timing(of: layer) }
    return (timings.min { $0.cycles < $1.cycles }!, timings[0])
  }
}
