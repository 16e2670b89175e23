// CRC-32C with the CPU's instruction: three streams at once, because one instruction waits three cycles for the last.
#if defined(__x86_64__)
#include <nmmintrin.h>
#include <string.h>

#include "kernels.h"

#define STREAM 1024

static uint32_t shift_table[4][256];

// One zero byte appended to a CRC, by the polynomial.
static uint32_t zero_byte(uint32_t crc) {
  for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
  return crc;
}

// Appending STREAM zero bytes is linear, so four tables of 256 entries do it.
__attribute__((constructor)) static void make_table(void) {
  uint32_t bit_shifted[32];
  for (int bit = 0; bit < 32; bit++) {
    uint32_t crc = 1u << bit;
    for (int byte = 0; byte < STREAM; byte++) crc = zero_byte(crc);
    bit_shifted[bit] = crc;
  }
  for (int place = 0; place < 4; place++) {
    for (int byte = 0; byte < 256; byte++) {
      uint32_t sum = 0;
      for (int bit = 0; bit < 8; bit++) {
        if (byte >> bit & 1) sum ^= bit_shifted[8 * place + bit];
      }
      shift_table[place][byte] = sum;
    }
  }
}

static inline uint32_t shift(uint32_t crc) {
  return shift_table[0][crc & 255] ^ shift_table[1][crc >> 8 & 255] ^ shift_table[2][crc >> 16 & 255] ^
         shift_table[3][crc >> 24];
}

static inline uint64_t word(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, 8);
  return value;
}

__attribute__((target("sse4.2"))) uint32_t weft_crc32c_sse42(uint32_t crc, const uint8_t *bytes, size_t count) {
  uint64_t state = ~crc;
  while (count >= 3 * STREAM) {
    uint64_t second = 0, third = 0;
    for (size_t at = 0; at < STREAM; at += 8) {
      state = _mm_crc32_u64(state, word(bytes + at));
      second = _mm_crc32_u64(second, word(bytes + STREAM + at));
      third = _mm_crc32_u64(third, word(bytes + 2 * STREAM + at));
    }
    state = shift(shift((uint32_t)state) ^ (uint32_t)second) ^ (uint32_t)third;
    bytes += 3 * STREAM;
    count -= 3 * STREAM;
  }
  for (; count >= 8; bytes += 8, count -= 8) state = _mm_crc32_u64(state, word(bytes));
  for (; count > 0; bytes++, count--) state = _mm_crc32_u8((uint32_t)state, *bytes);
  return ~(uint32_t)state;
}
#endif
