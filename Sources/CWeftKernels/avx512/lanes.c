#if defined(__x86_64__)
// Zero compaction, counts of precisions, and what a search asks of values.
#include "columns.h"
#include "histogram.h"
#include "lanes.h"

enum { batch_lanes = 1024 };

WEFT_AVX512 size_t weft_avx512_compact(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense) {
  const packing p = make_packing(coding);
  uint8_t *out = dense;
  size_t lane = 0;
  if (coding->lane_bytes == 2) {
    for (; lane + 32 <= count; lane += 32) {
      expect_lanes(lanes + 2 * lane);
      __m512i x = _mm512_loadu_si512(lanes + 2 * lane);
      __m512i v = packed16(x, &p, 0);
      __mmask32 k = _mm512_test_epi16_mask(v, v);
      memcpy(mask + lane / 8, &k, 4);
      // Never past the lanes read so far, for which `dense` has room.
      _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(k, x));
      out += 2 * (unsigned)_mm_popcnt_u32(k);
    }
    if (lane < count) {
      __mmask32 there = _bzhi_u32(~0u, (unsigned)(count - lane));
      __m512i x = _mm512_maskz_loadu_epi16(there, lanes + 2 * lane);
      __m512i v = packed16(x, &p, 0);
      __mmask32 k = _mm512_mask_test_epi16_mask(there, v, v);
      memcpy(mask + lane / 8, &k, (count - lane + 7) / 8);
      unsigned kept = (unsigned)_mm_popcnt_u32(k);
      _mm512_mask_storeu_epi16(out, _bzhi_u32(~0u, kept), _mm512_maskz_compress_epi16(k, x));
      out += 2 * kept;
    }
    return (size_t)(out - dense) / 2;
  }
  for (; lane + 64 <= count; lane += 64) {
    expect_lanes(lanes + lane);
    __m512i x = _mm512_loadu_si512(lanes + lane);
    __m512i v = packed8(x, &p, 0);
    __mmask64 k = _mm512_test_epi8_mask(v, v);
    memcpy(mask + lane / 8, &k, 8);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, x));
    out += _mm_popcnt_u64(k);
  }
  if (lane < count) {
    __mmask64 there = _bzhi_u64(~0ULL, (unsigned)(count - lane));
    __m512i x = _mm512_maskz_loadu_epi8(there, lanes + lane);
    __m512i v = packed8(x, &p, 0);
    __mmask64 k = _mm512_mask_test_epi8_mask(there, v, v);
    memcpy(mask + lane / 8, &k, (count - lane + 7) / 8);
    unsigned kept = (unsigned)_mm_popcnt_u64(k);
    _mm512_mask_storeu_epi8(out, _bzhi_u64(~0ULL, kept), _mm512_maskz_compress_epi8(k, x));
    out += kept;
  }
  return (size_t)(out - dense);
}

WEFT_INLINE void expand_all(
  const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes,
  int streams) {
  const unpacking u = make_unpacking(coding, flags);
  const __m512i none = _mm512_setzero_si512();
  if (coding->lane_bytes == 2) {
    const __m512i zero = lane16(none, none, &u);
    for (size_t lane = 0; lane < count; lane += 32) {
      unsigned here = count - lane < 32 ? (unsigned)(count - lane) : 32;
      __mmask32 k = 0;
      if (here == 32) {
        memcpy(&k, mask + lane / 8, 4);
      } else {
        memcpy(&k, mask + lane / 8, (here + 7) / 8);
      }
      unsigned kept = (unsigned)_mm_popcnt_u32(k);
      __m512i x = _mm512_maskz_loadu_epi16(_bzhi_u32(~0u, kept), dense);
      x = _mm512_mask_expand_epi16(zero, k, x);
      dense += 2 * kept;
      if (here == 32) {
        store_lanes(lanes + 2 * lane, x, streams);
      } else {
        _mm512_mask_storeu_epi16(lanes + 2 * lane, _bzhi_u32(~0u, here), x);
      }
    }
    return;
  }
  const __m512i zero = lane8(none, none, &u);
  for (size_t lane = 0; lane < count; lane += 64) {
    unsigned here = count - lane < 64 ? (unsigned)(count - lane) : 64;
    __mmask64 k = 0;
    if (here == 64) {
      memcpy(&k, mask + lane / 8, 8);
    } else {
      memcpy(&k, mask + lane / 8, (here + 7) / 8);
    }
    unsigned kept = (unsigned)_mm_popcnt_u64(k);
    __m512i x = _mm512_maskz_loadu_epi8(_bzhi_u64(~0ULL, kept), dense);
    x = _mm512_mask_expand_epi8(zero, k, x);
    dense += kept;
    if (here == 64) {
      store_lanes(lanes + lane, x, streams);
    } else {
      _mm512_mask_storeu_epi8(lanes + lane, _bzhi_u64(~0ULL, here), x);
    }
  }
}

