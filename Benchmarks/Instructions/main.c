// Packs and unpacks one made-up tensor with one kernel, for a counter of instructions: it counts within measured_pack
// and measured_unpack only. Prints the number of values.
// usage: main KERNEL LANE_BYTES GROUP_LOG2 BLOCK_LANES
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CWeftKernels.h"

enum { values = 65536 };

static uint8_t lanes[2 * values], again[2 * values], rows[4 * values], indices[values / 8 + 64];
static weft_coding coding;
static const weft_kernel *kernel;
static size_t block_lanes;

__attribute__((noinline)) int64_t measured_pack(void) {
  return kernel->encode(&coding, lanes, values, block_lanes, indices, rows, sizeof rows);
}

__attribute__((noinline)) void measured_unpack(int64_t bytes) {
  kernel->decode(
    &coding, rows, (size_t)bytes, indices, values, block_lanes, weft_decode_sign_extends, again);
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  for (size_t place = 0; (kernel = weft_kernel_at(place)) && strcmp(kernel->name, arguments[1]) != 0;) place++;
  if (!kernel) return 1;
  coding.lane_bytes = (uint8_t)atoi(arguments[2]);
  coding.width = (uint8_t)(8 * coding.lane_bytes);
  coding.is_signed = 1;
  coding.group_log2 = (uint8_t)atoi(arguments[3]);
  block_lanes = (size_t)atoi(arguments[4]);
  memset(coding.index_of, 255, sizeof coding.index_of);
  memset(coding.precision_of, 255, sizeof coding.precision_of);
  for (unsigned needed = 0; needed <= coding.width; needed++) {
    unsigned stored = needed > 0 ? needed : 1;
    coding.index_of[needed] = (uint8_t)(stored - 1);
    coding.stored_of[needed] = (uint8_t)stored;
    coding.precision_of[stored - 1] = (uint8_t)stored;
  }
  // Two's complement; every 16 values draw their width anew, up to three quarters of the type's.
  uint64_t state = 0x9E3779B97F4A7C15;
  unsigned width = 0;
  for (size_t i = 0; i < values; i++) {
    state = state * 6364136223846793005 + 1442695040888963407;
    if (i % 16 == 0) width = (unsigned)(state >> 40) % (coding.width * 3u / 4);
    uint16_t value = (uint16_t)((state >> 33 & ((1u << width) - 1)) - (1u << width >> 1));
    memcpy(lanes + i * coding.lane_bytes, &value, coding.lane_bytes);
  }
  int64_t bytes = measured_pack();
  if (bytes < 0) return 1;
  measured_unpack(bytes);
  if (memcmp(lanes, again, values * coding.lane_bytes) != 0) return 1;
  printf("%d\n", values);
  return 0;
}
