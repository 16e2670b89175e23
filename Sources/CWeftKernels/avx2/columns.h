// 256 lanes, a column, as rows of 32 bytes and back.
#ifndef WEFT_AVX2_COLUMNS_H
#define WEFT_AVX2_COLUMNS_H

#include "row_sum.h"

enum {
  column_lanes = 256,
  column_bytes = column_lanes / 8,
  most_rows = 16 * column_bytes,
  batch_columns = 8,
  batch_lanes = batch_columns * column_lanes
};

// Register j of a column: 16 bytes of its first half and 16 of its second.
WEFT_INLINE __m256i load_of_column(const uint8_t *lanes, unsigned j, const value_rule *rule, int wide, int plain) {
  const __m256i x = load_halves(lanes + 16 * j, lanes + (wide ? 256 : 128) + 16 * j);
  return plain ? x : value_of_lane(x, rule, wide);
}

// Row b of the column goes to `rows` + b * `pitch`. Where `sums`, here and below, a stretch of the checksum is taken
// beside: the caller knows that there is one.
WEFT_INLINE void rows_of_words(
  const uint8_t *lanes, const value_rule *rule, uint8_t *rows, size_t pitch, row_sum *sum, int plain, int sums) {
  crc32c_thirds thirds;
  if (sums) thirds = begin_stretch(sum);
  __m256i all[16];
  for (unsigned k = 0; k < 4; k++) {
    __m256i x[4];
    for (unsigned i = 0; i < 4; i++) x[i] = load_of_column(lanes, 4 * i + k, rule, 1, plain);
    zip(x, 4, 2, 1), exchange(x, 4, 2, 4);
    zip(x, 4, 1, 1), exchange(x, 4, 1, 2);
    for (unsigned i = 0; i < 4; i++) all[4 * i + k] = x[i];
  }
  for (unsigned i = 0; i < 4; i++) {
    __m256i x[4];
    for (unsigned k = 0; k < 4; k++) x[k] = all[4 * i + k];
    zip(x, 4, 2, 1), exchange(x, 4, 2, 1);
    zip(x, 4, 1, 1);
    for (unsigned k = 0; k < 4; k++) {
      const unsigned plane = 2 * i + (k >> 1) + 8 * (k & 1);
      _mm256_storeu_si256((__m256i *)(rows + plane * pitch), x[k]);
      if (sums) take_share(&thirds, sum, 4 * i + k, 16);
    }
  }
  if (sums) end_stretch(&thirds, sum);
}

WEFT_INLINE void rows_of_bytes(
  const uint8_t *lanes, const value_rule *rule, uint8_t *rows, size_t pitch, row_sum *sum, int plain, int sums) {
  crc32c_thirds thirds;
  if (sums) thirds = begin_stretch(sum);
  __m256i x[8];
  for (unsigned i = 0; i < 8; i++) x[i] = load_of_column(lanes, i, rule, 0, plain);
  zip(x, 8, 4, 1);
  zip(x, 8, 2, 1), exchange(x, 8, 2, 4);
  zip(x, 8, 1, 1), exchange(x, 8, 1, 2);
  zip(x, 8, 4, 1), exchange(x, 8, 4, 1);
  for (unsigned i = 0; i < 8; i++) {
    const unsigned plane = (i & 2) * 2 + (i & 1) * 2 + (i >> 2);
    _mm256_storeu_si256((__m256i *)(rows + plane * pitch), x[i]);
    if (sums) take_share(&thirds, sum, i, 8);
  }
  if (sums) end_stretch(&thirds, sum);
}

// Sign bits of values by their precision.
#define WEFT_SIGNS4(sign) sign, sign, sign, sign
#define WEFT_SIGNS8(sign) {WEFT_SIGNS4(sign), WEFT_SIGNS4(sign)}
#define WEFT_SIGNS16(sign) {WEFT_SIGNS4(sign), WEFT_SIGNS4(sign), WEFT_SIGNS4(sign), WEFT_SIGNS4(sign)}
static const uint16_t word_signs[17][8] __attribute__((aligned(16))) = {
  WEFT_SIGNS8(0),    WEFT_SIGNS8(1),     WEFT_SIGNS8(2),     WEFT_SIGNS8(4),     WEFT_SIGNS8(8),      WEFT_SIGNS8(16),
  WEFT_SIGNS8(32),   WEFT_SIGNS8(64),    WEFT_SIGNS8(128),   WEFT_SIGNS8(256),   WEFT_SIGNS8(512),    WEFT_SIGNS8(1024),
  WEFT_SIGNS8(2048), WEFT_SIGNS8(4096),  WEFT_SIGNS8(8192),  WEFT_SIGNS8(16384), WEFT_SIGNS8(0x8000),
};
static const uint8_t byte_signs[17][16] __attribute__((aligned(16))) = {
  WEFT_SIGNS16(0),  WEFT_SIGNS16(1),  WEFT_SIGNS16(2),  WEFT_SIGNS16(4),   WEFT_SIGNS16(8),
  WEFT_SIGNS16(16), WEFT_SIGNS16(32), WEFT_SIGNS16(64), WEFT_SIGNS16(128),
};

