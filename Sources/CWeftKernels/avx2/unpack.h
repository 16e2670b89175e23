// Unpacking blocks of one group of 16 lanes, a batch of them at once, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// What unpacking a group takes, by its header index: the bytes of its rows, ones over these in each part of a register
// that has a group, and the sign bit of its values, if they have one, in every lane.
typedef struct {
  __m256i keep[16], flip[16];
  uint8_t step[16];
} row_looks;

KERNEL_INLINE void make_row_looks(const weft_coding *c, row_looks *looks, unsigned word) {
  const unsigned planes = 8 * c->lane_bytes;
  for (unsigned index = 0; index < 16; index++) {
    const unsigned s = c->precision_of[index] <= planes ? c->precision_of[index] : 0;
    const unsigned sign = c->is_signed ? (1u << s) >> 1 : 0;
    uint8_t ones[32] = {0};
    for (unsigned part = 0; part < 32; part += planes * word) memset(ones + part, 255, word * s);
    looks->step[index] = (uint8_t)(word * s);
    looks->keep[index] = _mm256_loadu_si256((const __m256i *)ones);
    looks->flip[index] = c->lane_bytes == 2 ? _mm256_set1_epi16((short)sign) : _mm256_set1_epi8((char)sign);
  }
}

// Keeps the compiler from bringing indices together in a register, from which it would take them one by one.
KERNEL_INLINE unsigned index_at(const uint8_t *indices, unsigned i) {
  unsigned index = indices[i] & 15;
  __asm__("" : "+r"(index));
  return index;
}

// Of one group in the low half and of another in the high one.
KERNEL_INLINE __m256i look_of_two(const __m256i looks[16], const unsigned *indices) {
  return _mm256_blend_epi32(looks[indices[0]], looks[indices[1]], 0xF0);
}

// What unpacking a batch needs to know. Its address goes to inlined functions only, so that it stays in registers.
typedef struct {
  const row_looks *looks;
  value_rule rule;
  stretch_sum sum;
} unpack_state;

// What is known before a loop: lanes are written around the caches, there are signs to be copied upwards, nothing else
// is to be done to values, and there is a checksum.
typedef struct {
  int streams, flips, plain, sums;
} unpack_kind;

// As for packing.
#if defined(WEFT_EMBEDDED)
enum { words_back_at_once = 2, bytes_back_at_once = 4 };
#else
enum { words_back_at_once = 8, bytes_back_at_once = 8 };
#endif

KERNEL_INLINE const uint8_t *unpack_words(
  unpack_state *state, const uint8_t *rows, const uint8_t *indices, uint8_t *lanes, unpack_kind kind) {
  __m256i x[words_back_at_once];
  unsigned index[words_back_at_once];
  for (unsigned i = 0; i < words_back_at_once; i++) {
    index[i] = index_at(indices, i);
    x[i] = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)rows), state->looks->keep[index[i]]);
    rows += state->looks->step[index[i]];
  }
  words_of_planes(x, words_back_at_once);
  for (unsigned i = 0; i < words_back_at_once; i++) {
    if (kind.flips) x[i] = extend_sign(x[i], state->looks->flip[index[i]], 1);
    if (!kind.plain) x[i] = lane_of_value(x[i], &state->rule, 1);
    store_register(lanes + 32 * i, x[i], kind.streams);
    if (kind.sums && i % 2 == 1) next_share(&state->sum);
  }
  return rows;
}

KERNEL_INLINE const uint8_t *unpack_bytes(
  unpack_state *state, const uint8_t *rows, const uint8_t *indices, uint8_t *lanes, unpack_kind kind) {
  enum { registers = bytes_back_at_once / 2 };
  const row_looks *const looks = state->looks;
  __m256i x[registers];
  unsigned index[bytes_back_at_once];
  for (unsigned i = 0; i < bytes_back_at_once; i++) index[i] = index_at(indices, i);
  for (unsigned i = 0; i < registers; i++) {
    // Loads are half a register: each group's rows begin where those before them end.
    const uint8_t *const next = rows + looks->step[index[2 * i]];
    const __m128i first = _mm_and_si128(
      _mm_loadu_si128((const __m128i *)rows), _mm256_castsi256_si128(looks->keep[index[2 * i]]));
    const __m128i second = _mm_and_si128(
      _mm_loadu_si128((const __m128i *)next), _mm256_castsi256_si128(looks->keep[index[2 * i + 1]]));
    x[i] = _mm256_set_m128i(second, first);
    rows = next + looks->step[index[2 * i + 1]];
  }
  bytes_of_planes(x, registers);
  for (unsigned i = 0; i < registers; i++) {
    if (kind.flips) x[i] = extend_sign(x[i], look_of_two(looks->flip, index + 2 * i), 0);
    if (!kind.plain) x[i] = lane_of_value(x[i], &state->rule, 0);
    store_register(lanes + 32 * i, x[i], kind.streams);
    if (kind.sums && i % 2 == 1) next_share(&state->sum);
  }
  return rows;
}
