import Foundation
import TensorFiles
import Testing
import Weft

/// Pages of this process that hold a part of a region, from the kernel's own table.
private func residentPages(_ bytes: UnsafeRawBufferPointer) -> Int {
  let pageBytes = Int(sysconf(CInt(_SC_PAGESIZE)))
  guard let table = fopen("/proc/self/pagemap", "rb") else { return -1 }
  defer { fclose(table) }
  let first = Int(bitPattern: bytes.baseAddress!) / pageBytes
  var entries = [UInt64](repeating: 0, count: bytes.count / pageBytes)
  fseek(table, 8 * first, SEEK_SET)
  let count = fread(&entries, 8, entries.count, table)
  return entries[..<count].count { $0 >> 63 == 1 }
}

@Test func `a mapped file gives its memory back and keeps its bytes`() throws {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("weft-mapped-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  let content = Data((0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
  try content.write(to: URL(filePath: path))
  let region = try MappedFile.open(path)
  #expect(region.bytes.elementsEqual(content))
  let window = region.window(100..<600_000)
  let before = residentPages(region.bytes)
  window.relieve()
  let after = residentPages(region.bytes)
  // Where the kernel lets a process look: the pages inside the window are gone, the others are there.
  if before >= 0 { #expect(before == 256 && after == 256 - 145, "\(before), \(after)") }
  #expect(window.bytes.elementsEqual(content[100..<600_000]))
  region.relieve()
  #expect(region.bytes.elementsEqual(content))
}

@Test func `memory that is no file's is kept`() {
  let region = ByteRegion(copying: [1, 2, 3])
  region.relieve()
  region.window(1..<3).relieve()
  #expect(Array(region.bytes) == [1, 2, 3])
}
