/* A program of a user's, to be compared with the command.
 * usage: program pack VALUES ROWS COLUMNS NAME OUT | run NETWORK.weft ARRAY | traffic NETWORK.weft ARRAY | channel TRACE */
#include <inttypes.h>

#include "support.h"

static int pack_file(char **words) {
  bytes values = read_file("", words[2]);
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 2;
  tensor.shape[0] = atoll(words[3]);
  tensor.shape[1] = atoll(words[4]);
  tensor.name = words[5];
  bytes packed = pack(&tensor, values.start, NULL);
  bytes back = allocate(values.count);
  CHECK(weft_unpack(packed.start, packed.count, back.start, back.count, NULL) == (int64_t)values.count);
  CHECK(memcmp(values.start, back.start, values.count) == 0);
  FILE *out = fopen(words[6], "wb");
  CHECK(out && fwrite(packed.start, 1, packed.count, out) == packed.count && fclose(out) == 0);
  free(values.start), free(packed.start), free(back.start);
  return 0;
}

static weft_network *open_network(const char *path, weft_container **container) {
  weft_network *network;
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t result = weft_container_open_file(path, container, &problem);
  CHECK_GOOD(result, problem);
  result = weft_network_open(*container, &network, &problem);
  CHECK_GOOD(result, problem);
  return network;
}

static void print_layer(const weft_network *network, int64_t layer) {
  char name[256];
  CHECK(weft_network_layer_name(network, layer, name, sizeof name) >= 0);
  printf("%s", name);
}

static int run_file(char **words) {
  weft_container *container;
  weft_network *network = open_network(words[2], &container);
  int64_t layers = weft_network_layer_count(network);
  weft_layer_run *runs = (weft_layer_run *)calloc((size_t)layers, sizeof *runs);
  CHECK(runs);
  runs[0].size = sizeof *runs;
  weft_run_options options = WEFT_RUN_OPTIONS_INIT;
  options.array = words[3];
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t ran = weft_network_run(network, NULL, 0, NULL, 0, runs, (size_t)layers, &options, &problem);
  CHECK_GOOD(ran, problem);
  for (int64_t layer = 0; layer < layers; layer++) {
    print_layer(network, layer);
    printf(" %" PRId64 " %" PRId64 " %" PRId64 "\n", runs[layer].macs, runs[layer].cycles, runs[layer].dpnn_cycles);
  }
  free(runs), weft_network_close(network), weft_container_close(container);
  return 0;
}

static int traffic_file(char **words) {
  weft_container *container;
  weft_network *network = open_network(words[2], &container);
  int64_t layers = weft_network_layer_count(network);
  weft_layer_traffic *rows = (weft_layer_traffic *)calloc((size_t)layers, sizeof *rows);
  CHECK(rows);
  rows[0].size = sizeof *rows;
  weft_layer_traffic total = WEFT_LAYER_TRAFFIC_INIT;
  weft_run_options options = WEFT_RUN_OPTIONS_INIT;
  options.array = words[3];
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t count = weft_network_traffic(network, NULL, 0, rows, (size_t)layers, &total, &options, NULL, &problem);
  CHECK_GOOD(count, problem);
  for (int64_t place = 0; place < count; place++) {
    const weft_layer_traffic *row = &rows[place];
    print_layer(network, row->layer);
    printf(" %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %.17g\n", row->weights.raw_bits,
           row->inputs.payload_bits, row->outputs.header_bits, row->inputs.burst_bytes, row->burst_bytes,
           row->raw_burst_bytes, row->dram_ns);
  }
  printf("total %" PRId64 " %" PRId64 " %.17g %.17g\n", total.burst_bytes, total.raw_burst_bytes, total.dram_ns,
         total.energy_pj);
  free(rows), weft_network_close(network), weft_container_close(container);
  return 0;
}

/* A trace of lines "ADDRESS READ|WRITE CLOCK", a burst each. */
static int channel_file(char **words) {
  FILE *trace = fopen(words[2], "r");
  CHECK(trace != NULL);
  weft_channel *channel;
  CHECK(weft_channel_create(NULL, &channel, NULL) > 0);
  char kind[16], address[32];
  long long clock;
  while (fscanf(trace, "%31s %15s %lld", address, kind, &clock) == 3) {
    CHECK(weft_channel_submit(channel, strtoull(address, NULL, 16), 32, kind[0] == 'W', clock) == 1);
  }
  fclose(trace);
  weft_channel_drain(channel);
  weft_channel_statistics stats = WEFT_CHANNEL_STATISTICS_INIT;
  CHECK(weft_channel_stats(channel, &stats) >= 0);
  printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %.17g\n", stats.cycles, stats.reads, stats.writes,
         stats.activates, stats.energy_pj);
  weft_channel_destroy(channel);
  return 0;
}

int main(int count, char **words) {
  if (count == 7 && strcmp(words[1], "pack") == 0) return pack_file(words);
  if (count == 4 && strcmp(words[1], "run") == 0) return run_file(words);
  if (count == 4 && strcmp(words[1], "traffic") == 0) return traffic_file(words);
  if (count == 3 && strcmp(words[1], "channel") == 0) return channel_file(words);
  fputs("usage: see the source\n", stderr);
  return 2;
}
