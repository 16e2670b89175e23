// CRC-32C by carry-less multiplication, and of rows while they are written.
#ifndef WEFT_AVX512_CHECKSUM_H
#define WEFT_AVX512_CHECKSUM_H

#include "../kernels.h"
#include "avx512.h"
#include "lanes.h"

enum { checksum_block = 256 };

// Keys move 16 bytes on by a distance: x^(bits + 31) for their low half and x^(bits - 33) for their high one, mod the
// polynomial, reflected (V. Gopal et al., Fast CRC Computation Using PCLMULQDQ, Intel 2009).
WEFT_INLINE __m512i fold_on(__m512i sum, __m512i keys, __m512i next) {
  __m512i low = _mm512_clmulepi64_epi128(sum, keys, 0x00);
  __m512i high = _mm512_clmulepi64_epi128(sum, keys, 0x11);
  return _mm512_ternarylogic_epi64(low, high, next, 0x96);
}

WEFT_INLINE __m128i fold_16(__m128i sum, __m128i keys, __m128i next) {
  __m128i low = _mm_clmulepi64_si128(sum, keys, 0x00);
  __m128i high = _mm_clmulepi64_si128(sum, keys, 0x11);
  return _mm_ternarylogic_epi64(low, high, next, 0x96);
}

WEFT_INLINE __m512i keys_of(uint32_t low, uint32_t high) {
  return _mm512_set4_epi32(0, (int)high, 0, (int)low);
}

// Four registers, each moved on by a block.
WEFT_INLINE __m512i by_block(void) { return keys_of(0xDCB17AA4, 0xB9E02B86); }

// The first block of bytes whose checksum so far is `crc`.
WEFT_INLINE void begin_sums(__m512i sums[4], uint32_t crc, const uint8_t *bytes) {
  for (unsigned i = 0; i < 4; i++) sums[i] = _mm512_loadu_si512(bytes + 64 * i);
  sums[0] = _mm512_xor_si512(sums[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
}

// Takes whole blocks up to `end`; returns where they end.
WEFT_INLINE const uint8_t *take_blocks(__m512i sums[4], const uint8_t *bytes, const uint8_t *end) {
  const __m512i keys = by_block();
  for (; end - bytes >= checksum_block; bytes += checksum_block) {
    for (unsigned i = 0; i < 4; i++) sums[i] = fold_on(sums[i], keys, _mm512_loadu_si512(bytes + 64 * i));
  }
  return bytes;
}

// The checksum of what the sums have taken and of less than a block after it.
WEFT_INLINE uint32_t end_sums(const __m512i sums[4], const uint8_t *bytes, size_t count) {
  const __m512i by_register = keys_of(0x740EEF02, 0x9E4ADDF8);
  const __m128i by_lane = _mm512_castsi512_si128(keys_of(0xF20C0DFE, 0x493C7D27));
  __m512i all = sums[0];
  for (unsigned i = 1; i < 4; i++) all = fold_on(all, by_register, sums[i]);
  for (; count >= 64; bytes += 64, count -= 64) all = fold_on(all, by_register, _mm512_loadu_si512(bytes));
  __m128i sum = _mm512_castsi512_si128(all);
  sum = fold_16(sum, by_lane, _mm512_extracti32x4_epi32(all, 1));
  sum = fold_16(sum, by_lane, _mm512_extracti32x4_epi32(all, 2));
  sum = fold_16(sum, by_lane, _mm512_extracti32x4_epi32(all, 3));
  uint64_t rest = _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(sum));
  rest = _mm_crc32_u64(rest, (uint64_t)_mm_extract_epi64(sum, 1));
  return weft_sse42_crc32c(~(uint32_t)rest, bytes, count);
}

// A checksum that follows the rows: each part is taken while it is in the first-level cache, and in pieces so small
// that what comes from memory goes on coming.
typedef struct {
  __m512i sums[4];
  const uint8_t *at;  // what lies before is taken
  uint32_t *checksum; // null where none is wanted
  int has_begun;
  size_t blocks;      // to be taken one by one
} row_checksum;

WEFT_INLINE void begin_checksum(row_checksum *sum, const uint8_t *rows, uint32_t *checksum) {
  sum->at = rows;
  sum->checksum = checksum;
  sum->has_begun = 0;
  sum->blocks = 0;
}

// Whether the sums have begun, which they do where `end` is far enough.
WEFT_INLINE int begin_rows(row_checksum *sum, const uint8_t *end) {
  if (!sum->checksum || end - sum->at < 2 * checksum_block) return 0;
  if (!sum->has_begun) {
    // Registers that lie in two lines each take more time than the few bytes before the first line that is whole.
    const size_t head = (size_t)(-(uintptr_t)sum->at & 63);
    begin_sums(sum->sums, weft_sse42_crc32c(*sum->checksum, sum->at, head), sum->at + head);
    sum->at += head + checksum_block;
    sum->has_begun = 1;
  }
  return 1;
}

// Leaves rows up to `end` to be taken a block at a time between other work, which hides most of what that costs.
WEFT_INLINE void leave_rows(row_checksum *sum, const uint8_t *end) {
  sum->blocks = begin_rows(sum, end) ? (size_t)(end - sum->at) / checksum_block : 0;
}

// Takes one block of those that were left, if any is; what is never taken is left with the next rows. Rows are no longer
// than their lanes: who takes a block beside as many bytes of lanes leaves none over.
WEFT_INLINE void take_block(row_checksum *sum) {
  if (sum->blocks == 0) return;
  sum->blocks--;
  sum->at = take_blocks(sum->sums, sum->at, sum->at + checksum_block);
}

// Takes the rest.
WEFT_INLINE void end_checksum(row_checksum *sum, const uint8_t *end) {
  if (!sum->checksum) return;
  if (sum->has_begun) {
    sum->at = take_blocks(sum->sums, sum->at, end);
    *sum->checksum = end_sums(sum->sums, sum->at, (size_t)(end - sum->at));
  } else {
    *sum->checksum = weft_avx512_crc32c(*sum->checksum, sum->at, (size_t)(end - sum->at));
  }
}

#endif