WEFT_AVX512 void weft_avx512_expand(
  const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes) {
  if ((flags & weft_decode_streams) != 0 && ((uintptr_t)lanes & 63) == 0) {
    expand_all(coding, dense, mask, count, flags, lanes, 1);
  } else {
    expand_all(coding, dense, mask, count, flags, lanes, 0);
  }
}

// One bit a plane and octet under both readings, 16 bits an octet.
WEFT_INLINE void octet_masks(
  const uint8_t *lanes, const packing *p, int wide, uint8_t *as_unsigned, uint8_t *as_signed) {
  expect_lanes(lanes);
  __m512i x = _mm512_loadu_si512(lanes);
  __m512i reverse = wide ? split_octets() : reverse_octets();
  packing other = *p;
  other.is_signed = 0;
  __m512i z = transpose_bits(_mm512_shuffle_epi8(wide ? packed16(x, &other, 0) : packed8(x, &other, 0), reverse));
  __mmask64 u = _mm512_test_epi8_mask(z, z);
  if (p->narrow) {
    other.is_signed = ~0ULL;
    z = transpose_bits(_mm512_shuffle_epi8(wide ? packed16(x, &other, 0) : packed8(x, &other, 0), reverse));
  }
  __mmask64 s = _mm512_cmpneq_epi8_mask(z, wide ? _mm512_bslli_epi128(z, 1) : _mm512_slli_epi64(z, 8));
  memcpy(as_unsigned, &u, 8);
  memcpy(as_signed, &s, 8);
}

// Lengths of the masks of a batch's groups, each repeated for every 16 lanes of the group, as 64 bytes.
WEFT_INLINE __m512i group_lengths(const uint8_t *masks, unsigned half, unsigned group_log2, int wide) {
  __m512i result = _mm512_setzero_si512();
  for (unsigned i = 0; i < 4; i++) {
    __m512i m = wide ? _mm512_load_si512(masks + 64 * i)
                     : _mm512_cvtepu8_epi16(_mm256_load_si256((const __m256i *)(masks + 32 * i)));
    if (group_log2 == 3) {
      m = half == 0 ? _mm512_and_si512(m, _mm512_set1_epi32(0xFFFF)) : _mm512_srli_epi32(m, 16);
    } else {
      m = _mm512_or_si512(_mm512_and_si512(m, _mm512_set1_epi32(0xFFFF)), _mm512_srli_epi32(m, 16));
      if (group_log2 >= 5) m = _mm512_or_si512(m, _mm512_shuffle_epi32(m, 0xB1));
      if (group_log2 >= 6) m = _mm512_or_si512(m, _mm512_shuffle_epi32(m, 0x4E));
      if (group_log2 >= 7) m = _mm512_or_si512(m, _mm512_shuffle_i64x2(m, m, 0xB1));
      if (group_log2 >= 8) m = _mm512_or_si512(m, _mm512_shuffle_i64x2(m, m, 0x4E));
    }
    __m128i lengths = _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(m)));
    result = i == 0   ? _mm512_inserti32x4(result, lengths, 0)
             : i == 1 ? _mm512_inserti32x4(result, lengths, 1)
             : i == 2 ? _mm512_inserti32x4(result, lengths, 2)
                      : _mm512_inserti32x4(result, lengths, 3);
  }
  return result;
}

