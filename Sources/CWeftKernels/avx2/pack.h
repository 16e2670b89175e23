// Packing blocks of one group of 16 lanes, a batch of them at once, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// Header index and bytes of rows of a group by the bits above the highest one that counts. There are so many bits for
// each plane, and where more of them than a group has are 0, no plane counts.
typedef struct {
  uint8_t index[33], step[33];
} group_looks;

KERNEL_INLINE void make_group_looks(
  const weft_coding *c, group_looks *looks, unsigned planes, unsigned bits, unsigned word) {
  for (unsigned zeros = 0; zeros <= 32; zeros++) {
    const unsigned needed = zeros < bits * planes ? planes - zeros / bits : 0;
    looks->index[zeros] = c->index_of[needed];
    looks->step[zeros] = (uint8_t)(word * c->stored_of[needed]);
  }
}

// Of a group the top bits of `differ` tell which planes count, and what is below them does not matter. Writes its
// index; `fails` has its top bit set where it fits no table entry. Returns the bytes of its rows.
KERNEL_INLINE unsigned look_up_group(const group_looks *looks, unsigned differ, uint8_t *index, uint8_t *fails) {
  const unsigned zeros = (unsigned)_lzcnt_u32(differ);
  *index = looks->index[zeros];
  *fails |= *index;
  return looks->step[zeros];
}

// What packing a batch needs to know, and leaves. Its address goes to inlined functions only, so
// that it stays in registers.
typedef struct {
  const group_looks *looks;
  value_rule rule;
  uint8_t fails;
} pack_state;

// A step of packing waits for the one before it, and the CPU looks no more than about 60 of them ahead: so many groups
// at once, a step of each after the other, keep it busy.
#if defined(WEFT_EMBEDDED)
enum { words_at_once = 2, bytes_at_once = 4 };
#else
enum { words_at_once = 6, bytes_at_once = 8 };
#endif

// Two groups at a time, one in the low halves of registers: each is stored whole, the next one over what it does not
// need.
KERNEL_INLINE uint8_t *pack_words(
  pack_state *state, const uint8_t *lanes, uint8_t *indices, uint8_t *out, int is_signed) {
  __m256i x[words_at_once];
  for (unsigned i = 0; i < words_at_once; i += 2) {
    const uint8_t *from = lanes + 32 * i;
    x[i] = load_halves(from, from + 32), x[i + 1] = load_halves(from + 16, from + 48);
  }
  if (!state->rule.plain) {
    for (unsigned i = 0; i < words_at_once; i++) x[i] = value_of_lane(x[i], &state->rule, 1);
  }
  planes_of_pairs(x, words_at_once);
  unsigned differ[words_at_once / 2];
  for (unsigned i = 0; i < words_at_once; i += 2) {
    const __m256i low = as_it_is(x[i]), high = as_it_is(x[i + 1]), none = _mm256_setzero_si256();
    // A plane counts when it differs from the plane below it (two's complement) or from zero.
    const __m256i below_low = is_signed ? _mm256_bslli_epi128(low, 2) : none;
    const __m256i below_high = is_signed ? _mm256_alignr_epi8(high, low, 14) : none;
    const __m256i same = _mm256_packs_epi16(_mm256_cmpeq_epi16(low, below_low), _mm256_cmpeq_epi16(high, below_high));
    differ[i / 2] = ~(unsigned)_mm256_movemask_epi8(same);
  }
  for (unsigned i = 0; i < words_at_once; i += 2) {
    uint8_t *const next = out + look_up_group(state->looks, differ[i / 2] << 16, indices + i, &state->fails);
    const unsigned step = look_up_group(state->looks, differ[i / 2], indices + i + 1, &state->fails);
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(x[i]));
    _mm_storeu_si128((__m128i *)(out + 16), _mm256_castsi256_si128(x[i + 1]));
    _mm_storeu_si128((__m128i *)next, _mm256_extracti128_si256(x[i], 1));
    _mm_storeu_si128((__m128i *)(next + 16), _mm256_extracti128_si256(x[i + 1], 1));
    out = next + step;
  }
  return out;
}

KERNEL_INLINE uint8_t *pack_bytes(
  pack_state *state, const uint8_t *lanes, uint8_t *indices, uint8_t *out, int is_signed) {
  enum { registers = bytes_at_once / 2 };
  __m256i x[registers];
  for (unsigned i = 0; i < registers; i++) x[i] = _mm256_loadu_si256((const __m256i *)lanes + i);
  if (!state->rule.plain) {
    for (unsigned i = 0; i < registers; i++) x[i] = value_of_lane(x[i], &state->rule, 0);
  }
  planes_of_bytes(x, registers);
  unsigned differ[registers];
  for (unsigned i = 0; i < registers; i++) {
    const __m256i below = is_signed ? _mm256_bslli_epi128(x[i], 2) : _mm256_setzero_si256();
    differ[i] = ~(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi16(x[i], below));
  }
  for (unsigned i = 0; i < registers; i++) {
    uint8_t *const next = out + look_up_group(state->looks, differ[i] << 16, indices + 2 * i, &state->fails);
    const unsigned step = look_up_group(state->looks, differ[i], indices + 2 * i + 1, &state->fails);
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(x[i]));
    _mm_storeu_si128((__m128i *)next, _mm256_extracti128_si256(x[i], 1));
    out = next + step;
  }
  return out;
}
