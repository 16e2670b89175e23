/* The channel through its tick face and its event face. */
#include "support.h"

enum { bursts = 3000 };

static weft_channel *make(const weft_channel_options *options) {
  weft_channel *channel;
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t size = weft_channel_create(options, &channel, &problem);
  CHECK_GOOD(size, problem);
  CHECK(size == (int64_t)1 << 30);
  return channel;
}

static uint64_t address_of(int number) {
  uint64_t seed = (uint64_t)(number / 8);
  return (next_random(&seed) % 30000 * 8 + (uint64_t)(number % 8)) * 32;
}

static weft_channel_statistics stats_of(const weft_channel *channel) {
  weft_channel_statistics stats = WEFT_CHANNEL_STATISTICS_INIT;
  CHECK(weft_channel_stats(channel, &stats) == stats.cycles);
  return stats;
}

/* As simulators drive it: clock by clock, completions polled. */
static weft_channel_statistics ticked(int jumps) {
  weft_channel *channel = make(NULL);
  int sent = 0, done = 0;
  int64_t last_end = 0;
  static char seen[bursts];
  memset(seen, 0, sizeof seen);
  while (done < bursts) {
    int64_t clock = weft_channel_clock(channel);
    int is_write = sent % 5 == 0;
    if (sent < bursts && weft_channel_will_accept(channel, is_write)) {
      CHECK(weft_channel_add_transaction(channel, address_of(sent), is_write, sent) == 1);
      /* At most one a clock. */
      CHECK(weft_channel_will_accept(channel, is_write) == 0);
      CHECK(weft_channel_add_transaction(channel, 0, is_write, 0) == 0);
      sent++;
    }
    int64_t next = clock + 1;
    if (jumps && sent == bursts) {
      int64_t event = weft_channel_next_event(channel);
      CHECK(event >= clock);
      if (event > next) next = event;
    }
    CHECK((next == clock + 1 ? weft_channel_tick(channel) : weft_channel_advance(channel, next)) == next);
    weft_completion completion = WEFT_COMPLETION_INIT;
    while (weft_channel_next_completion(channel, &completion) == 1) {
      CHECK(completion.tag >= 0 && completion.tag < sent && !seen[completion.tag]);
      CHECK(completion.accepted <= completion.started && completion.started < completion.data_end);
      CHECK(completion.data_end <= next && completion.data_end >= last_end);
      CHECK(completion.is_write == (completion.tag % 5 == 0));
      seen[completion.tag] = 1;
      last_end = completion.data_end;
      done++;
    }
    CHECK(clock < 10000000);
  }
  CHECK(weft_channel_drain(channel) >= last_end);
  weft_channel_statistics stats = stats_of(channel);
  CHECK(stats.reads + stats.writes == bursts && stats.cycles == last_end);
  CHECK(weft_channel_reset_stats(channel) == 0 && stats_of(channel).reads == 0);
  weft_channel_destroy(channel);
  return stats;
}

static weft_channel_statistics submitted(void) {
  weft_channel *channel = make(NULL);
  for (int number = 0; number < bursts; number++) {
    CHECK(weft_channel_submit(channel, address_of(number), 32, number % 5 == 0, 0) == 1);
  }
  CHECK(weft_channel_drain(channel) > 0);
  weft_channel_statistics stats = stats_of(channel);
  weft_channel_destroy(channel);
  return stats;
}

int main(void) {
  weft_channel_statistics ticks = ticked(0), jumps = ticked(1), events = submitted();
  ticks.size = jumps.size = events.size = 0;
  CHECK(memcmp(&ticks, &jumps, sizeof ticks) == 0);
  CHECK(memcmp(&ticks, &events, sizeof ticks) == 0);
  CHECK(ticks.bandwidth_gbps > 1 && ticks.bandwidth_gbps < 8.54 && ticks.row_hits > 0 && ticks.activates > 0);
  double energy = ticks.energy_activate_pj + ticks.energy_read_pj + ticks.energy_write_pj + ticks.energy_refresh_pj
    + ticks.energy_background_pj + ticks.energy_io_pj;
  CHECK(energy > 0.999 * ticks.energy_pj && energy < 1.001 * ticks.energy_pj);

  /* Faces may change after a drain, and only then. */
  weft_channel *channel = make(NULL);
  CHECK(weft_channel_burst_bytes(channel) == 32 && weft_channel_clock_ps(channel) == 469);
  CHECK(weft_channel_submit(channel, 0, 4096, 0, 100) == 128);
  CHECK(weft_channel_tick(channel) == WEFT_ERROR_FACES_MIXED);
  CHECK(weft_channel_drain(channel) > 100);
  CHECK(weft_channel_tick(channel) > 100);
  CHECK(weft_channel_submit(channel, 0, 32, 0, 0) == WEFT_ERROR_FACES_MIXED);
  weft_channel_destroy(channel);
  weft_channel_destroy(NULL);

  static const int speeds[] = {1600, 2133, 2667, 3200, 3733, 4267};
  double last = 0;
  for (size_t place = 0; place < sizeof speeds / sizeof *speeds; place++) {
    weft_channel_options options = WEFT_CHANNEL_OPTIONS_INIT;
    options.speed = speeds[place];
    options.postponed = 2;
    options.page = WEFT_PAGE_TIMEOUT;
    options.page_clocks = 200;
    options.write_queue = 16, options.write_low = 4, options.write_high = 12;
    channel = make(&options);
    CHECK(weft_channel_submit(channel, 0, 1 << 20, 0, 0) == 1 << 15);
    weft_channel_drain(channel);
    weft_channel_statistics stats = stats_of(channel);
    CHECK(stats.read_bytes == 1 << 20 && stats.bandwidth_gbps > last && stats.peak_fraction > 0.8);
    last = stats.bandwidth_gbps;
    weft_channel_destroy(channel);
  }
  puts("channel: passed");
  return 0;
}
