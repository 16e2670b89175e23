// The AVX2 kernels: with and without the affine instruction, which the including file says by defining
// transpose_bits(x), the transposition of each eight bytes, and reverses_rows, whether it takes the last row first.
#include <immintrin.h>

#include "portable.h"

#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL_TARGET

// Bytes of eight two-byte lanes: low ones, then high ones, in the order the transposition wants.
KERNEL_INLINE __m256i part_octets(__m256i lanes) {
  const __m256i order =
    reverses_rows
      ? _mm256_setr_epi8(14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9, 7, 5, 3, 1, 14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9,
                         7, 5, 3, 1)
      : _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9,
                         11, 13, 15);
  return _mm256_shuffle_epi8(lanes, order);
}

KERNEL_INLINE __m256i reverse_octets(__m256i x) {
  if (!reverses_rows) return x;
  return _mm256_shuffle_epi8(
    x, _mm256_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12,
                        11, 10, 9, 8));
}

// Two octets of bytes in each half to words of one byte each.
KERNEL_INLINE __m256i join_octets(__m256i x) {
  return _mm256_shuffle_epi8(
    x, _mm256_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6,
                        14, 7, 15));
}

// 16 planes of 16 two-byte lanes, and the way back.
KERNEL_INLINE __m256i planes_of_words(__m256i lanes) {
  return join_octets(transpose_bits(_mm256_permute4x64_epi64(part_octets(lanes), 0xD8)));
}

KERNEL_INLINE __m256i words_of_planes(__m256i planes) {
  return join_octets(_mm256_permute4x64_epi64(transpose_bits(part_octets(planes)), 0xD8));
}

// Eight planes of twice 16 one-byte lanes, and the way back.
KERNEL_INLINE __m256i planes_of_bytes(__m256i lanes) { return join_octets(transpose_bits(reverse_octets(lanes))); }
KERNEL_INLINE __m256i bytes_of_planes(__m256i planes) { return transpose_bits(part_octets(planes)); }

KERNEL_INLINE void unit_planes(const uint16_t lanes[16], uint16_t planes[16]) {
  _mm256_storeu_si256((__m256i *)planes, planes_of_words(_mm256_loadu_si256((const __m256i *)lanes)));
}

KERNEL_INLINE void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]) {
  _mm256_storeu_si256((__m256i *)lanes, words_of_planes(_mm256_loadu_si256((const __m256i *)planes)));
}

#include "generic.h"

typedef struct {
  __m256i rebase, is_signed;
  __m128i shift;
  int plain;
} packing;

KERNEL_INLINE packing make_packing(const weft_coding *c) {
  packing p;
  p.rebase = _mm256_set1_epi16((short)c->rebase);
  p.is_signed = _mm256_set1_epi8(c->is_signed ? -1 : 0);
  p.shift = _mm_cvtsi32_si128(16 - c->width);
  p.plain = c->rebase == 0 && c->width == 16;
  return p;
}

KERNEL_INLINE __m256i packed_words(const uint8_t *lanes, const packing *p, int is_signed) {
  __m256i x = _mm256_loadu_si256((const __m256i *)lanes);
  if (p->plain) return x;
  x = _mm256_sll_epi16(_mm256_sub_epi16(x, p->rebase), p->shift);
  return is_signed ? _mm256_sra_epi16(x, p->shift) : _mm256_srl_epi16(x, p->shift);
}

// Header index and bytes of rows of a group by twice the number of planes that do not count.
typedef struct {
  uint8_t index[33], step[33];
} group_looks;

KERNEL_INLINE void make_group_looks(const weft_coding *c, group_looks *looks, unsigned planes) {
  for (unsigned zeros = 0; zeros <= 2 * planes; zeros++) {
    const unsigned needed = planes - zeros / 2;
    looks->index[zeros] = c->index_of[needed];
    looks->step[zeros] = (uint8_t)(2 * c->stored_of[needed]);
  }
}

