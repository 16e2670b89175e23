#if defined(__x86_64__)
// Zero compaction.
#include "columns.h"
#include "lanes.h"

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
      const __mmask32 k = _mm512_test_epi16_mask(v, v);
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
    const __mmask64 k = _mm512_test_epi8_mask(v, v);
    // Stored and counted: a mask register is left once for both, which takes two cycles each time.
    uint64_t bits = k;
    __asm__("" : "+r"(bits));
    memcpy(mask + lane / 8, &bits, 8);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, x));
    out += _mm_popcnt_u64(bits);
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
  if ((flags & weft_streams) != 0 && ((uintptr_t)lanes & 63) == 0) {
    expand_all(coding, dense, mask, count, flags, lanes, 1);
  } else {
    expand_all(coding, dense, mask, count, flags, lanes, 0);
  }
}
#endif
