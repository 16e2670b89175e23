// Unpacking of blocks of one group of 16 lanes, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// What unpacking a group takes, by its header index: the bytes of its rows, ones over these, and the sign bit of its
// values, if they have one, in every lane.
typedef struct {
  __m256i keep[16], flip[16];
  uint8_t step[16];
} row_looks;

KERNEL_INLINE void make_looks(const weft_coding *c, row_looks *looks, unsigned lane_bytes, unsigned word) {
  for (unsigned index = 0; index < 16; index++) {
    const unsigned s = c->precision_of[index] <= 8 * lane_bytes ? c->precision_of[index] : 0;
    const unsigned sign = c->is_signed ? (1u << s) >> 1 : 0;
    uint8_t ones[32] = {0};
    memset(ones, 255, word * s);
    looks->step[index] = (uint8_t)(word * s);
    looks->keep[index] = _mm256_loadu_si256((const __m256i *)ones);
    looks->flip[index] = s == 0            ? _mm256_setzero_si256()
                         : lane_bytes == 2 ? _mm256_set1_epi16((short)sign)
                                           : _mm256_set1_epi8((char)sign);
  }
}

// `flips` says that there are signs to be copied upwards, `plain` that nothing is to be added, and `sums` that there is a
// checksum.
KERNEL_INLINE void decode_words(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, uint32_t *checksum, int sums, int streams, int flips, int plain) {
  const value_rule rule = make_rule(c, flags & weft_decode_sign_extends, 1);
  const uint8_t *end = payload + bytes;
  row_sum sum = begin_sum(payload, checksum);
  row_looks looks;
  make_looks(c, &looks, 2, 2);
  size_t lane = 0;
  for (; lane + 16 <= count && end - payload >= 32; lane += 16) {
    _mm_prefetch((const char *)payload + 1024, _MM_HINT_T0);
    const unsigned index = *indices++ & 15;
    __m256i x = words_of_planes(_mm256_and_si256(_mm256_loadu_si256((const __m256i *)payload), looks.keep[index]));
    payload += looks.step[index];
    if (flips) x = extend_sign(x, looks.flip[index], 1);
    if (!plain) x = lane_of_value(x, &rule, 1);
    store_register(lanes + 2 * lane, x, streams);
    if (sums) sum_words(&sum, end, 0, 2);
  }
  end_sum(&sum, end);
  KERNEL(decode)(
    c, payload, (size_t)(end - payload), indices, count - lane, 16, flags, lanes + 2 * lane);
}

KERNEL_INLINE void decode_bytes(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, uint32_t *checksum, int sums, int streams, int flips, int plain) {
  const __m256i rebase = _mm256_set1_epi8((char)c->rebase);
  const uint8_t *end = payload + bytes;
  row_sum sum = begin_sum(payload, checksum);
  row_looks looks;
  make_looks(c, &looks, 1, 2);
  size_t lane = 0;
  for (; lane + 64 <= count && end - payload >= 64; lane += 64) {
    _mm_prefetch((const char *)payload + 1024, _MM_HINT_T0);
    const unsigned index[4] = {indices[0] & 15u, indices[1] & 15u, indices[2] & 15u, indices[3] & 15u};
    indices += 4;
    // Loads are half a register: each group's rows begin where those before them end.
    __m128i half[4];
    for (unsigned i = 0; i < 4; i++) {
      half[i] = _mm_and_si128(
        _mm_loadu_si128((const __m128i *)payload), _mm256_castsi256_si128(looks.keep[index[i]]));
      payload += looks.step[index[i]];
    }
    __m256i x[2] = {_mm256_set_m128i(half[1], half[0]), _mm256_set_m128i(half[3], half[2])};
    bytes_of_four(x);
    for (unsigned i = 0; i < 2; i++) {
      if (flips) {
        x[i] = extend_sign(x[i], _mm256_blend_epi32(looks.flip[index[2 * i]], looks.flip[index[2 * i + 1]], 0xF0), 0);
      }
      if (!plain) x[i] = _mm256_add_epi8(x[i], rebase);
      store_register(lanes + lane + 32 * i, x[i], streams);
    }
    if (sums) sum_words(&sum, end, 0, 3);
  }
  end_sum(&sum, end);
  KERNEL(decode)(c, payload, (size_t)(end - payload), indices, count - lane, 16, flags, lanes + lane);
}

#if defined(WEFT_EMBEDDED)
// Room counts for more there than what is known before a loop.
#define WEFT_DECODE_UNITS(name, sums, suffix)                                                                        \
  KERNEL_TARGET static void name##suffix(                                                                            \
    const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,     \
    uint8_t *lanes, uint32_t *checksum, int streams) {                                                               \
    name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, streams, 1, 0);                            \
  }
#else
// One loop for each answer that is known before it; what is seldom asked shares one.
#define WEFT_DECODE_UNITS(name, sums, suffix)                                                                        \
  KERNEL_TARGET static void name##suffix(                                                                            \
    const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,     \
    uint8_t *lanes, uint32_t *checksum, int streams) {                                                               \
    if (c->rebase != 0 || c->width != 8 * c->lane_bytes) {                                                           \
      if (streams) {                                                                                                 \
        name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, 1, 1, 0);                              \
      } else {                                                                                                       \
        name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, 0, 1, 0);                              \
      }                                                                                                              \
    } else if (c->is_signed) {                                                                                       \
      if (streams) {                                                                                                 \
        name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, 1, 1, 1);                              \
      } else {                                                                                                       \
        name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, 0, 1, 1);                              \
      }                                                                                                              \
    } else if (streams) {                                                                                            \
      name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, 1, 0, 1);                                \
    } else {                                                                                                         \
      name(c, payload, bytes, indices, count, flags, lanes, checksum, sums, 0, 0, 1);                                \
    }                                                                                                                \
  }
#endif

WEFT_DECODE_UNITS(decode_words, 0, _all)
WEFT_DECODE_UNITS(decode_bytes, 0, _all)