// One group of 16 two-byte lanes at a time: stored whole, the next one over what it does not need.
KERNEL_TARGET static int64_t encode_words(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  const packing p = make_packing(c);
  const int is_signed = c->is_signed;
  const uint8_t *end = payload + room;
  uint8_t *out = payload;
  uint8_t fails = 0;
  group_looks looks;
  make_group_looks(c, &looks, 16);
  size_t lane = 0;
  for (; lane + 16 <= count && end - out >= 32; lane += 16) {
    __m256i planes = planes_of_words(packed_words(lanes + 2 * lane, &p, is_signed));
    // A plane counts when it differs from the plane below it (two's complement) or from zero.
    __m256i before = _mm256_alignr_epi8(planes, _mm256_permute2x128_si256(planes, planes, 0x08), 14);
    __m256i same = _mm256_cmpeq_epi16(planes, _mm256_and_si256(before, p.is_signed));
    const unsigned zeros = (unsigned)_lzcnt_u32(~(unsigned)_mm256_movemask_epi8(same));
    fails |= looks.index[zeros];
    *indices++ = looks.index[zeros];
    _mm256_storeu_si256((__m256i *)out, planes);
    out += looks.step[zeros];
  }
  if (fails & 0x80) return -1;
  int64_t rest = KERNEL(encode)(c, lanes + 2 * lane, count - lane, 16, indices, out, (size_t)(end - out));
  return rest < 0 ? -1 : out - payload + rest;
}

KERNEL_TARGET static int64_t encode_bytes(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  const __m256i rebase = _mm256_set1_epi8((char)c->rebase);
  const __m256i is_signed = _mm256_set1_epi8(c->is_signed ? -1 : 0);
  const uint8_t *end = payload + room;
  uint8_t *out = payload;
  uint8_t fails = 0;
  group_looks looks;
  make_group_looks(c, &looks, 8);
  size_t lane = 0;
  for (; lane + 32 <= count && end - out >= 32; lane += 32) {
    __m256i x = _mm256_sub_epi8(_mm256_loadu_si256((const __m256i *)(lanes + lane)), rebase);
    __m256i planes = planes_of_bytes(x);
    __m256i same = _mm256_cmpeq_epi16(planes, _mm256_and_si256(_mm256_bslli_epi128(planes, 2), is_signed));
    unsigned differ = ~(unsigned)_mm256_movemask_epi8(same);
    const unsigned first = (unsigned)_lzcnt_u32(differ << 16 | 0x8000);
    const unsigned second = (unsigned)_lzcnt_u32((differ & 0xFFFF0000) | 0x8000);
    fails |= looks.index[first] | looks.index[second];
    indices[0] = looks.index[first];
    indices[1] = looks.index[second];
    indices += 2;
    uint8_t *next = out + looks.step[first];
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(planes));
    _mm_storeu_si128((__m128i *)next, _mm256_extracti128_si256(planes, 1));
    out = next + looks.step[second];
  }
  if (fails & 0x80) return -1;
  int64_t rest = KERNEL(encode)(c, lanes + lane, count - lane, 16, indices, out, (size_t)(end - out));
  return rest < 0 ? -1 : out - payload + rest;
}

KERNEL_TARGET static int64_t encode(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices, uint8_t *payload,
  size_t room) {
  if (block_lanes == 16 && c->lane_bytes == 2) return encode_words(c, lanes, count, indices, payload, room);
  if (block_lanes == 16 && c->width == 8) return encode_bytes(c, lanes, count, indices, payload, room);
  return KERNEL(encode)(c, lanes, count, block_lanes, indices, payload, room);
}

// What unpacking a group takes, by its header index: the bytes of its rows, ones over these, and the sign bit of its
// values, if they have one, in every lane.
typedef struct {
  __m256i keep[16], flip[16];
  uint8_t step[16];
} row_looks;

KERNEL_INLINE void make_looks(const weft_coding *c, row_looks *looks, unsigned lane_bytes) {
  for (unsigned index = 0; index < 16; index++) {
    const unsigned s = c->precision_of[index] <= 8 * lane_bytes ? c->precision_of[index] : 0;
    const unsigned sign = c->is_signed ? (1u << s) >> 1 : 0;
    uint8_t ones[32] = {0};
    memset(ones, 255, 2 * s);
    looks->step[index] = (uint8_t)(2 * s);
    looks->keep[index] = _mm256_loadu_si256((const __m256i *)ones);
    looks->flip[index] = s == 0            ? _mm256_setzero_si256()
                         : lane_bytes == 2 ? _mm256_set1_epi16((short)sign)
                                           : _mm256_set1_epi8((char)sign);
  }
}

