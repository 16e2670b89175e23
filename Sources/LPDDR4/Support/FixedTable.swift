/// Numbers of a fixed count at one address: what the inner loops of the controller read and write.
///
/// An array would pay for reference counts, and at every store for the question whether it is shared. Copies share
/// their numbers, from `init` to `free`.
@safe
struct FixedTable<Element: BitwiseCopyable> {
  let count: Int
  private let elements: UnsafeMutablePointer<Element>

  init(repeating value: Element, count: Int) {
    self.count = count
    // Room for `count` elements, and every one of them is set before anything can read it.
    unsafe elements = .allocate(capacity: count)
    unsafe elements.initialize(repeating: value, count: count)
  }

  /// Elements with no values yet, which take no memory before they are set: who makes the table sets an element
  /// before it reads it.
  @unsafe
  init(unsetCount count: Int) {
    self.count = count
    unsafe elements = .allocate(capacity: count)
  }

  /// Gives the memory back; the owner calls this once and uses no copy of the table afterwards.
  @unsafe
  func free() { unsafe elements.deallocate() }

  /// An element; `index` is held against the count.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe elements[index]
    }
    nonmutating _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield unsafe &elements[index]
    }
  }

  /// An element whose index the caller answers for; held against the count in debug builds only, as the check costs
  /// the controller a fifth to a third more instructions a burst.
  @unsafe
  @inline(__always)
  subscript(unchecked index: Int) -> Element {
    get {
      assert(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe elements[index]
    }
    nonmutating _modify {
      assert(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield unsafe &elements[index]
    }
  }

  /// Sets the first `prefix` elements, or all.
  func update(repeating value: Element, prefix: Int? = nil) {
    for index in 0..<(prefix ?? count) { self[index] = value }
  }
}
