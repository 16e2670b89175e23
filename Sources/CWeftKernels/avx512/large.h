// Packing of groups that fill a register or more: planes are stored whether they count or not, and the next group over
// those that do not. The high ones of the largest groups are left out where none counts.
#ifndef WEFT_AVX512_LARGE_H
#define WEFT_AVX512_LARGE_H

#include "output.h"
#include "small.h"

WEFT_INLINE unsigned bit_length(unsigned x) { return 32 - (unsigned)_lzcnt_u32(x); }

// The planes that hold a one, as bits.
WEFT_INLINE unsigned planes_with_ones(__m512i lanes, int wide) {
  if (wide) {
    __m512i z = transpose_bits(_mm512_shuffle_epi8(lanes, split_octets()));
    z = _mm512_permutexvar_epi8(words_of_4(), z);
    return _mm512_test_epi32_mask(z, z);
  }
  __m512i z = _mm512_permutexvar_epi8(words_of_8(), transpose_bits(lanes));
  return _mm512_test_epi64_mask(z, z);
}

// Adds what counts of lanes: v ^ 2 v has the precision of v as its length; without a sign v itself has.
WEFT_INLINE __m512i fold(__m512i folded, __m512i lanes, int wide, int is_signed) {
  if (!is_signed) return _mm512_or_si512(folded, lanes);
  __m512i twice = wide ? _mm512_add_epi16(lanes, lanes) : _mm512_add_epi8(lanes, lanes);
  return _mm512_ternarylogic_epi64(folded, lanes, twice, 0xF6);
}

// Precision of a group of one register, from its planes: those count that differ from the plane below, or from zeros.
WEFT_INLINE unsigned needed_by_register(__m512i rows, int wide, int is_signed) {
  if (wide) {
    __m512i below = _mm512_maskz_alignr_epi32(is_signed ? 0xFFFE : 0, rows, rows, 15);
    return bit_length(_mm512_cmpneq_epi32_mask(rows, below));
  }
  __m512i below = _mm512_maskz_alignr_epi64(is_signed ? 0xFE : 0, rows, rows, 7);
  return bit_length(_mm512_cmpneq_epi64_mask(rows, below));
}

// Precision of a group of several.
WEFT_INLINE unsigned needed_by_lanes(const __m512i *lanes, unsigned registers, int wide, int is_signed) {
  __m512i folded = _mm512_setzero_si512();
  for (unsigned i = 0; i < registers; i++) folded = fold(folded, lanes[i], wide, is_signed);
  return bit_length(planes_with_ones(folded, wide));
}

// Precision of words whose bytes are apart: the low ones are looked at where the high ones are but signs, which is half
// of the work, and in groups so large that the answer seldom changes.
WEFT_INLINE unsigned needed_by_halves(const __m512i *low, const __m512i *high, unsigned registers, int is_signed) {
  __m512i folded = _mm512_setzero_si512();
  for (unsigned i = 0; i < registers; i++) folded = fold(folded, high[i], 0, is_signed);
  // Doubling moves a bit in from the low half, which is missing here.
  const unsigned planes = planes_with_ones(folded, 0) & (is_signed ? 0xFE : 0xFF);
  if (planes) return 8 + bit_length(planes);
  if (is_signed) {
    __m512i tops = _mm512_setzero_si512();
    for (unsigned i = 0; i < registers; i++) tops = _mm512_ternarylogic_epi64(tops, low[i], high[i], 0xF6);
    if (_mm512_movepi8_mask(tops)) return 9;
  }
  return needed_by_lanes(low, registers, 0, is_signed);
}

// Rows of eight planes.
WEFT_INLINE void rows_of_octets(const __m512i *octets, __m512i *rows, unsigned group_lanes) {
  if (group_lanes == 64) {
    rows[0] = _mm512_permutexvar_epi8(words_of_8(), octets[0]);
  } else if (group_lanes == 128) {
    rows_of_16(octets, rows);
  } else {
    rows_of_32(octets, rows);
  }
}