WEFT_INLINE void count_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, int64_t *as_unsigned, int64_t *as_signed,
  unsigned group_log2, int wide) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t group_lanes = (size_t)1 << group_log2;
  histogram counts_u, counts_s;
  clear_histogram(&counts_u);
  clear_histogram(&counts_s);
  size_t looked = 0;
  for (size_t first = 0; first < count; first += batch_lanes) {
    const uint8_t *source = lanes + first * lane_bytes;
    uint8_t padded[batch_lanes * 2];
    if (count - first < batch_lanes) {
      for (unsigned i = 0; i < batch_lanes * lane_bytes; i += 64) _mm512_storeu_si512(padded + i, p.rebase);
      memcpy(padded, source, (count - first) * lane_bytes);
      source = padded;
    }
    uint8_t masks_u[256] __attribute__((aligned(64)));
    uint8_t masks_s[256] __attribute__((aligned(64)));
    for (unsigned i = 0; i < batch_lanes * lane_bytes / 64; i++) {
      octet_masks(source + 64 * i, &p, wide, masks_u + 8 * i, masks_s + 8 * i);
    }
    for (unsigned half = 0; half < (group_log2 == 3 ? 2 : 1); half++) {
      add_to_histogram(&counts_u, group_lengths(masks_u, half, group_log2, wide), ~0ULL);
      add_to_histogram(&counts_s, group_lengths(masks_s, half, group_log2, wide), ~0ULL);
      looked += 64;
    }
  }
  finish_histogram(&counts_u);
  finish_histogram(&counts_s);
  // Groups past the last lane were zeros, and larger groups were seen once for every 16 lanes.
  const int64_t repeats = group_log2 <= 4 ? 1 : 1 << (group_log2 - 4);
  const int64_t extra = (int64_t)looked / repeats - (int64_t)((count + group_lanes - 1) / group_lanes);
  int64_t top_u = (int64_t)looked, top_s = (int64_t)looked;
  for (unsigned length = 0; length < 16; length++) {
    top_u -= (int64_t)counts_u.counts[length];
    top_s -= (int64_t)counts_s.counts[length];
    as_unsigned[length] += (int64_t)counts_u.counts[length] / repeats - (length == 0 ? extra : 0);
    as_signed[length] += (int64_t)counts_s.counts[length] / repeats - (length == 0 ? extra : 0);
  }
  as_unsigned[16] += top_u / repeats;
  as_signed[16] += top_s / repeats;
}

#define WEFT_COUNT(name, group_log2, wide)                                                                           \
  WEFT_AVX512 static void name(                                                                                      \
    const weft_coding *coding, const uint8_t *lanes, size_t count, int64_t *as_unsigned, int64_t *as_signed) {       \
    count_all(coding, lanes, count, as_unsigned, as_signed, group_log2, wide);                                       \
  }

WEFT_COUNT(count_8_bytes, 3, 0)
WEFT_COUNT(count_16_bytes, 4, 0)
WEFT_COUNT(count_8_words, 3, 1)
WEFT_COUNT(count_16_words, 4, 1)

WEFT_AVX512 void weft_avx512_count_precisions(
  const weft_coding *coding, const uint8_t *lanes, size_t count, int64_t *as_unsigned, int64_t *as_signed) {
  const int wide = coding->lane_bytes == 2;
  if (coding->group_log2 == 3) {
    (wide ? count_8_words : count_8_bytes)(coding, lanes, count, as_unsigned, as_signed);
  } else if (coding->group_log2 == 4) {
    (wide ? count_16_words : count_16_bytes)(coding, lanes, count, as_unsigned, as_signed);
  } else if (wide) {
    count_all(coding, lanes, count, as_unsigned, as_signed, coding->group_log2, 1);
  } else {
    count_all(coding, lanes, count, as_unsigned, as_signed, coding->group_log2, 0);
  }
}

