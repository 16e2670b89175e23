import LPDDR4
import TestSupport
import Testing

@Suite struct MappingTests {
  static let interleaved = "RRRRRRRRRRRRRRRRCCCBBBCCC"

  @Test(arguments: [
    AddressMapping.Order.roBaCo, .roCoBa, .baRoCo, .bits(interleaved), .bits("RRRRRRRRCCCCCCRRRRRRRRBBB"),
  ])
  func `location and address undo each other`(order: AddressMapping.Order) throws {
    var random = SplitMix(seed: 7)
    for hasXOR in [false, true] {
      let map = try AddressMap(AddressMapping(order, hasBankXOR: hasXOR), Organization())
      var seen: Set<Location> = []
      for _ in 0..<2_000 {
        let address = Int(random.next() % (1 << 25)) * 32
        let location = map.location(address)
        #expect(map.address(location) == address)
        #expect((0..<8).contains(location.bank) && (0..<65_536).contains(location.row))
        #expect((0..<64).contains(location.column))
        seen.insert(location)
      }
      #expect(seen.count > 1_990)
    }
  }

  @Test func `the default takes row, bank and burst from the bits it says`() throws {
    let map = try AddressMap(AddressMapping(), Organization())
    #expect(map.location(0x3FFF_FFE0) == Location(bank: 7, row: 65_535, column: 63))
    #expect(map.location(1 << 14 | 3 << 11 | 5 << 5) == Location(bank: 3, row: 1, column: 5))
  }

  @Test func `rows that are no power of two must be on top`() throws {
    let organization = try Standard.lpddr4(density: .gb6).organization
    _ = try AddressMap(AddressMapping(.roBaCo), organization)
    _ = try AddressMap(AddressMapping(.roCoBa), organization)
    #expect(throws: StandardError.self) { try AddressMap(AddressMapping(.baRoCo), organization) }
  }

  @Test func `mapping decides the bandwidth of a stream as published`() throws {
    func fraction(_ order: AddressMapping.Order) throws -> Double {
      var configuration = ChannelConfiguration()
      configuration.options.mapping.order = order
      return try Channel(configuration).run([Request(address: 0, byteCount: 8 << 20, kind: .read)]).peakFraction
    }
    #expect(abs(try fraction(.baRoCo) - 0.787) < 0.001)
    #expect(abs(try fraction(.roCoBa) - 0.915) < 0.01)
    #expect(abs(try fraction(.roBaCo) - 0.916) < 0.001)
  }
}
