// Blocks of one group of eight lanes, part of the AVX2 kernels behind their transpositions: a group's planes are the
// bytes of a transposed octet, or of two, and lie in half a register or a quarter of one.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// How many of the `planes` bytes from byte `first` on, at the top, do not count.
KERNEL_INLINE unsigned zeros_at_top(unsigned differ, unsigned first, unsigned planes) {
  return (unsigned)_lzcnt_u32(differ << (32 - planes - first) | 1u << (31 - planes));
}

KERNEL_INLINE int64_t encode_octets(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room, int wide) {
  const value_rule rule = make_rule(c, c->is_signed, wide);
  const __m256i is_signed = _mm256_set1_epi8(c->is_signed ? -1 : 0);
  const unsigned planes = wide ? 16 : 8;
  const uint8_t *end = payload + room;
  uint8_t *out = payload;
  uint8_t fails = 0;
  group_looks looks;
  make_group_looks(c, &looks, planes, 1, 1);
  size_t lane = 0;
  for (const size_t step = wide ? 16 : 32; lane + step <= count && end - out >= 32; lane += step) {
    __m256i x = _mm256_loadu_si256((const __m256i *)(lanes + (lane << wide)));
    if (!rule.plain) x = value_of_lane(x, &rule, wide);
    const __m256i rows = transpose_bits(wide ? part_octets(x) : reverse_octets(x));
    const __m256i before = wide ? _mm256_bslli_epi128(rows, 1) : _mm256_slli_epi64(rows, 8);
    const __m256i same = _mm256_cmpeq_epi8(rows, _mm256_and_si256(before, is_signed));
    const unsigned differ = ~(unsigned)_mm256_movemask_epi8(same);
    const __m128i half[2] = {_mm256_castsi256_si128(rows), _mm256_extracti128_si256(rows, 1)};
    for (unsigned group = 0; group < 32 / planes; group++) {
      const unsigned zeros = zeros_at_top(differ, group * planes, planes);
      fails |= looks.index[zeros];
      *indices++ = looks.index[zeros];
      if (wide) {
        _mm_storeu_si128((__m128i *)out, half[group]);
      } else if (group % 2 == 0) {
        _mm_storel_epi64((__m128i *)out, half[group / 2]);
      } else {
        _mm_storeh_pd((double *)(void *)out, _mm_castsi128_pd(half[group / 2]));
      }
      out += looks.step[zeros];
    }
  }
  if (fails & 0x80) return -1;
  int64_t rest = KERNEL(encode)(c, lanes + (lane << wide), count - lane, 8, indices, out, (size_t)(end - out));
  return rest < 0 ? -1 : out - payload + rest;
}

// Two groups of 16 bytes, or four of eight, from where each one begins.
KERNEL_INLINE __m256i gather_octets(const uint8_t *const from[4], int wide) {
  if (wide) {
    return _mm256_set_m128i(
      _mm_loadu_si128((const __m128i *)from[1]), _mm_loadu_si128((const __m128i *)from[0]));
  }
  const __m128i low = _mm_loadl_epi64((const __m128i *)from[0]), high = _mm_loadl_epi64((const __m128i *)from[2]);
  return _mm256_set_m128i(
    _mm_unpacklo_epi64(high, _mm_loadl_epi64((const __m128i *)from[3])),
    _mm_unpacklo_epi64(low, _mm_loadl_epi64((const __m128i *)from[1])));
}

KERNEL_INLINE void decode_octets(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, int streams, int wide) {
  const value_rule rule = make_rule(c, flags & weft_decode_sign_extends, wide);
  const unsigned groups = wide ? 2 : 4;
  const uint8_t *end = payload + bytes;
  row_looks looks;
  make_looks(c, &looks, wide ? 2 : 1, 1);
  size_t lane = 0;
  for (const size_t step = wide ? 16 : 32; lane + step <= count && end - payload >= 32; lane += step) {
    _mm_prefetch((const char *)payload + 1024, _MM_HINT_T0);
    const uint8_t *from[4], *keep[4], *flip[4];
    for (unsigned group = 0; group < groups; group++) {
      const unsigned index = *indices++ & 15;
      from[group] = payload;
      keep[group] = (const uint8_t *)(looks.keep + index);
      flip[group] = (const uint8_t *)(looks.flip + index);
      payload += looks.step[index];
    }
    __m256i x = transpose_bits(reverse_octets(_mm256_and_si256(gather_octets(from, wide), gather_octets(keep, wide))));
    if (wide) x = join_octets(x);
    if (c->is_signed) x = extend_sign(x, gather_octets(flip, wide), wide);
    if (!rule.plain) x = lane_of_value(x, &rule, wide);
    store_register(lanes + (lane << wide), x, streams);
  }
  KERNEL(decode)(c, payload, (size_t)(end - payload), indices, count - lane, 8, flags, lanes + (lane << wide));
}

KERNEL_TARGET static int64_t encode_eights(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  return c->lane_bytes == 2 ? encode_octets(c, lanes, count, indices, payload, room, 1)
                            : encode_octets(c, lanes, count, indices, payload, room, 0);
}

KERNEL_TARGET static void decode_eights(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, int streams) {
  if (c->lane_bytes == 2) {
    decode_octets(c, payload, bytes, indices, count, flags, lanes, streams, 1);
  } else {
    decode_octets(c, payload, bytes, indices, count, flags, lanes, streams, 0);
  }
}
