import Foundation
import TestSupport
import Testing

/// One to four changes: flipped bits, extreme bytes and words, bytes gone, doubled or cut off.
private func mutated(_ seed: [UInt8], _ generator: inout SplitMix) -> [UInt8] {
  var bytes = seed
  for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
    let place = Int.random(in: bytes.indices, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator)!
    case 2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 3: bytes.removeSubrange(place..<min(place + Int.random(in: 1...9, using: &generator), bytes.count))
    case 4: bytes.insert(contentsOf: bytes[place..<min(place + 7, bytes.count)], at: place)
    case 5: bytes.removeSubrange(place...)
    default:
      let word: UInt32 = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe].randomElement(using: &generator)!
      for byte in 0..<4 where place + byte < bytes.count {
        bytes[place + byte] = UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))
      }
    }
  }
  return bytes
}

/// Foreign formats; damaged containers are the business of `DamageTests`.
private let formats: [FuzzTarget] = [.npy, .npz, .safetensors, .tflite, .onnx, .network, .topology, .trace, .profile]

@Test(arguments: formats)
func `every change of a valid file gives a result or one error`(_ target: FuzzTarget) throws {
  #if DEBUG
    let roundCount = 1500
  #else
    let roundCount = 20_000
  #endif
  let seed = ProcessInfo.processInfo.environment["WEFT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_124
  for (path, bytes) in try FuzzFiles.seeds(target) {
    var generator = SplitMix(seed: seed)
    var errorCount = 0
    for _ in 0..<roundCount {
      let changed = mutated(bytes, &generator)
      if changed.withUnsafeBytes({ target.outcome($0) }) != nil { errorCount += 1 }
    }
    #expect(errorCount > 0, "\(path), seed \(seed): no change was found out")
  }
}

@Test(arguments: [FuzzTarget.npy, .npz, .safetensors, .tflite, .onnx, .network])
func `every prefix of a valid file gives one error`(_ target: FuzzTarget) throws {
  for (path, bytes) in try FuzzFiles.seeds(target) {
    let readable = (0..<bytes.count - 1).filter { count in
      Array(bytes[..<count]).withUnsafeBytes { target.outcome($0) } == nil
    }
    // A protobuf message may end behind any field: behind the graph the model is whole.
    #expect(target == .onnx ? readable.count <= 3 : readable.isEmpty, "\(path): \(readable)")
  }
}