KERNEL_INLINE void store_elements(uint8_t *target, __m256i x, int streams) {
  if (streams) {
    _mm256_stream_si256((__m256i *)target, x);
  } else {
    _mm256_storeu_si256((__m256i *)target, x);
  }
}

// `flips` says that there are signs to be copied upwards, and `plain` that nothing is to be added.
KERNEL_INLINE void decode_words(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, int streams, int flips, int plain) {
  const packing p = make_packing(c);
  const uint8_t *end = payload + bytes;
  const int extends = flags & weft_decode_sign_extends;
  row_looks looks;
  make_looks(c, &looks, 2);
  size_t lane = 0;
  for (; lane + 16 <= count && end - payload >= 32; lane += 16) {
    _mm_prefetch((const char *)payload + 1024, _MM_HINT_T0);
    const unsigned index = *indices++ & 15;
    __m256i x = words_of_planes(_mm256_and_si256(_mm256_loadu_si256((const __m256i *)payload), looks.keep[index]));
    payload += looks.step[index];
    if (flips) x = _mm256_sub_epi16(_mm256_xor_si256(x, looks.flip[index]), looks.flip[index]);
    if (!plain) {
      x = _mm256_sll_epi16(_mm256_add_epi16(x, p.rebase), p.shift);
      x = extends ? _mm256_sra_epi16(x, p.shift) : _mm256_srl_epi16(x, p.shift);
    }
    store_elements(lanes + 2 * lane, x, streams);
  }
  KERNEL(decode)(
    c, payload, (size_t)(end - payload), indices, count - lane, 16, flags, lanes + 2 * lane);
}

KERNEL_INLINE void decode_bytes(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, int streams, int flips, int plain) {
  const __m256i rebase = _mm256_set1_epi8((char)c->rebase);
  const uint8_t *end = payload + bytes;
  row_looks looks;
  make_looks(c, &looks, 1);
  size_t lane = 0;
  for (; lane + 32 <= count && end - payload >= 32; lane += 32) {
    _mm_prefetch((const char *)payload + 1024, _MM_HINT_T0);
    const unsigned a = *indices++ & 15, b = *indices++ & 15;
    const uint8_t *next = payload + looks.step[a];
    // Both loads are half a register: the second group's rows begin where the first one's end.
    __m128i first = _mm_and_si128(_mm_loadu_si128((const __m128i *)payload), _mm256_castsi256_si128(looks.keep[a]));
    __m128i second = _mm_and_si128(_mm_loadu_si128((const __m128i *)next), _mm256_castsi256_si128(looks.keep[b]));
    payload = next + looks.step[b];
    __m256i x = bytes_of_planes(_mm256_set_m128i(second, first));
    if (flips) {
      __m256i flip = _mm256_blend_epi32(looks.flip[a], looks.flip[b], 0xF0);
      x = _mm256_sub_epi8(_mm256_xor_si256(x, flip), flip);
    }
    if (!plain) x = _mm256_add_epi8(x, rebase);
    store_elements(lanes + lane, x, streams);
  }
  KERNEL(decode)(c, payload, (size_t)(end - payload), indices, count - lane, 16, flags, lanes + lane);
}

#if defined(WEFT_EMBEDDED)
// Room counts for more there than what is known before a loop.
#define WEFT_DECODE_UNITS(name)                                                                                      \
  KERNEL_TARGET static void name##_all(                                                                              \
    const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,     \
    uint8_t *lanes, int streams) {                                                                                   \
    name(c, payload, bytes, indices, count, flags, lanes, streams, 1, 0);                                            \
  }