WEFT_INLINE void store_rows_of(const __m512i *bytes, uint8_t *out, unsigned group_lanes) {
  const unsigned registers = group_lanes / 64;
  __m512i octets[4], rows[4];
  for (unsigned i = 0; i < registers; i++) octets[i] = transpose_bits(bytes[i]);
  rows_of_octets(octets, rows, group_lanes);
  for (unsigned i = 0; i < registers; i++) _mm512_storeu_si512(out + 64 * i, rows[i]);
}

// Packs one group; returns what it needs.
WEFT_INLINE unsigned encode_group(
  const weft_coding *coding, const packing *p, const uint8_t *lanes, uint8_t *out, unsigned group_lanes, int wide,
  int plain, int is_signed) {
  const unsigned registers = group_lanes * (wide ? 2 : 1) / 64;
  __m512i x[8];
  for (unsigned i = 0; i < registers; i++) x[i] = packed_lanes(lanes + 64 * i, p, wide, plain);
  if (registers == 1) {
    __m512i z = transpose_bits(_mm512_shuffle_epi8(x[0], wide ? split_octets() : reverse_octets()));
    __m512i rows = _mm512_permutexvar_epi8(wide ? words_of_4() : words_of_8(), z);
    _mm512_storeu_si512(out, rows);
    return needed_by_register(rows, wide, is_signed);
  }
  if (!wide) {
    const unsigned needed = needed_by_lanes(x, registers, wide, is_signed);
    for (unsigned i = 0; i < registers; i++) x[i] = _mm512_shuffle_epi8(x[i], reverse_octets());
    store_rows_of(x, out, group_lanes);
    return needed;
  }
  __m512i low[4], high[4];
  for (unsigned i = 0; i < registers / 2; i++) {
    low[i] = _mm512_permutex2var_epi8(x[2 * i], split_low(), x[2 * i + 1]);
    high[i] = _mm512_permutex2var_epi8(x[2 * i], split_high(), x[2 * i + 1]);
  }
  const int is_largest = group_lanes == 256;
  const unsigned needed = is_largest ? needed_by_halves(low, high, registers / 2, is_signed)
                                     : needed_by_lanes(x, registers, wide, is_signed);
  store_rows_of(low, out, group_lanes);
  if (!is_largest || coding->stored_of[needed] > 8) store_rows_of(high, out + group_lanes, group_lanes);
  return needed;
}

WEFT_INLINE int64_t encode_large(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices,
  const row_request *request, unsigned group_lanes, int wide, int plain, int is_signed) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t batch_lanes = batch_bytes / lane_bytes;
  uint8_t stage[stage_bytes] __attribute__((aligned(64)));
  row_output output;
  // Rows of the caches are written to their place at once: these groups are packed fast enough for that to count.
  begin_output(&output, request, request->streams, request->streams, stage, lanes);
  for (size_t first = 0; first < count; first += batch_lanes) {
    const size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    const unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    uint8_t padded[batch_bytes];
    const uint8_t *source = whole_batch(&p, lanes + first * lane_bytes, here, lane_bytes, padded);
    // Stores are whole groups.
    uint8_t *end = target_of(&output, batch_bytes + 64, source);
    uint8_t fails = 0;
    for (unsigned group = 0; group < groups; group++) {
      const unsigned needed = encode_group(coding, &p, source, end, group_lanes, wide, plain, is_signed);
      source += group_lanes * lane_bytes;
      indices[group] = coding->index_of[needed];
      fails |= indices[group];
      end += (size_t)coding->stored_of[needed] * (group_lanes / 8);
    }
    if (fails & 0x80 || !keep_rows(&output, end)) return -1;
    settle_rows(&output, source, batch_bytes);
    indices += groups;
  }
  return end_output(&output, request->payload);
}

#endif
