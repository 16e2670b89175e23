// Drives an LPDDR4-4267 channel clock by clock, as the memory port of gem5-like hosts does: requests go in when the
// channel accepts them, completions are polled, nothing is called back. Prints what the channel did.
//
//   c++ -std=c++17 host_loop.cpp $(pkg-config --cflags --libs weft) -o host_loop && ./host_loop
#include <weft.h>

#include <cinttypes>
#include <cstdio>
#include <deque>
#include <memory>
#include <unordered_map>

namespace {

struct Destroy {
  void operator()(weft_channel *channel) const { weft_channel_destroy(channel); }
};

// What a cache sends: lines of 64 bytes, two bursts each.
struct Request {
  uint64_t address;
  bool isWrite;
};

// A port of the host: a queue in front of the channel, and the lines that wait for their second burst.
class MemoryPort {
 public:
  explicit MemoryPort(weft_channel *channel) : channel(channel), burst(weft_channel_burst_bytes(channel)) {}

  void send(Request request) {
    for (uint64_t offset = 0; offset < 64; offset += uint64_t(burst)) {
      waiting.push_back({request.address + offset, request.isWrite, lines});
    }
    missing[lines++] = int(64 / burst);
  }

  // One clock of the memory. Returns the lines that were completed on it.
  int clock() {
    if (!waiting.empty() && weft_channel_will_accept(channel, waiting.front().isWrite)) {
      const Burst &next = waiting.front();
      weft_channel_add_transaction(channel, next.address, next.isWrite, next.line);
      waiting.pop_front();
    }
    weft_channel_tick(channel);
    int done = 0;
    weft_completion completion = WEFT_COMPLETION_INIT;
    while (weft_channel_next_completion(channel, &completion) == 1) {
      if (--missing[completion.tag] == 0) {
        missing.erase(completion.tag);
        done++;
      }
    }
    return done;
  }

  bool isIdle() const { return waiting.empty() && missing.empty(); }

 private:
  struct Burst {
    uint64_t address;
    bool isWrite;
    int64_t line;
  };

  weft_channel *channel;
  int64_t burst;
  int64_t lines = 0;
  std::deque<Burst> waiting;
  std::unordered_map<int64_t, int> missing;
};

}  // namespace

int main() {
  weft_channel_options options = WEFT_CHANNEL_OPTIONS_INIT;
  options.write_queue = 32, options.write_low = 8, options.write_high = 24;
  weft_problem problem = WEFT_PROBLEM_INIT;
  weft_channel *made = nullptr;
  if (weft_channel_create(&options, &made, &problem) < 0) {
    std::fprintf(stderr, "%s\n", problem.text);
    return 1;
  }
  std::unique_ptr<weft_channel, Destroy> channel(made);
  MemoryPort port(channel.get());

  // The host runs at 1 GHz beside a channel of 2.13 GHz: for each of its clocks 32 tick the channel 15 times.
  int sent = 0, done = 0;
  int64_t hostClock = 0;
  for (int64_t memoryClock = 0; sent < 4000 || !port.isIdle(); memoryClock++) {
    if (memoryClock * 15 / 32 > hostClock && sent < 4000) {
      hostClock = memoryClock * 15 / 32;
      // A stream of reads, and a write every fourth line to another place.
      if (hostClock % 16 == 0) {
        port.send({uint64_t(sent % 4 == 3 ? (1 << 24) : 0) + uint64_t(sent) * 64, sent % 4 == 3});
        sent++;
      }
    }
    done += port.clock();
  }
  weft_channel_drain(channel.get());
  weft_channel_statistics stats = WEFT_CHANNEL_STATISTICS_INIT;
  weft_channel_stats(channel.get(), &stats);
  std::printf("%d lines in %" PRId64 " clocks (%.1f us): %.2f GB/s, %" PRId64 " row hits of %" PRId64
              " bursts, mean read latency %.1f ns, %.2f uJ\n",
              done, stats.cycles, stats.time_ns / 1000, stats.bandwidth_gbps, stats.row_hits,
              stats.reads + stats.writes, stats.read_latency_ns_mean, stats.energy_pj / 1e6);
  return done == 4000 && stats.reads + stats.writes == 8000 ? 0 : 1;
}
