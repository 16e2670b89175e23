import LPDDR4

/// The oracle cases, made as their Python generator makes them.
struct OracleTrace: Sendable, CustomStringConvertible {
  var name: String
  /// True where every request has come at clock 0.
  var isClosed: Bool
  var requests: [Request]

  var description: String { name }

  static let all: [OracleTrace] = [
    OracleTrace(name: "a_seq_read_8M", isClosed: true, requests: (0..<262_144).map { burst($0 * 32) }),
    OracleTrace(name: "b_seq_write_8M", isClosed: true, requests: (0..<262_144).map { burst($0 * 32, .write) }),
    OracleTrace(name: "c_rw21_64K", isClosed: true, requests: blocks()),
    OracleTrace(name: "d_3streams_stagger", isClosed: true, requests: streams()),
    OracleTrace(name: "e_rand_read_256M", isClosed: true, requests: random()),
    OracleTrace(name: "f_stride_2K", isClosed: true, requests: (0..<65_536).map { burst($0 * 2_048) }),
    OracleTrace(
      name: "g_bursts_gap", isClosed: false,
      requests: (0..<32_768).map { burst($0 * 32, arrival: $0 / 64 * 1_024) }),
    OracleTrace(
      name: "h_all_row_hits", isClosed: true, requests: (0..<131_072).map { burst(5 * 16_384 + $0 % 64 * 32) }),
    OracleTrace(
      name: "i_lone_reads", isClosed: false, requests: (0..<2_048).map { burst($0 * 16_384, arrival: 400 * $0) }),
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
      return burst(Int((value >> 8) % UInt64((256 << 20) / 32)) * 32)
    }
  }

  /// The same requests with neighbours joined into runs.
  var runs: [Request] {
    var runs: [Request] = []
    for burst in requests {
      if let last = runs.last, last.kind == burst.kind, last.arrival == burst.arrival,
        last.address + last.byteCount == burst.address
      {
        runs[runs.count - 1].byteCount += burst.byteCount
      } else {
        runs.append(burst)
      }
    }
    return runs
  }
}