#else
// One loop for each answer that is known before it; what is seldom asked shares one.
#define WEFT_DECODE_UNITS(name)                                                                                      \
  KERNEL_TARGET static void name##_all(                                                                              \
    const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,     \
    uint8_t *lanes, int streams) {                                                                                   \
    if (c->rebase != 0 || c->width != 8 * c->lane_bytes) {                                                           \
      if (streams) {                                                                                                 \
        name(c, payload, bytes, indices, count, flags, lanes, 1, 1, 0);                                              \
      } else {                                                                                                       \
        name(c, payload, bytes, indices, count, flags, lanes, 0, 1, 0);                                              \
      }                                                                                                              \
    } else if (c->is_signed) {                                                                                       \
      if (streams) {                                                                                                 \
        name(c, payload, bytes, indices, count, flags, lanes, 1, 1, 1);                                              \
      } else {                                                                                                       \
        name(c, payload, bytes, indices, count, flags, lanes, 0, 1, 1);                                              \
      }                                                                                                              \
    } else if (streams) {                                                                                            \
      name(c, payload, bytes, indices, count, flags, lanes, 1, 0, 1);                                                \
    } else {                                                                                                         \
      name(c, payload, bytes, indices, count, flags, lanes, 0, 0, 1);                                                \
    }                                                                                                                \
  }
#endif

WEFT_DECODE_UNITS(decode_words)
WEFT_DECODE_UNITS(decode_bytes)

KERNEL_TARGET static void decode(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes) {
  const int streams = (flags & weft_decode_streams) != 0 && ((uintptr_t)lanes & 31) == 0;
  if (block_lanes == 16 && c->lane_bytes == 2) {
    decode_words_all(c, payload, bytes, indices, count, flags, lanes, streams);
  } else if (block_lanes == 16 && c->width == 8) {
    decode_bytes_all(c, payload, bytes, indices, count, flags, lanes, streams);
  } else {
    KERNEL(decode)(c, payload, bytes, indices, count, block_lanes, flags, lanes);
  }
  if (streams) _mm_sfence();
}

// Without counts a look-up and a sum of bytes do for 32 groups.
KERNEL_TARGET static int64_t sum_precisions(
  const weft_coding *c, const uint8_t *indices, size_t count, int64_t *counts) {
  if (counts) return KERNEL(sum_precisions)(c, indices, count, counts);
  const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)c->precision_of));
  __m256i sum = _mm256_setzero_si256(), all = _mm256_setzero_si256();
  size_t group = 0;
  for (; group + 32 <= count; group += 32) {
    __m256i s = _mm256_shuffle_epi8(table, _mm256_loadu_si256((const __m256i *)(indices + group)));
    all = _mm256_or_si256(all, s);
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(s, _mm256_setzero_si256()));
  }
  const int64_t rest = KERNEL(sum_precisions)(c, indices + group, count - group, 0);
  // An index past the last entry has a precision of 255; true ones are far below 128.
  if (rest < 0 || _mm256_movemask_epi8(all) != 0) return -1;
  __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  return rest + _mm_cvtsi128_si64(_mm_add_epi64(half, _mm_unpackhi_epi64(half, half)));
}

KERNEL_TARGET static void copy_around(uint8_t *target, const uint8_t *source, size_t count) {
  size_t at = 0;
  if (count >= 256) {
    at = (size_t)(-(uintptr_t)target & 31);
    memcpy(target, source, at);
    for (; at + 32 <= count; at += 32) {
      _mm256_stream_si256((__m256i *)(target + at), _mm256_loadu_si256((const __m256i *)(source + at)));
    }
  }
  _mm_sfence();
  memcpy(target + at, source + at, count - at);
}

#include "avx2search.h"

#define WEFT_AVX2_FUNCTIONS                                                                                          \
  .encode = encode, .decode = decode, .compact = compact,                                                            \
  .expand = KERNEL(expand), .count_bits = weft_popcnt_count_bits,                                                    \
  .search = search, .pack_headers = weft_bmi2_pack_headers,                                                          \
  .unpack_headers = weft_bmi2_unpack_headers, .sum_precisions = sum_precisions,                                      \
  .survey = survey, .copy_around = copy_around, .crc32c = weft_sse42_crc32c,                                          \
  .join_checksums = weft_pclmul_join_checksums
