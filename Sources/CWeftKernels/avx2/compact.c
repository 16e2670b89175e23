#if defined(__x86_64__) && !defined(WEFT_EMBEDDED)
// Zero compaction: eight lanes at a time, by shuffles from the tables that squeeze rows.
#include "../kernels.h"
#include "squeeze.h"

// Moves the kept ones of 32 lanes together; returns where they end. Writes no further than 32 lanes.
WEFT_INLINE uint8_t *compact_lanes(const uint8_t *lanes, uint32_t kept, uint8_t *out, int wide) {
  for (unsigned i = 0; i < 32; i += 8) {
    const unsigned here = kept >> i & 255;
    if (wide) {
      const __m128i x = _mm_loadu_si128((const __m128i *)(lanes + 2 * i));
      _mm_storeu_si128((__m128i *)out, squeezed_words(x, here));
    } else {
      const __m128i x = _mm_loadl_epi64((const __m128i *)(lanes + i));
      _mm_storel_epi64((__m128i *)out, squeezed_bytes(x, here));
    }
    out += (size_t)_mm_popcnt_u32(here) << wide;
  }
  return out;
}

WEFT_INLINE size_t compact(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense, int wide) {
  const value_rule rule = make_rule(coding, 0, wide);
  uint8_t *out = dense;
  size_t lane = 0;
  for (; lane + 32 <= count; lane += 32) {
    const uint8_t *from = lanes + (lane << wide);
    const uint32_t kept = kept_lanes(from, &rule, wide);
    memcpy(mask + lane / 8, &kept, 4);
    // Never past the lanes read so far, for which there is room.
    out = compact_lanes(from, kept, out, wide);
  }
  if (lane < count) {
    // Absent lanes are not kept.
    uint8_t last[64], together[64];
    for (unsigned i = 0; i < sizeof last; i += 32) _mm256_storeu_si256((__m256i *)(last + i), rule.rebase);
    memcpy(last, lanes + (lane << wide), (count - lane) << wide);
    const uint32_t kept = kept_lanes(last, &rule, wide);
    memcpy(mask + lane / 8, &kept, (count - lane + 7) / 8);
    const size_t bytes = (size_t)(compact_lanes(last, kept, together, wide) - together);
    memcpy(out, together, bytes);
    out += bytes;
  }
  return (size_t)(out - dense) >> wide;
}

WEFT_INLINE __m128i spread_part(const uint8_t *dense, unsigned mask, __m128i zero, int wide) {
  return wide ? spread_words(_mm_xor_si128(_mm_loadu_si128((const __m128i *)dense), zero), mask)
              : spread_bytes(_mm_xor_si128(_mm_loadl_epi64((const __m128i *)dense), zero), mask);
}

// The inverse for 32 lanes; returns where the next ones' begin. Reads up to 64 bytes, or 32 of one-byte lanes.
WEFT_INLINE const uint8_t *expand_lanes(
  const uint8_t *dense, uint32_t kept, __m256i zero, uint8_t *lanes, int wide, int streams) {
  // Lanes that the shuffle leaves 0 must become those of the packed value 0.
  const __m128i none = _mm256_castsi256_si128(zero);
  for (unsigned i = 0; i < 32; i += wide ? 16 : 32) {
    __m128i part[4];
    for (unsigned k = 0; k < (wide ? 2 : 4); k++) {
      const unsigned here = kept >> (i + 8 * k) & 255;
      part[k] = spread_part(dense, here, none, wide);
      dense += (size_t)_mm_popcnt_u32(here) << wide;
    }
    __m256i x = wide ? _mm256_set_m128i(part[1], part[0])
                     : _mm256_set_m128i(_mm_unpacklo_epi64(part[2], part[3]), _mm_unpacklo_epi64(part[0], part[1]));
    store_register(lanes + (i << wide), _mm256_xor_si256(x, zero), streams);
  }
  return dense;
}

WEFT_INLINE void expand(
  const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes,
  int wide, int streams) {
  const value_rule rule = make_rule(coding, flags & weft_decode_sign_extends, wide);
  const __m256i zero = lane_of_value(_mm256_setzero_si256(), &rule, wide);
  uint32_t last = 0;
  if (count % 32 > 0) memcpy(&last, mask + count / 32 * 4, (count % 32 + 7) / 8);
  last = _bzhi_u32(last, count % 32);
  const size_t kept_bytes = (weft_popcnt_count_bits(mask, count / 32 * 4) + (size_t)_mm_popcnt_u32(last)) << wide;
  const uint8_t *const end = dense + kept_bytes;
  size_t lane = 0;
  uint8_t rest[128];
  for (; lane + 32 <= count; lane += 32) {
    uint32_t kept;
    memcpy(&kept, mask + lane / 8, 4);
    if (end - dense >= 64) {
      dense = expand_lanes(dense, kept, zero, lanes + (lane << wide), wide, streams);
    } else {
      // Loads are whole registers: near the end they read a copy.
      memcpy(rest, dense, (size_t)(end - dense));
      expand_lanes(rest, kept, zero, lanes + (lane << wide), wide, streams);
      dense += (size_t)_mm_popcnt_u32(kept) << wide;
    }
  }
  if (lane < count) {
    uint8_t whole[64] __attribute__((aligned(32)));
    memcpy(rest, dense, (size_t)(end - dense));
    expand_lanes(rest, last, zero, whole, wide, 0);
    memcpy(lanes + (lane << wide), whole, (count - lane) << wide);
  }
}

WEFT_AVX2 size_t weft_avx2_compact(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense) {
  return coding->lane_bytes == 2 ? compact(coding, lanes, count, mask, dense, 1)
                                 : compact(coding, lanes, count, mask, dense, 0);
}

WEFT_AVX2 void weft_avx2_expand(
  const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes) {
  const int streams = may_stream(flags, lanes);
  if (coding->lane_bytes == 2) {
    if (streams) {
      expand(coding, dense, mask, count, flags, lanes, 1, 1);
    } else {
      expand(coding, dense, mask, count, flags, lanes, 1, 0);
    }
  } else if (streams) {
    expand(coding, dense, mask, count, flags, lanes, 0, 1);
  } else {
    expand(coding, dense, mask, count, flags, lanes, 0, 0);
  }
}
#endif
