#if defined(__x86_64__)
// Sums of precisions, headers, checksums and copies.
#include "histogram.h"
#include "lanes.h"

WEFT_AVX512 int64_t weft_avx512_sum_precisions(
  const weft_coding *coding, const uint8_t *indices, size_t count, int64_t *counts) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)coding->precision_of));
  __m512i sum = _mm512_setzero_si512();
  histogram found;
  clear_histogram(&found);
  __mmask64 wrong = 0;
  for (size_t first = 0; first < count; first += 64) {
    __mmask64 valid = count - first >= 64 ? ~0ULL : _bzhi_u64(~0ULL, (unsigned)(count - first));
    __m512i index = _mm512_maskz_loadu_epi8(valid, indices + first);
    __m512i s = _mm512_maskz_shuffle_epi8(valid, table, index);
    wrong |= _mm512_movepi8_mask(s);
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(s, _mm512_setzero_si512()));
    if (counts) add_to_histogram(&found, index, valid);
  }
  if (counts) {
    finish_histogram(&found);
    for (unsigned i = 0; i < 16; i++) counts[i] += (int64_t)found.counts[i];
  }
  return wrong ? -1 : (int64_t)_mm512_reduce_add_epi64(sum);
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
  weft_bmi2_pack_headers(indices + done, count - done, bits, target + done / 8 * bits);
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

// Carry-less multiples that move 16 bytes on by 256 and by 64 bytes and by 16 bytes (x^(bits + 32) and x^(bits - 32)
// mod the polynomial, reflected; V. Gopal et al., Fast CRC Computation Using PCLMULQDQ, Intel 2009).
WEFT_INLINE __m512i fold_on(__m512i sum, __m512i keys, __m512i next) {
  __m512i low = _mm512_clmulepi64_epi128(sum, keys, 0x00);
  __m512i high = _mm512_clmulepi64_epi128(sum, keys, 0x11);
  return _mm512_ternarylogic_epi64(low, high, next, 0x96);
}

WEFT_AVX512 uint32_t weft_avx512_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
  if (count < 512) return weft_sse42_crc32c(crc, bytes, count);
  const __m512i by256 = _mm512_set4_epi32(0, (int)0xB9E02B86, 0, (int)0xDCB17AA4);
  const __m512i by64 = _mm512_set4_epi32(0, (int)0x9E4ADDF8, 0, (int)0x740EEF02);
  const __m128i by16 = _mm_set_epi32(1, (int)0x4CD00BD6, 0, (int)0xF20C0DFE);
  __m512i sums[4];
  for (unsigned i = 0; i < 4; i++) sums[i] = _mm512_loadu_si512(bytes + 64 * i);
  sums[0] = _mm512_xor_si512(sums[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
  bytes += 256;
  count -= 256;
  while (count >= 256) {
    for (unsigned i = 0; i < 4; i++) sums[i] = fold_on(sums[i], by256, _mm512_loadu_si512(bytes + 64 * i));
    bytes += 256;
    count -= 256;
  }
  for (unsigned i = 1; i < 4; i++) sums[i] = fold_on(sums[i - 1], by64, sums[i]);
  __m128i parts[4];
  _mm512_storeu_si512(parts, sums[3]);
  __m128i sum = parts[0];
  for (unsigned i = 1; i < 4; i++) {
    __m128i low = _mm_clmulepi64_si128(sum, by16, 0x00);
    __m128i high = _mm_clmulepi64_si128(sum, by16, 0x11);
    sum = _mm_xor_si128(_mm_xor_si128(low, high), parts[i]);
  }
  uint64_t rest = _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(sum));
  rest = _mm_crc32_u64(rest, (uint64_t)_mm_extract_epi64(sum, 1));
  return weft_sse42_crc32c(~(uint32_t)rest, bytes, count);
}

WEFT_AVX512 void weft_avx512_copy_around(uint8_t *target, const uint8_t *source, size_t count) {
  if (count < 256) {
    memcpy(target, source, count);
    return;
  }
  size_t head = (size_t)(-(uintptr_t)target & 63);
  memcpy(target, source, head);
  size_t at = head;
  for (; at + 64 <= count; at += 64) {
    _mm512_stream_si512((__m512i *)(target + at), _mm512_loadu_si512(source + at));
  }
  // Other threads may be told of the copy next: stores around the caches must not come after that.
  _mm_sfence();
  memcpy(target + at, source + at, count - at);
}
#endif
