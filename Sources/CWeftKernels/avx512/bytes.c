#if defined(__x86_64__)
// Sums of precisions and headers.
#include "histogram.h"
#include "lanes.h"

// Stored precisions of the indices that `valid` marks, and 0 for the others.
WEFT_INLINE __m512i precisions_of(__m512i table, const uint8_t *indices, __mmask64 valid) {
  return _mm512_maskz_shuffle_epi8(valid, table, _mm512_maskz_loadu_epi8(valid, indices));
}

WEFT_INLINE __mmask64 first_lanes(size_t count) {
  return count >= 64 ? ~0ULL : _bzhi_u64(~0ULL, (unsigned)count);
}

// Adds the counts of indices.
WEFT_INLINE void count_indices(const uint8_t *indices, size_t count, int64_t *counts, int few) {
  const __m512i none = _mm512_setzero_si512();
  uint64_t found[16] = {0};
  while (count > 0) {
    byte_counters now = {none, none};
    size_t whole = count / 64 < most_added - 1 ? count / 64 : most_added - 1;
    count -= 64 * whole;
    for (; whole > 0; whole--, indices += 64) count_bytes(&now, _mm512_loadu_si512(indices), ~0ULL, few);
    if (count > 0 && count < 64) {
      const __mmask64 valid = first_lanes(count);
      count_bytes(&now, _mm512_maskz_loadu_epi8(valid, indices), valid, few);
      count = 0;
    }
    add_counters(&now, found);
  }
  for (unsigned i = 0; i < 16; i++) counts[i] += (int64_t)found[i];
}

WEFT_INLINE void count_all(const weft_coding *coding, const uint8_t *indices, size_t count, int64_t *counts) {
  // Tables of eight entries are those of one-byte elements, and half of the work.
  if (coding->precision_of[8] == 255) {
    count_indices(indices, count, counts, 1);
  } else {
    count_indices(indices, count, counts, 0);
  }
}

// Bytes hold the sums of so many precisions below their top bit, and stay at 255.
enum { most_summed = 7 };

// Sum of precisions; sets the top bit of a byte of `wrong` where an index names no entry, whose precision is 255.
WEFT_INLINE uint64_t sum_indices(__m512i table, const uint8_t *indices, size_t count, __m512i *wrong) {
  const __m512i none = _mm512_setzero_si512();
  __m512i sum = none;
  for (;;) {
    __m512i bytes = none;
    unsigned summed = 0;
    for (; summed < most_summed && count >= 64; summed++, count -= 64, indices += 64) {
      bytes = _mm512_adds_epu8(bytes, _mm512_shuffle_epi8(table, _mm512_loadu_si512(indices)));
    }
    if (summed < most_summed) {
      if (count > 0) bytes = _mm512_adds_epu8(bytes, precisions_of(table, indices, first_lanes(count)));
      count = 0;
    }
    *wrong = _mm512_or_si512(*wrong, bytes);
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(bytes, none));
    if (count == 0) return (uint64_t)_mm512_reduce_add_epi64(sum);
  }
}

WEFT_AVX512 int weft_avx512_sum_pieces(
  const weft_coding *coding, const uint8_t *indices, const uint32_t *groups, size_t pieces, int64_t *counts,
  uint32_t *sums) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)coding->precision_of));
  __m512i wrong = _mm512_setzero_si512();
  const uint8_t *next = indices;
  for (size_t piece = 0; piece < pieces; piece++) {
    sums[piece] = (uint32_t)sum_indices(table, next, groups[piece], &wrong);
    next += groups[piece];
  }
  count_all(coding, indices, (size_t)(next - indices), counts);
  return _mm512_movepi8_mask(wrong) == 0;
}

WEFT_AVX512 int64_t weft_avx512_sum_precisions(
  const weft_coding *coding, const uint8_t *indices, size_t count, int64_t *counts) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)coding->precision_of));
  __m512i wrong = _mm512_setzero_si512();
  const int64_t sum = (int64_t)sum_indices(table, indices, count, &wrong);
  if (counts) count_all(coding, indices, count, counts);
  return _mm512_movepi8_mask(wrong) ? -1 : sum;
}

