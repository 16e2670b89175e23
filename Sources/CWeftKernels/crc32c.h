// CRC-32C by its own instruction.
#ifndef WEFT_CRC32C_H
#define WEFT_CRC32C_H

#include <immintrin.h>
#include <string.h>

#include "CWeftKernels.h"

#define WEFT_CRC32C static inline __attribute__((always_inline, target("sse4.2,pclmul")))

WEFT_CRC32C uint64_t take_word(uint64_t state, const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return _mm_crc32_u64(state, word);
}

// The states of three parts, one behind the other: the instruction can begin every cycle and ends three cycles later,
// so that three at a time hide the wait.
typedef struct {
  uint64_t first, second, third;
} crc32c_thirds;

// Takes a word of each part, `bytes` being that of the first.
WEFT_CRC32C void take_word_each(crc32c_thirds *thirds, const uint8_t *bytes, size_t part) {
  thirds->first = take_word(thirds->first, bytes);
  thirds->second = take_word(thirds->second, bytes + part);
  thirds->third = take_word(thirds->third, bytes + 2 * part);
}

// `by_one` and `by_two` move a state on by one part and by two.
WEFT_CRC32C uint64_t join_thirds(const crc32c_thirds *thirds, uint32_t by_one, uint32_t by_two) {
  const __m128i keys = _mm_set_epi32(0, (int)by_one, 0, (int)by_two);
  const __m128i first = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)thirds->first), keys, 0x00);
  const __m128i second = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)thirds->second), keys, 0x10);
  return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(_mm_xor_si128(first, second))) ^ thirds->third;
}

WEFT_CRC32C uint64_t take_thirds(
  uint64_t state, const uint8_t *bytes, size_t part, uint32_t by_one, uint32_t by_two) {
  crc32c_thirds thirds = {.first = state};
  for (size_t i = 0; i < part; i += 8) take_word_each(&thirds, bytes + i, part);
  return join_thirds(&thirds, by_one, by_two);
}

// The least that is worth joining: parts of `crc32c_part` bytes, and what moves a state on by one of them and by two,
// entries 7 and 8 of `join_keys` in `x86.c`.
enum { crc32c_part = 128, crc32c_stretch = 3 * crc32c_part };
#define CRC32C_BY_ONE 0x0D3B6092
#define CRC32C_BY_TWO 0xB9E02B86

#endif
