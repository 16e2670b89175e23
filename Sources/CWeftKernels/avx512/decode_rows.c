#if defined(__x86_64__)
// Unpacking where a block has several groups: each row gets the words that are not stored back from the row below by
// one masked instruction, and pieces of rows become 256 lanes at a time.
#include "checksum.h"
#include "rows.h"

// The stored precision of every eight lanes, 0 past the last group; returns the bytes of rows.
WEFT_INLINE unsigned spread_precisions(
  const weft_coding *coding, const uint8_t *indices, unsigned groups, uint8_t *stored, unsigned group_log2) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)coding->precision_of));
  const unsigned total = groups << (group_log2 - 3);
  uint8_t places[64] __attribute__((aligned(64)));
  for (unsigned i = 0; i < 64; i++) places[i] = (uint8_t)(i >> (group_log2 - 3));
  __m512i spread = _mm512_load_si512(places);
  __m512i sum = _mm512_setzero_si512();
  for (unsigned column = 0; column < row_bytes; column += 64) {
    __mmask64 valid = valid_bytes(total, column);
    unsigned first = column >> (group_log2 - 3);
    __mmask64 there = first < groups ? valid_bytes(groups, first) : 0;
    __m512i index = _mm512_maskz_loadu_epi8(there, indices + (first < groups ? first : 0));
    __m512i s = _mm512_maskz_shuffle_epi8(valid, table, _mm512_permutexvar_epi8(spread, index));
    _mm512_store_si512(stored + column, s);
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(s, _mm512_setzero_si512()));
  }
  return (unsigned)_mm512_reduce_add_epi64(sum);
}

// The inverse of squeeze_rows: words that are not stored repeat the row below, or are zeros.
WEFT_INLINE const uint8_t *spread_rows(
  const uint8_t *from, const uint8_t *stored, unsigned bytes, unsigned planes, int is_signed, uint8_t *rows) {
  if (bytes >= 64) {
    for (unsigned plane = 0; plane < planes; plane++) {
      __m512i level = _mm512_set1_epi8((char)plane);
      for (unsigned column = 0; column < bytes; column += 64) {
        __mmask64 k = _mm512_cmpgt_epu8_mask(_mm512_load_si512(stored + column), level);
        uint8_t *row = rows + plane * row_bytes + column;
        __m512i below =
          is_signed && plane > 0 ? _mm512_load_si512(row - row_bytes) : _mm512_setzero_si512();
        _mm_prefetch((const char *)from + 2048, _MM_HINT_T0);
        _mm512_store_si512(row, _mm512_mask_expand_epi8(below, k, load_apart(from)));
        from += _mm_popcnt_u64(k);
      }
    }
    return from;
  }
  if (bytes == 32) {
    __m256i s = _mm256_load_si256((const __m256i *)stored);
    __m256i below = _mm256_setzero_si256();
    for (unsigned plane = 0; plane < planes; plane++) {
      __mmask32 k = _mm256_cmpgt_epu8_mask(s, _mm256_set1_epi8((char)plane));
      __m256i packed = load_apart_256(from);
      __m256i row = is_signed ? _mm256_mask_expand_epi8(below, k, packed) : _mm256_maskz_expand_epi8(k, packed);
      _mm_prefetch((const char *)from + 2048, _MM_HINT_T0);
      _mm256_store_si256((__m256i *)(rows + plane * row_bytes), row);
      below = row;
      from += _mm_popcnt_u32(k);
    }
    return from;
  }
  __m128i s = _mm_load_si128((const __m128i *)stored);
  __m128i below = _mm_setzero_si128();
  for (unsigned plane = 0; plane < planes; plane++) {
    __mmask16 k = _mm_cmpgt_epu8_mask(s, _mm_set1_epi8((char)plane));
    __m128i packed = _mm_loadu_si128((const __m128i *)from);
    __m128i row = is_signed ? _mm_mask_expand_epi8(below, k, packed) : _mm_maskz_expand_epi8(k, packed);
    _mm_store_si128((__m128i *)(rows + plane * row_bytes), row);
    below = row;
    from += _mm_popcnt_u32(k);
  }
  return from;
}

