// The transposition of 16 lanes in ordinary registers.
#ifndef WEFT_BITS_H
#define WEFT_BITS_H

#include <stdint.h>
#include <string.h>

// Rows and columns of 16 x 16 bits, four rows a word, change places: four rounds that exchange corners of 8, 4, 2 and
// 1 bits.
static inline void exchange_corners(uint64_t *x, uint64_t *y, unsigned shift, uint64_t mask) {
  uint64_t t = ((*x >> shift) ^ *y) & mask;
  *y ^= t;
  *x ^= t << shift;
}

static inline void transpose_16x16(const uint16_t from[16], uint16_t to[16]) {
  uint64_t x[4];
  memcpy(x, from, 32);
  exchange_corners(x, x + 2, 8, 0x00FF00FF00FF00FFULL);
  exchange_corners(x + 1, x + 3, 8, 0x00FF00FF00FF00FFULL);
  exchange_corners(x, x + 1, 4, 0x0F0F0F0F0F0F0F0FULL);
  exchange_corners(x + 2, x + 3, 4, 0x0F0F0F0F0F0F0F0FULL);
  for (unsigned i = 0; i < 4; i++) {
    // Rows two and one apart lie in the same word.
    uint64_t t = ((x[i] >> 2) ^ (x[i] >> 32)) & 0x0000000033333333ULL;
    x[i] ^= t << 2 ^ t << 32;
    t = ((x[i] >> 1) ^ (x[i] >> 16)) & 0x0000555500005555ULL;
    x[i] ^= t << 1 ^ t << 16;
  }
  memcpy(to, x, 32);
}

static inline void unit_planes(const uint16_t lanes[16], uint16_t planes[16]) { transpose_16x16(lanes, planes); }

static inline void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]) { transpose_16x16(planes, lanes); }

#endif
