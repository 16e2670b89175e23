import CWeft

/// Structs that begin with their own size, so that they can grow from version to version.
///
/// What a caller's struct does not have keeps its default; what this version does not know must be zero.
enum CStruct {
  /// No version of a struct is larger.
  private static let sizeLimit = 1 << 14

  private static func size<T>(_ pointer: UnsafePointer<T>) -> Int {
    UnsafeRawPointer(pointer).load(as: Int.self)
  }

  /// The caller's options over the defaults; the defaults for NULL. Throws `UNKNOWN_OPTIONS`.
  static func read<T>(_ pointer: UnsafePointer<T>?, over defaults: T) throws(CallFailure) -> T {
    guard let pointer else { return defaults }
    let size = size(pointer)
    guard size >= MemoryLayout<Int>.size, size <= sizeLimit else {
      throw CallFailure(WEFT_ERROR_UNKNOWN_OPTIONS, "a struct that says its size is \(size): use its initialiser")
    }
    let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
    for place in MemoryLayout<T>.size..<max(size, MemoryLayout<T>.size) where bytes[place] != 0 {
      throw CallFailure(WEFT_ERROR_UNKNOWN_OPTIONS, "a struct of a later version sets what this library does not know")
    }
    var result = defaults
    withUnsafeMutableBytes(of: &result) { target in
      let known = UnsafeRawBufferPointer(rebasing: bytes.prefix(target.count))
      target.copyMemory(from: known)
    }
    return result
  }

  /// Whether the struct's size makes sense, so that something may be written there.
  static func isWritable<T>(_ pointer: UnsafeMutablePointer<T>) -> Bool {
    (MemoryLayout<Int>.size...sizeLimit).contains(size(UnsafePointer(pointer)))
  }

  /// Fills in a struct of the caller's, as much of it as there is; its size stays. `isWritable` must hold.
  static func write<T>(_ value: T, to pointer: UnsafeMutablePointer<T>) {
    let room = size(UnsafePointer(pointer))
    withUnsafeBytes(of: value) { source in
      let skipped = MemoryLayout<Int>.size
      let count = min(room, source.count) - skipped
      guard count > 0 else { return }
      UnsafeMutableRawPointer(pointer).advanced(by: skipped)
        .copyMemory(from: source.baseAddress! + skipped, byteCount: count)
    }
  }

  /// Fills in a struct that the caller must have given. Throws `INVALID_ARGUMENT` for NULL and `UNKNOWN_OPTIONS`.
  static func fill<T>(_ pointer: UnsafeMutablePointer<T>?, with value: T) throws(CallFailure) {
    guard let pointer else { throw .null("a result") }
    guard isWritable(pointer) else {
      throw CallFailure(WEFT_ERROR_UNKNOWN_OPTIONS, "a struct without its size: use its initialiser")
    }
    write(value, to: pointer)
  }
}