// 64 fields of `bits` bits lie in 8 * `bits` bytes, eight of them in `bits` bytes: a word of 64 bits each is made of
// these, or gives them.
WEFT_INLINE void make_places(unsigned bits, uint8_t spread[64], uint8_t gather[64], uint8_t shifts[64]) {
  for (unsigned i = 0; i < 64; i++) {
    // Bytes past the fields are above all that is read: they are 0.
    spread[i] = (uint8_t)(i % 8 < bits ? i / 8 * bits + i % 8 : 63);
    gather[i] = (uint8_t)(i < 8 * bits ? i / bits * 8 + i % bits : 0);
    shifts[i] = (uint8_t)(i % 8 * bits);
  }
}

WEFT_INLINE size_t unpack_fields(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices) {
  uint8_t spread[64], gather[64], shifts[64];
  make_places(bits, spread, gather, shifts);
  const __m512i places = _mm512_loadu_si512(spread), by = _mm512_loadu_si512(shifts);
  const __m512i field = _mm512_set1_epi8((char)((1u << bits) - 1));
  size_t first = 0;
  for (; first + 64 <= count; first += 64, source += 8 * bits) {
    __m512i x = _mm512_maskz_loadu_epi64((__mmask8)((1u << bits) - 1), source);
    x = _mm512_multishift_epi64_epi8(by, _mm512_permutexvar_epi8(places, x));
    _mm512_storeu_si512(indices + first, _mm512_and_si512(x, field));
  }
  return first;
}

WEFT_INLINE size_t pack_fields(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target) {
  uint8_t spread[64], gather[64], shifts[64];
  make_places(bits, spread, gather, shifts);
  const __m512i places = _mm512_loadu_si512(gather);
  const __m512i pairs = _mm512_set1_epi16((short)(1 | 1 << bits << 8));
  const __m512i fours = _mm512_set1_epi32(1 | 1 << 2 * bits << 16);
  size_t first = 0;
  for (; first + 64 <= count; first += 64, target += 8 * bits) {
    // The fields are the unsigned operand and the powers of two, up to 16, the signed one.
    __m512i x = _mm512_maddubs_epi16(_mm512_loadu_si512(indices + first), pairs);
    x = _mm512_madd_epi16(x, fours);
    x = _mm512_or_si512(x, _mm512_srli_epi64(x, 32 - 4 * bits));
    _mm512_mask_storeu_epi64(target, (__mmask8)((1u << bits) - 1), _mm512_permutexvar_epi8(places, x));
  }
  return first;
}

WEFT_AVX512 void weft_avx512_unpack_headers(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices) {
  const size_t done = bits == 1   ? unpack_fields(source, count, 1, indices)
                      : bits == 2 ? unpack_fields(source, count, 2, indices)
                      : bits == 3 ? unpack_fields(source, count, 3, indices)
                      : bits == 4 ? unpack_fields(source, count, 4, indices)
                                  : 0;
  weft_bmi2_unpack_headers(source + done / 8 * bits, count - done, bits, indices + done);
}

WEFT_AVX512 void weft_avx512_pack_headers(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target) {
  const size_t done = bits == 1   ? pack_fields(indices, count, 1, target)
                      : bits == 2 ? pack_fields(indices, count, 2, target)
                      : bits == 3 ? pack_fields(indices, count, 3, target)
                      : bits == 4 ? pack_fields(indices, count, 4, target)
                                  : 0;
  if (done < count) weft_bmi2_pack_headers(indices + done, count - done, bits, target + done / 8 * bits);
}

WEFT_AVX512 size_t weft_avx512_count_bits(const uint8_t *bytes, size_t count) {
  __m512i sum = _mm512_setzero_si512();
  for (size_t at = 0; at < count; at += 64) {
    __mmask64 there = count - at >= 64 ? ~0ULL : _bzhi_u64(~0ULL, (unsigned)(count - at));
    __m512i bits = _mm512_popcnt_epi8(_mm512_maskz_loadu_epi8(there, bytes + at));
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(bits, _mm512_setzero_si512()));
  }
  return (size_t)_mm512_reduce_add_epi64(sum);
}

#endif
