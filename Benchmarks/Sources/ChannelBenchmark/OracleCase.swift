import LPDDR4

/// The oracle cases of channel simulators, as requests of one burst or of runs.
struct OracleCase {
  var name: String
  var bursts: [Request]
  /// The same bytes in as few requests as possible.
  var runs: [Request]

  init(_ name: String, _ bursts: [Request]) {
    self.name = name
    self.bursts = bursts
    runs = []
    for burst in bursts {
      if let last = runs.last, last.kind == burst.kind, last.arrival == burst.arrival,
        last.address + last.byteCount == burst.address
      {
        runs[runs.count - 1].byteCount += burst.byteCount
      } else {
        runs.append(burst)
      }
    }
  }

  static let all: [OracleCase] = [
    OracleCase("a_seq_read_8M", (0..<262_144).map { burst($0 * 32) }),
    OracleCase("b_seq_write_8M", (0..<262_144).map { burst($0 * 32, .write) }),
    OracleCase("c_rw21_64K", blocks()),
    OracleCase("d_3streams_stagger", streams()),
    OracleCase("e_rand_read_256M", random()),
    OracleCase("f_stride_2K", (0..<65_536).map { burst($0 * 2_048) }),
    OracleCase("g_bursts_gap", (0..<32_768).map { burst($0 * 32, arrival: $0 / 64 * 1_024) }),
    OracleCase("h_all_row_hits", (0..<131_072).map { burst(5 * 16_384 + $0 % 64 * 32) }),
    OracleCase("i_lone_reads", (0..<2_048).map { burst($0 * 16_384, arrival: 400 * $0) }),
  ]

  private static func burst(_ address: Int, _ kind: Request.Kind = .read, arrival: Int = 0) -> Request {
    Request(address: address, byteCount: 32, kind: kind, arrival: arrival)
  }

  private static func blocks() -> [Request] {
    var positions = [0, 128 << 20]
    var requests: [Request] = []
    for block in 0..<96 {
      let stream = block % 3 == 2 ? 1 : 0
      for offset in stride(from: 0, to: 65_536, by: 32) {
        requests.append(burst(positions[stream] + offset, stream == 0 ? .read : .write))
      }
      positions[stream] += 65_536
    }
    return requests
  }

  private static func streams() -> [Request] {
    let bases = [0, (64 << 20) + 3 * 2_048, (128 << 20) + 6 * 2_048]
    return (0..<65_536).flatMap { index in
      (0..<3).map { burst(bases[$0] + index * 32, $0 == 2 ? .write : .read) }
    }
  }

  private static func random() -> [Request] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return (0..<65_536).map { _ in
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      let value = state &* 2_685_821_657_736_338_717
      return burst(Int((value >> 8) % ((256 << 20) / 32)) * 32)
    }
  }
}