WEFT_INLINE void lanes_of_column(const uint8_t *rows, const unpacking *u, uint8_t *lanes, int wide, int streams) {
  const __m512i none = _mm512_setzero_si512();
  __m512i x[8], octets[8];
  for (unsigned i = 0; i < (wide ? 8 : 4); i++) {
    __m256i first = _mm256_load_si256((const __m256i *)(rows + 2 * i * row_bytes));
    x[i] = _mm512_inserti64x4(
      _mm512_castsi256_si512(first), _mm256_load_si256((const __m256i *)(rows + (2 * i + 1) * row_bytes)), 1);
  }
  from_rows_of_32(x, octets, wide);
  if (wide) {
    from_rows_of_32(x + 4, octets + 4, wide);
    for (unsigned i = 0; i < 4; i++) {
      __m512i low = _mm512_unpacklo_epi8(octets[i], octets[i + 4]);
      __m512i high = _mm512_unpackhi_epi8(octets[i], octets[i + 4]);
      store_lanes(lanes + 128 * i, lane16(low, none, u), streams);
      store_lanes(lanes + 128 * i + 64, lane16(high, none, u), streams);
    }
  } else {
    for (unsigned i = 0; i < 4; i++) store_lanes(lanes + 64 * i, lane8(octets[i], none, u), streams);
  }
}

WEFT_INLINE void decode_all(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum, int wide, int is_signed, int streams) {
  const unpacking u = make_unpacking(coding, flags);
  const unsigned lane_bytes = wide ? 2 : 1;
  const unsigned group_lanes = 1u << coding->group_log2;
  uint8_t rows[16 * row_bytes] __attribute__((aligned(64)));
  uint8_t stored[row_bytes] __attribute__((aligned(64)));
  const uint8_t *end = payload + bytes;
  row_checksum sum;
  begin_checksum(&sum, payload, checksum);
  unsigned blocks = 0;
  for (size_t first = 0; first < count; first += batch_lanes) {
    unsigned here = count - first < batch_lanes ? (unsigned)(count - first) : batch_lanes;
    unsigned groups = (here + group_lanes - 1) / group_lanes;
    unsigned used = spread_precisions(coding, indices, groups, stored, coding->group_log2);
    // Loads are whole registers: near the end of the payload they read a copy.
    uint8_t copy[batch_lanes * 2 + 64];
    const uint8_t *from = payload;
    if ((size_t)(end - payload) < used + 64u) {
      memcpy(copy, payload, used);
      from = copy;
    }
    for (unsigned block = 0; block < here; block += (unsigned)block_lanes) {
      unsigned width = (unsigned)block_lanes / 8;
      if (here - block < block_lanes && width > 64) width = (here - block + 511) / 512 * 64;
      from = spread_rows(from, stored + block / 8, width, wide ? 16 : 8, is_signed, rows + block / 8);
    }
    for (unsigned column = 0; column * column_lanes < here; column++) {
      uint8_t *target = lanes + (first + column * column_lanes) * lane_bytes;
      unsigned left = here - column * column_lanes;
      if (left >= column_lanes) {
        lanes_of_column(rows + column * (column_lanes / 8), &u, target, wide, streams);
      } else {
        uint8_t whole[column_lanes * 2] __attribute__((aligned(64)));
        lanes_of_column(rows + column * (column_lanes / 8), &u, whole, wide, 0);
        memcpy(target, whole, left * lane_bytes);
      }
      for (unsigned i = 0; i < blocks; i++) take_block(&sum);
    }
    payload += used;
    indices += groups;
    leave_rows(&sum, payload);
    // Shared out, so that all columns take about as long and memory goes on working.
    blocks = ((unsigned)sum.blocks * column_lanes + batch_lanes - 1) / batch_lanes;
  }
  end_checksum(&sum, payload);
}

WEFT_AVX512 void weft_avx512_decode_rows(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  int streams = (flags & weft_streams) != 0 && ((uintptr_t)lanes & 63) == 0;
  if (coding->lane_bytes == 2 && coding->is_signed) {
    decode_all(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum, 1, 1, streams);
  } else if (coding->lane_bytes == 2) {
    decode_all(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum, 1, 0, streams);
  } else if (coding->is_signed) {
    decode_all(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum, 0, 1, streams);
  } else {
    decode_all(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum, 0, 0, streams);
  }
}
#endif