WEFT_INLINE void statistics_all(
  const uint8_t *lanes, size_t count, uint16_t guess, weft_statistics *into, int wide, int is_signed) {
  __m512i low, high;
  const __m512i zero = wide ? _mm512_set1_epi16((short)guess) : _mm512_set1_epi8((char)guess);
  uint64_t zeros = 0;
  if (wide) {
    low = _mm512_set1_epi16(is_signed ? 0x7FFF : -1);
    high = _mm512_set1_epi16(is_signed ? (short)0x8000 : 0);
  } else {
    low = _mm512_set1_epi8(is_signed ? 0x7F : -1);
    high = _mm512_set1_epi8(is_signed ? (char)0x80 : 0);
  }
  histogram buckets;
  clear_histogram(&buckets);
  const __m512i nibble = _mm512_set1_epi8(15);
  const size_t step = 64;
  size_t lane = 0;
  for (; lane + step <= count; lane += step) {
    __m512i nibbles;
    if (wide) {
      __m512i a = _mm512_loadu_si512(lanes + 2 * lane);
      __m512i b = _mm512_loadu_si512(lanes + 2 * lane + 64);
      low = is_signed ? _mm512_min_epi16(low, _mm512_min_epi16(a, b)) : _mm512_min_epu16(low, _mm512_min_epu16(a, b));
      high = is_signed ? _mm512_max_epi16(high, _mm512_max_epi16(a, b)) : _mm512_max_epu16(high, _mm512_max_epu16(a, b));
      zeros += (uint64_t)_mm_popcnt_u32(_mm512_cmpeq_epi16_mask(a, zero));
      zeros += (uint64_t)_mm_popcnt_u32(_mm512_cmpeq_epi16_mask(b, zero));
      nibbles = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), a, _mm512_slli_epi16(b, 8), 0xCA);
    } else {
      __m512i a = _mm512_loadu_si512(lanes + lane);
      low = is_signed ? _mm512_min_epi8(low, a) : _mm512_min_epu8(low, a);
      high = is_signed ? _mm512_max_epi8(high, a) : _mm512_max_epu8(high, a);
      zeros += (uint64_t)_mm_popcnt_u64(_mm512_cmpeq_epi8_mask(a, zero));
      nibbles = a;
    }
    add_to_histogram(&buckets, _mm512_and_si512(nibbles, nibble), ~0ULL);
  }
  int16_t lows[32], highs[32];
  int8_t low_bytes[64], high_bytes[64];
  _mm512_storeu_si512(wide ? (void *)lows : (void *)low_bytes, low);
  _mm512_storeu_si512(wide ? (void *)highs : (void *)high_bytes, high);
  for (unsigned i = 0; i < (wide ? 32 : 64); i++) {
    int32_t a = wide ? lows[i] : low_bytes[i];
    int32_t b = wide ? highs[i] : high_bytes[i];
    if (!is_signed) {
      a &= wide ? 0xFFFF : 0xFF;
      b &= wide ? 0xFFFF : 0xFF;
    }
    if (lane > 0 && a < into->minimum) into->minimum = a;
    if (lane > 0 && b > into->maximum) into->maximum = b;
  }
  into->zero_count += zeros;
  finish_histogram(&buckets);
  for (unsigned i = 0; i < 16; i++) into->bucket_count[i] += buckets.counts[i];
  for (; lane < count; lane++) {
    uint16_t pattern = lanes[wide ? 2 * lane : lane];
    if (wide) pattern |= (uint16_t)(lanes[2 * lane + 1] << 8);
    int32_t value = !is_signed ? pattern : wide ? (int16_t)pattern : (int8_t)pattern;
    if (value < into->minimum) into->minimum = value;
    if (value > into->maximum) into->maximum = value;
    into->zero_count += pattern == guess;
    into->bucket_count[pattern & 15]++;
  }
}

WEFT_AVX512 void weft_avx512_add_statistics(
  const uint8_t *lanes, size_t count, unsigned lane_bytes, int is_signed, uint16_t guess, weft_statistics *into) {
  if (lane_bytes == 2) {
    if (is_signed) {
      statistics_all(lanes, count, guess, into, 1, 1);
    } else {
      statistics_all(lanes, count, guess, into, 1, 0);
    }
  } else if (is_signed) {
    statistics_all(lanes, count, guess, into, 0, 1);
  } else {
    statistics_all(lanes, count, guess, into, 0, 0);
  }
}
#endif
