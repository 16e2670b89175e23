// The precisions of a column's groups, from its rows.
#ifndef WEFT_AVX2_PRECISIONS_H
#define WEFT_AVX2_PRECISIONS_H

#include "columns.h"

// A header index or precision for each precision that a group can need.
typedef struct {
  __m256i low; // 0...15, in both halves
  __m256i last; // 16
} precision_look;

typedef struct {
  precision_look index, stored;
} precision_looks;

WEFT_INLINE precision_look make_look(const uint8_t of[32]) {
  precision_look look;
  look.low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)of));
  look.last = _mm256_set1_epi8((char)of[16]);
  return look;
}

WEFT_INLINE precision_looks make_precision_looks(const weft_coding *coding) {
  return (precision_looks){make_look(coding->index_of), make_look(coding->stored_of)};
}

WEFT_INLINE __m256i look_up(const precision_look *look, __m256i needed, int wide) {
  const __m256i x = _mm256_shuffle_epi8(look->low, needed);
  return wide ? _mm256_blendv_epi8(x, look->last, _mm256_cmpeq_epi8(needed, _mm256_set1_epi8(16))) : x;
}

// The precision that the lanes of each byte of the rows need: one above the last plane that differs from the one below
// it (two's complement) or from zero.
WEFT_INLINE __m256i needed_of_octets(const uint8_t *rows, size_t pitch, int is_signed, int wide) {
  const __m256i one = _mm256_set1_epi8(1), reading = _mm256_set1_epi8(is_signed ? -1 : 0);
  __m256i needed = _mm256_setzero_si256(), below = _mm256_setzero_si256(), level = one;
  for (unsigned plane = 0; plane < (wide ? 16 : 8); plane++) {
    const __m256i row = load_row(rows, pitch, plane);
    const __m256i same = _mm256_cmpeq_epi8(row, below);
    needed = _mm256_max_epu8(needed, _mm256_andnot_si256(same, level));
    level = _mm256_add_epi8(level, one);
    below = _mm256_and_si256(row, reading);
  }
  return needed;
}

// The largest of each group, in all of its bytes.
WEFT_INLINE __m256i join_groups(__m256i x, unsigned group_log2) {
  if (group_log2 >= 4) x = _mm256_max_epu8(x, _mm256_or_si256(_mm256_srli_epi16(x, 8), _mm256_slli_epi16(x, 8)));
  if (group_log2 >= 5) x = _mm256_max_epu8(x, _mm256_shufflehi_epi16(_mm256_shufflelo_epi16(x, 0xB1), 0xB1));
  if (group_log2 >= 6) x = _mm256_max_epu8(x, _mm256_shuffle_epi32(x, 0xB1));
  if (group_log2 >= 7) x = _mm256_max_epu8(x, _mm256_shuffle_epi32(x, 0x4E));
  if (group_log2 == 8) x = _mm256_max_epu8(x, _mm256_permute4x64_epi64(x, 0x4E));
  return x;
}

// Bytes 0, 2, 4, ... of a register.
WEFT_INLINE __m128i even_bytes(__m256i x) {
  x = _mm256_and_si256(x, _mm256_set1_epi16(255));
  return _mm256_castsi256_si128(_mm256_permute4x64_epi64(_mm256_packus_epi16(x, x), 0xD8));
}

// One byte for each group of a column out of one for every eight lanes.
WEFT_INLINE void store_groups(uint8_t *target, __m256i x, unsigned group_log2) {
  if (group_log2 == 3) {
    _mm256_storeu_si256((__m256i *)target, x);
    return;
  }
  __m128i y = even_bytes(x);
  if (group_log2 >= 5) y = _mm_packus_epi16(_mm_and_si128(y, _mm_set1_epi16(255)), _mm_setzero_si128());
  if (group_log2 >= 6) y = _mm_packus_epi16(_mm_and_si128(y, _mm_set1_epi16(255)), _mm_setzero_si128());
  if (group_log2 >= 7) y = _mm_packus_epi16(_mm_and_si128(y, _mm_set1_epi16(255)), _mm_setzero_si128());
  _mm_storeu_si128((__m128i *)target, y);
}

#endif
