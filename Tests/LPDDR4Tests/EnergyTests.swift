import LPDDR4
import Testing

@Suite struct EnergyTests {
  private func report(_ kind: Request.Kind, _ energy: EnergyParameters, ones: Int? = nil) throws -> ChannelReport {
    try Channel(ChannelConfiguration(energy: energy)).run([
      Request(address: 0, byteCount: 32, kind: kind, oneCount: ones)
    ])
  }

  @Test func `a burst's increment is what the currents give`() throws {
    let plain = EnergyParameters.lpddr4.withPlainCurrents
    #expect(abs(try report(.read, plain).energy.read / 256 - 3.948) < 0.001)
    #expect(abs(try report(.write, plain).energy.write / 256 - 2.900) < 0.001)
    #expect(abs(try report(.read, .lpddr4).energy.read / 256 - 5.264) < 0.001)
    #expect(abs(try report(.write, .lpddr4).energy.write / 256 - 3.867) < 0.001)
    // 1.8 (3.5 tRC - 2.25 tRAS - 2 tRP) + 1.1 (45 tRC - 30 tRAS - 27 tRP).
    #expect(abs(try report(.read, plain).energy.activate - 1_202.34) < 0.01)
  }

  @Test func `IO follows the ones`() throws {
    let unknown = try report(.read, .lpddr4).energy.readIO
    #expect(abs(unknown / 256 - 3.22) < 0.01)
    #expect(try report(.read, .lpddr4, ones: 0).energy.readIO == 0)
    #expect(abs(try report(.read, .lpddr4, ones: 128).energy.readIO - unknown) < 1e-9)
    #expect(abs(try report(.write, .lpddr4, ones: 256).energy.writeIO / 256 - 2 * 1.18) < 0.01)
  }

  @Test func `every clock is in one state and every joule in one cause`() throws {
    let requests = (0..<400).map { Request(address: $0 * 2_048, byteCount: 64, kind: .read, arrival: $0 * 90) }
    let report = try Channel().run(requests)
    #expect(report.stateClocks.total == report.cycles)
    let energy = report.energy
    let sum = energy.activate + energy.read + energy.write + energy.refresh + energy.background + energy.io
    #expect(abs(sum - energy.total) < 1e-6 * sum)
    #expect(abs(report.picojoulesPerBit - energy.total / Double(8 * 64 * 400)) < 1e-9)
  }

  @Test func `refresh is billed with its standby`() throws {
    var options = ControllerOptions()
    options.refresh = .allBanks()
    let late = Request(address: 0, byteCount: 32, kind: .read, arrival: 10 * 8_328)
    let report = try Channel(ChannelConfiguration(options: options)).run([late])
    // Ten refreshes in a closed channel: active for tRFCab each.
    #expect(report.refreshes == 9 || report.refreshes == 10)
    #expect(report.stateClocks.active >= report.refreshes * 598)
    // 1.8 (10 - 2.25) + 1.1 (90 - 30) mW over tRFCab.
    #expect(abs(report.energy.refresh / Double(report.refreshes) - 79.95 * 598 * 0.46875) < 0.01)
  }
}