// Of 16 bytes of lanes, from lane `first` of the column on.
WEFT_INLINE __m128i half_signs(const uint8_t *stored, unsigned first, unsigned group_log2, int wide) {
  const uint8_t *precision = stored + (first >> group_log2);
  if (wide) return _mm_load_si128((const __m128i *)word_signs[*precision]);
  const __m128i *low = (const __m128i *)byte_signs[*precision];
  if (group_log2 > 3) return _mm_load_si128(low);
  return _mm_unpacklo_epi64(_mm_loadl_epi64(low), _mm_loadl_epi64((const __m128i *)byte_signs[precision[1]]));
}

// Of all registers of a column, in their order.
WEFT_INLINE void make_signs(const uint8_t *stored, uint8_t *signs, unsigned group_log2, int wide) {
  const unsigned here = wide ? 8 : 16;
  for (unsigned j = 0; j < (wide ? 16 : 8); j++) {
    _mm_store_si128((__m128i *)(signs + 32 * j), half_signs(stored, here * j, group_log2, wide));
    _mm_store_si128((__m128i *)(signs + 32 * j + 16), half_signs(stored, 128 + here * j, group_log2, wide));
  }
}

WEFT_INLINE void store_of_column(
  uint8_t *lanes, __m256i x, unsigned j, const uint8_t *signs, const value_rule *rule, int wide, int is_signed,
  int plain) {
  if (is_signed) x = extend_sign(x, _mm256_load_si256((const __m256i *)(signs + 32 * j)), wide);
  if (!plain) x = lane_of_value(x, rule, wide);
  _mm_storeu_si128((__m128i *)(lanes + 16 * j), _mm256_castsi256_si128(x));
  _mm_storeu_si128((__m128i *)(lanes + (wide ? 256 : 128) + 16 * j), _mm256_extracti128_si256(x, 1));
}

// Where the rows of column `i` of a batch begin, blocks lying one after the other and each row taking `pitch` bytes.
WEFT_INLINE size_t place_of_column(size_t i, size_t pitch, int wide) {
  const size_t columns = pitch / column_bytes;
  return i / columns * (wide ? 16 : 8) * pitch + i % columns * column_bytes;
}

WEFT_INLINE __m256i load_row(const uint8_t *rows, size_t pitch, unsigned plane) {
  return _mm256_loadu_si256((const __m256i *)(rows + plane * pitch));
}

// The inverse: rows above a group's precision are zeros, and `signs` are copied upwards.
WEFT_INLINE void words_of_rows(
  const uint8_t *rows, size_t pitch, const uint8_t *signs, const value_rule *rule, uint8_t *lanes, row_sum *sum,
  int is_signed, int plain, int sums) {
  crc32c_thirds thirds;
  if (sums) thirds = begin_stretch(sum);
  __m256i all[16];
  for (unsigned k = 0; k < 4; k++) {
    __m256i x[4];
    for (unsigned i = 0; i < 4; i++) x[i] = load_row(rows, pitch, 2 * i + (k >> 1) + 8 * (k & 1));
    exchange(x, 4, 2, 4), zip(x, 4, 2, 1);
    exchange(x, 4, 1, 2), zip(x, 4, 1, 1);
    for (unsigned i = 0; i < 4; i++) all[4 * i + k] = x[i];
  }
  for (unsigned i = 0; i < 4; i++) {
    __m256i x[4];
    for (unsigned k = 0; k < 4; k++) x[k] = all[4 * i + k];
    exchange(x, 4, 2, 1), zip(x, 4, 2, 1);
    zip(x, 4, 1, 1);
    for (unsigned k = 0; k < 4; k++) {
      store_of_column(lanes, x[k], 4 * i + k, signs, rule, 1, is_signed, plain);
      if (sums) take_share(&thirds, sum, 4 * i + k, 16);
    }
  }
  if (sums) end_stretch(&thirds, sum);
}

WEFT_INLINE void bytes_of_rows(
  const uint8_t *rows, size_t pitch, const uint8_t *signs, const value_rule *rule, uint8_t *lanes, row_sum *sum,
  int is_signed, int plain, int sums) {
  crc32c_thirds thirds;
  if (sums) thirds = begin_stretch(sum);
  __m256i x[8];
  for (unsigned i = 0; i < 8; i++) x[i] = load_row(rows, pitch, i);
  exchange(x, 8, 4, 4), zip(x, 8, 4, 1);
  exchange(x, 8, 2, 2), zip(x, 8, 2, 1);
  exchange(x, 8, 1, 1), zip(x, 8, 1, 1);
  for (unsigned i = 0; i < 8; i++) {
    store_of_column(lanes, x[i], i, signs, rule, 0, is_signed, plain);
    if (sums) take_share(&thirds, sum, i, 8);
  }
  if (sums) end_stretch(&thirds, sum);
}

#endif
