// The array's loops in plain C; compiled once for each instruction set that the compiler makes good code for.
#ifndef WEFT_ARRAY_GENERIC_H
#define WEFT_ARRAY_GENERIC_H

#include <string.h>

#include "array.h"

// Set bits of 32 words.
static inline __attribute__((always_inline)) void count_bits(uint16_t *x) {
  for (int w = 0; w < 32; w++) {
    uint16_t v = x[w];
    v = (uint16_t)(v - (v >> 1 & 0x5555));
    v = (uint16_t)((v & 0x3333) + (v >> 2 & 0x3333));
    v = (uint16_t)((v + (v >> 4)) & 0x0F0F);
    x[w] = (uint16_t)((v + (v >> 8)) & 0x1F);
  }
}

static inline __attribute__((always_inline)) void generic_accumulate(
  const weft_tile *tile, const weft_factors *factors, int64_t *sums) {
  unsigned top = 16;
  while (top > 0 && tile->at_least[top] == 0) top--;
  for (size_t item = 0; item < factors->item_count; item++) {
    for (unsigned j = 0; j < factors->plane_count; j++) {
      const uint16_t *factor = factors->words + item * factors->item_stride + j * factors->plane_stride;
      int32_t plane_sums[32] = {0};
      for (unsigned i = 0; i < top; i++) {
        // The counts of bricks that end here are signed; those of wider ones are not.
        int16_t counts[32] = {0};
        for (unsigned k = 0; k < tile->at_least[i + 1]; k++) {
          const uint16_t *words = tile->words + tile->order[k] * tile->brick_stride + i * 32;
          const uint16_t f = factor[tile->order[k]];
          uint16_t both[32];
          for (int w = 0; w < 32; w++) both[w] = words[w] & f;
          count_bits(both);
          if (tile->is_signed && k >= tile->at_least[i + 2]) {
            for (int w = 0; w < 32; w++) counts[w] = (int16_t)(counts[w] - (int16_t)both[w]);
          } else {
            for (int w = 0; w < 32; w++) counts[w] = (int16_t)(counts[w] + (int16_t)both[w]);
          }
        }
        for (int w = 0; w < 32; w++) plane_sums[w] += (int32_t)((uint32_t)(int32_t)counts[w] << i);
      }
      const int64_t weight = factors->is_signed && j + 1 == factors->plane_count ? -((int64_t)1 << j) : (int64_t)1 << j;
      int64_t *target = sums + item * 32;
      for (int w = 0; w < 32; w++) target[w] += plane_sums[w] * weight;
    }
  }
}

static inline __attribute__((always_inline)) void generic_gather(
  const uint16_t *source, size_t plane_stride, unsigned planes, const weft_window_run *runs, size_t run_count,
  unsigned shift, uint16_t mask, unsigned rise, int adds, uint16_t *target) {
  for (unsigned plane = 0; plane < planes; plane++, target += 32, source += plane_stride) {
    if (!adds) memset(target, 0, 64);
    for (size_t r = 0; r < run_count; r++) {
      const uint16_t *from = source + runs[r].position;
      uint16_t *to = target + runs[r].window;
      for (int32_t w = 0; w < runs[r].count; w++)
        to[w] |= (uint16_t)((from[(int64_t)w * runs[r].stride] >> shift & mask) << rise);
    }
  }
}

static inline __attribute__((always_inline)) void generic_widths(
  const uint16_t *tile, unsigned planes, int is_signed, uint8_t *widths) {
  for (int w = 0; w < 32; w++) widths[w] = 0;
  if (planes == 0) return;
  const uint16_t *top = tile + (planes - 1) * 32;
  for (int w = 0; w < 32; w++) widths[w] = is_signed && top[w] != 0;
  for (unsigned plane = 0; plane < planes; plane++) {
    for (int w = 0; w < 32; w++) {
      const uint16_t differs = (uint16_t)(tile[plane * 32 + w] ^ (is_signed ? top[w] : 0));
      if (differs) widths[w] = (uint8_t)(plane + 1 + (is_signed != 0));
    }
  }
}

static inline __attribute__((always_inline)) void generic_values(
  const uint16_t *words, size_t plane_stride, unsigned planes, int is_signed, unsigned count, int32_t *target,
  size_t stride) {
  uint16_t held[16][32] = {{0}};
  for (unsigned plane = 0; plane < planes; plane++) memcpy(held[plane], words + plane * plane_stride, 2 * count);
  for (unsigned lane = 0; lane < 16; lane++) {
    uint16_t value[32] = {0};
    for (unsigned plane = 0; plane < planes; plane++) {
      for (int w = 0; w < 32; w++) value[w] |= (uint16_t)((held[plane][w] >> lane & 1) << plane);
    }
    const unsigned shift = planes > 0 ? 16 - planes : 0;
    int32_t wide[32];
    if (is_signed) {
      for (int w = 0; w < 32; w++) wide[w] = (int16_t)(value[w] << shift) >> shift;
    } else {
      for (int w = 0; w < 32; w++) wide[w] = value[w];
    }
    memcpy(target + lane * stride, wide, 4 * count);
  }
}

static inline __attribute__((always_inline)) int64_t generic_finish(
  int64_t *sums, int32_t *outputs, size_t count, unsigned scale, int64_t bias, unsigned shift, int64_t zero_point,
  int64_t low, int64_t high, int64_t limit) {
  const int64_t half = (int64_t)1 << (shift - 1);
  uint64_t outside = 0;
  for (size_t w = 0; w < count; w++) {
    const int64_t sum = (int64_t)((uint64_t)sums[w] << scale) + bias;
    sums[w] = sum;
    outside |= (uint64_t)limit - (uint64_t)sum;
    outside |= (uint64_t)sum + (uint64_t)limit + 1;
    int64_t value = ((sum + half) >> shift) + zero_point;
    value = value < low ? low : value;
    value = value > high ? high : value;
    outputs[w] = (int32_t)value;
  }
  return (int64_t)outside;
}

static inline __attribute__((always_inline)) uint64_t generic_limit(
  const uint64_t *words, size_t count, size_t rounds) {
  uint64_t a = 0, b = 0, c = 0, d = 0;
  for (size_t round = 0; round < rounds; round++) {
    const uint64_t w = (round | 1) * 0x9E3779B97F4A7C15ULL;
    for (size_t k = 0; k < count; k += 4) {
      a += (uint64_t)__builtin_popcountll(words[k] & w);
      b += (uint64_t)__builtin_popcountll(words[k + 1] & w);
      c += (uint64_t)__builtin_popcountll(words[k + 2] & w);
      d += (uint64_t)__builtin_popcountll(words[k + 3] & w);
    }
  }
  return a + b + c + d;
}

#endif
