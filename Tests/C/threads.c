/* Eight threads at once: handles of their own, and one container that all read. usage: threads NETWORK.weft */
#include <pthread.h>

#include "support.h"

enum { threads = 8, rounds = 6, count = 40000 };

static weft_container *shared_container;
static weft_network *shared_network;
static int64_t shared_cycles;

static int64_t cycles_of(const weft_network *network, int executor_threads) {
  weft_problem problem = WEFT_PROBLEM_INIT;
  weft_run_options options = WEFT_RUN_OPTIONS_INIT;
  options.threads = executor_threads;
  weft_layer_run runs[64];
  for (int layer = 0; layer < 64; layer++) runs[layer].size = sizeof *runs;
  int64_t ran = weft_network_run(network, NULL, 0, NULL, 0, runs, 64, &options, &problem);
  CHECK_GOOD(ran, problem);
  int64_t cycles = 0;
  for (int64_t layer = 0; layer < weft_network_layer_count(network); layer++) cycles += runs[layer].cycles;
  return cycles;
}

static void *work(void *argument) {
  uint64_t number = (uint64_t)(size_t)argument;
  int16_t *values = (int16_t *)malloc(2 * count), *back = (int16_t *)malloc(2 * count);
  CHECK(values && back);
  for (uint64_t round = 0; round < rounds; round++) {
    fill_values(values, count, number * 100 + round);
    weft_tensor tensor = WEFT_TENSOR_INIT;
    tensor.type = WEFT_INT16;
    tensor.rank = 1;
    tensor.shape[0] = count;
    bytes packed = pack(&tensor, values, NULL);
    CHECK(weft_unpack(packed.start, packed.count, back, 2 * count, NULL) == 2 * count);
    CHECK(memcmp(values, back, 2 * count) == 0);
    free(packed.start);

    weft_channel *channel;
    CHECK(weft_channel_create(NULL, &channel, NULL) > 0);
    for (uint64_t burst = 0; burst < 500; burst++) {
      while (!weft_channel_will_accept(channel, 0)) weft_channel_tick(channel);
      CHECK(weft_channel_add_transaction(channel, burst * 4096 % (1 << 20), 0, (int64_t)burst) == 1);
    }
    weft_channel_drain(channel);
    weft_channel_destroy(channel);

    for (int64_t place = 0; place < weft_container_tensor_count(shared_container); place++) {
      weft_tensor read = WEFT_TENSOR_INIT;
      int64_t size = weft_container_tensor(shared_container, place, &read);
      CHECK(size >= 0 && size <= 1 << 20);
      uint8_t *room = (uint8_t *)malloc((size_t)size + 1);
      CHECK(room && weft_container_read(shared_container, place, room, (size_t)size, NULL) == size);
      free(room);
    }
    CHECK(cycles_of(shared_network, round % 2 == 0 ? 1 : 2) == shared_cycles);
  }
  free(values), free(back);
  return NULL;
}

int main(int arguments, char **words) {
  CHECK(arguments == 2);
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t tensors = weft_container_open_file(words[1], &shared_container, &problem);
  CHECK_GOOD(tensors, problem);
  CHECK(weft_network_open(shared_container, &shared_network, &problem) > 0);
  shared_cycles = cycles_of(shared_network, 1);
  CHECK(shared_cycles > 0);
  pthread_t ids[threads];
  for (size_t number = 0; number < threads; number++) CHECK(pthread_create(&ids[number], NULL, work, (void *)number) == 0);
  for (size_t number = 0; number < threads; number++) CHECK(pthread_join(ids[number], NULL) == 0);
  weft_network_close(shared_network);
  weft_container_close(shared_container);
  puts("threads: passed");
  return 0;
}
