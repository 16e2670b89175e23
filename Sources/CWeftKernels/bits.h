// The transposition of 16 lanes in ordinary registers.
#ifndef WEFT_BITS_H
#define WEFT_BITS_H

#include <stdint.h>
#include <string.h>

// Rows and columns of 8 x 8 bits change places: three rounds that exchange 1-, 2- and 4-bit corners.
static inline uint64_t transpose_8x8(uint64_t x) {
  uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAULL;
  x ^= t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCULL;
  x ^= t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ULL;
  return x ^ t ^ (t << 28);
}

// Four words of two bytes each: low bytes together, then high bytes.
static inline uint64_t part_bytes(uint64_t x) {
  uint64_t t = (x ^ (x >> 8)) & 0x0000FF000000FF00ULL;
  x ^= t ^ (t << 8);
  t = (x ^ (x >> 16)) & 0x00000000FFFF0000ULL;
  return x ^ t ^ (t << 16);
}

static inline uint64_t join_bytes(uint64_t x) {
  uint64_t t = (x ^ (x >> 16)) & 0x00000000FFFF0000ULL;
  x ^= t ^ (t << 16);
  t = (x ^ (x >> 8)) & 0x0000FF000000FF00ULL;
  return x ^ t ^ (t << 8);
}

// Two registers of bytes [low 4, high 4] to low 8 and high 8, transposed.
static inline void octet_planes(const uint16_t lanes[8], uint64_t *low, uint64_t *high) {
  uint64_t a, b;
  memcpy(&a, lanes, 8);
  memcpy(&b, lanes + 4, 8);
  a = part_bytes(a);
  b = part_bytes(b);
  *low = transpose_8x8((a & 0xFFFFFFFF) | b << 32);
  *high = transpose_8x8(a >> 32 | (b & 0xFFFFFFFF00000000ULL));
}

static inline void octet_lanes(uint64_t low, uint64_t high, uint16_t lanes[8]) {
  low = transpose_8x8(low);
  high = transpose_8x8(high);
  uint64_t a = join_bytes((low & 0xFFFFFFFF) | high << 32);
  uint64_t b = join_bytes(low >> 32 | (high & 0xFFFFFFFF00000000ULL));
  memcpy(lanes, &a, 8);
  memcpy(lanes + 4, &b, 8);
}

static inline void interleave(uint64_t a, uint64_t b, uint16_t words[8]) {
  for (unsigned i = 0; i < 8; i++) {
    words[i] = (uint16_t)((a >> (8 * i) & 255) | (b >> (8 * i) & 255) << 8);
  }
}

static inline uint64_t even_bytes(const uint16_t words[8], unsigned shift) {
  uint64_t x = 0;
  for (unsigned i = 0; i < 8; i++) x |= (uint64_t)(words[i] >> shift & 255) << (8 * i);
  return x;
}

#ifndef WEFT_OWN_UNITS
static inline void unit_planes(const uint16_t lanes[16], uint16_t planes[16]) {
  uint64_t low[2], high[2];
  octet_planes(lanes, low, high);
  octet_planes(lanes + 8, low + 1, high + 1);
  interleave(low[0], low[1], planes);
  interleave(high[0], high[1], planes + 8);
}

static inline void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]) {
  octet_lanes(even_bytes(planes, 0), even_bytes(planes + 8, 0), lanes);
  octet_lanes(even_bytes(planes, 8), even_bytes(planes + 8, 8), lanes + 8);
}
#endif

#endif
