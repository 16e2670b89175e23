/* What a small program needs: packs and unpacks a tensor of 16 values and drives a channel by both faces. */
#include "support.h"

static void a_tensor_goes_there_and_back(void) {
  int16_t values[16], unpacked[16];
  uint8_t room[4096];
  for (int i = 0; i < 16; i++) values[i] = (int16_t)(i * i - 20);
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 1;
  tensor.shape[0] = 16;
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t count = weft_pack(&tensor, values, sizeof values, room, sizeof room, NULL, &problem);
  CHECK_GOOD(count, problem);
  CHECK_GOOD(weft_unpack(room, (size_t)count, unpacked, sizeof unpacked, &problem), problem);
  CHECK(memcmp(values, unpacked, sizeof values) == 0);
  /* The problem says what is wrong, and where. */
  room[count / 2] ^= 1;
  CHECK(weft_unpack(room, (size_t)count, unpacked, sizeof unpacked, &problem) < 0);
  CHECK(problem.code < 0 && problem.offset >= 0 && problem.text[0] != 0);
}

static void a_channel_serves_both_faces(void) {
  weft_channel *channel;
  weft_problem problem = WEFT_PROBLEM_INIT;
  CHECK_GOOD(weft_channel_create(NULL, &channel, &problem), problem);
  CHECK(weft_channel_submit(channel, 0, 4096, 0, 0) == 4096 / weft_channel_burst_bytes(channel));
  CHECK(weft_channel_drain(channel) > 0);
  CHECK(weft_channel_will_accept(channel, 1) == 1);
  CHECK(weft_channel_add_transaction(channel, 0, 1, 7) == 1);
  weft_completion completion = WEFT_COMPLETION_INIT;
  do weft_channel_tick(channel);
  while (weft_channel_next_completion(channel, &completion) == 0);
  CHECK(completion.tag == 7 && completion.is_write == 1);
  weft_channel_statistics stats = WEFT_CHANNEL_STATISTICS_INIT;
  CHECK(weft_channel_stats(channel, &stats) > 0);
  CHECK(stats.read_bytes == 4096 && stats.write_bytes == 32 && stats.energy_pj > 0);
  CHECK(weft_channel_destroy(channel) == 0);
}

int main(void) {
  CHECK(weft_version() == WEFT_VERSION);
  a_tensor_goes_there_and_back();
  a_channel_serves_both_faces();
  return 0;
}
