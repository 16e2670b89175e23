// Pieces that the AVX2 sources share. Blocks of one group of 8 or 16 lanes have loops of their own in `../avx2.h`, with
// and without the affine instruction; both kernels leave the rest to the functions here, save blocks of several groups
// in 128 lanes, which are rare.
#ifndef WEFT_AVX2_REGISTERS_H
#define WEFT_AVX2_REGISTERS_H

#include <immintrin.h>
#include <string.h>

#include "CWeftKernels.h"

#define WEFT_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul,sse4.2")))
#define WEFT_INLINE static inline __attribute__((always_inline)) WEFT_AVX2

// `encode` and `decode` of the kernels, and what takes the rows into `checksum` unless null, for blocks of one group of
// at least 32 lanes, and for blocks of columns: of 256, 1,024 or 2,048 lanes. The caller ends with a fence where lanes
// may be written around the caches.
int64_t weft_avx2_encode(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room, uint32_t *checksum);
void weft_avx2_decode(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum);
size_t weft_avx2_compact(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense);
void weft_avx2_expand(
  const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes);

// Transpositions of many registers. Bits change places between registers, which takes half of the instructions that it
// takes within one, and bytes by rounds of interleaving: each moves one bit of a byte's place into the number of its
// register and one bit of that number into the place.

// Interleaves units of `bytes` bytes of registers whose numbers differ in the bit `slot` alone.
WEFT_INLINE void zip(__m256i *x, unsigned registers, unsigned slot, unsigned bytes) {
  for (unsigned i = 0; i < registers; i++) {
    if (i & slot) continue;
    const __m256i a = x[i], b = x[i + slot];
    x[i] = bytes == 1   ? _mm256_unpacklo_epi8(a, b)
           : bytes == 2 ? _mm256_unpacklo_epi16(a, b)
           : bytes == 4 ? _mm256_unpacklo_epi32(a, b)
                        : _mm256_unpacklo_epi64(a, b);
    x[i + slot] = bytes == 1   ? _mm256_unpackhi_epi8(a, b)
                  : bytes == 2 ? _mm256_unpackhi_epi16(a, b)
                  : bytes == 4 ? _mm256_unpackhi_epi32(a, b)
                               : _mm256_unpackhi_epi64(a, b);
  }
}

// One bit of a bit's place in its byte, 1 << `shift` being what it is worth, changes with the bit `slot` of the
// register's number. Three such rounds transpose bits. Each step is taken for all registers before the next one: a step
// waits for the one before it, and the CPU looks only about 60 of them ahead.
WEFT_INLINE void exchange(__m256i *x, unsigned registers, unsigned slot, unsigned shift) {
  const __m256i low = _mm256_set1_epi8(shift == 4 ? 0x0F : shift == 2 ? 0x33 : 0x55);
  __m256i t[8];
  for (unsigned i = 0; i < registers; i++) {
    if (!(i & slot)) t[i] = _mm256_srli_epi16(x[i], (int)shift);
  }
  for (unsigned i = 0; i < registers; i++) {
    if (!(i & slot)) t[i] = _mm256_xor_si256(t[i], x[i + slot]);
  }
  for (unsigned i = 0; i < registers; i++) {
    if (!(i & slot)) t[i] = _mm256_and_si256(t[i], low);
  }
  for (unsigned i = 0; i < registers; i++) {
    if (!(i & slot)) x[i + slot] = _mm256_xor_si256(x[i + slot], t[i]);
  }
  for (unsigned i = 0; i < registers; i++) {
    // Adding serves as a shift and can start at more places.
    if (!(i & slot)) t[i] = shift == 1 ? _mm256_add_epi8(t[i], t[i]) : _mm256_slli_epi16(t[i], (int)shift);
  }
  for (unsigned i = 0; i < registers; i++) {
    if (!(i & slot)) x[i] = _mm256_xor_si256(x[i], t[i]);
  }
}

// Keeps the compiler from taking all steps of some registers before those of others.
WEFT_INLINE void step_together(__m256i *x, unsigned registers) {
  if (registers == 2) __asm__("" : "+x"(x[0]), "+x"(x[1]));
  if (registers == 4) __asm__("" : "+x"(x[0]), "+x"(x[1]), "+x"(x[2]), "+x"(x[3]));
  if (registers == 6) {
    __asm__("" : "+x"(x[0]), "+x"(x[1]), "+x"(x[2]), "+x"(x[3]), "+x"(x[4]), "+x"(x[5]));
  }
  if (registers == 8) {
    __asm__("" : "+x"(x[0]), "+x"(x[1]), "+x"(x[2]), "+x"(x[3]), "+x"(x[4]), "+x"(x[5]), "+x"(x[6]), "+x"(x[7]));
  }
}

// Three rounds in each pair of registers. In the places of bytes before and between them `first` and `others` say how
// many bytes are interleaved together, which decides what ends up where.
WEFT_INLINE void turn_pairs(__m256i *x, unsigned registers, unsigned first, unsigned others) {
  zip(x, registers, 1, first), exchange(x, registers, 1, 4), step_together(x, registers);
  zip(x, registers, 1, others), exchange(x, registers, 1, 2), step_together(x, registers);
  zip(x, registers, 1, others), exchange(x, registers, 1, 1), step_together(x, registers);
  zip(x, registers, 1, others);
}

// The high half of each pair's first register changes places with the low half of the second.
WEFT_INLINE void swap_halves(__m256i *x, unsigned registers) {
  for (unsigned i = 0; i < registers; i += 2) {
    const __m256i a = x[i], b = x[i + 1];
    x[i] = _mm256_permute2x128_si256(a, b, 0x20);
    x[i + 1] = _mm256_permute2x128_si256(a, b, 0x31);
  }
}

// Keeps the compiler from joining a shuffle with the interleaving before it, which takes it more instructions.
WEFT_INLINE __m256i as_it_is(__m256i x) {
  __asm__("" : "+x"(x));
  return x;
}

WEFT_INLINE __m256i load_halves(const uint8_t *low, const uint8_t *high) {
  return _mm256_inserti128_si256(
    _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)), _mm_loadu_si128((const __m128i *)high), 1);
}

// What turns lanes into packed values and back: the constant, the bits of the width, and the sign bit in it that is
// copied upwards, 0 where none is.
typedef struct {
  __m256i rebase, field, sign;
  int plain; // nothing is to be done
} value_rule;

WEFT_INLINE value_rule make_rule(const weft_coding *coding, int extends, int wide) {
  const unsigned sign = extends ? 1u << (coding->width - 1) : 0, field = (1u << coding->width) - 1;
  value_rule rule;
  rule.rebase = wide ? _mm256_set1_epi16((short)coding->rebase) : _mm256_set1_epi8((char)coding->rebase);
  rule.field = wide ? _mm256_set1_epi16((short)field) : _mm256_set1_epi8((char)field);
  rule.sign = wide ? _mm256_set1_epi16((short)sign) : _mm256_set1_epi8((char)sign);
  rule.plain = coding->rebase == 0 && coding->width == (wide ? 16 : 8);
  return rule;
}

WEFT_INLINE __m256i subtract(__m256i x, __m256i y, int wide) {
  return wide ? _mm256_sub_epi16(x, y) : _mm256_sub_epi8(x, y);
}

WEFT_INLINE __m256i extend_sign(__m256i x, __m256i sign, int wide) {
  return subtract(_mm256_xor_si256(x, sign), sign, wide);
}

WEFT_INLINE __m256i value_of_lane(__m256i x, const value_rule *rule, int wide) {
  x = _mm256_and_si256(subtract(x, rule->rebase, wide), rule->field);
  return extend_sign(x, rule->sign, wide);
}

WEFT_INLINE __m256i lane_of_value(__m256i x, const value_rule *rule, int wide) {
  x = wide ? _mm256_add_epi16(x, rule->rebase) : _mm256_add_epi8(x, rule->rebase);
  return extend_sign(_mm256_and_si256(x, rule->field), rule->sign, wide);
}

// A bit for each of 32 lanes whose packed value is not 0.
WEFT_INLINE uint32_t kept_lanes(const uint8_t *lanes, const value_rule *rule, int wide) {
  const __m256i none = _mm256_setzero_si256();
  __m256i zeros[2];
  for (unsigned i = 0; i < (wide ? 2 : 1); i++) {
    const __m256i x = subtract(_mm256_loadu_si256((const __m256i *)lanes + i), rule->rebase, wide);
    const __m256i value = _mm256_and_si256(x, rule->field);
    zeros[i] = wide ? _mm256_cmpeq_epi16(value, none) : _mm256_cmpeq_epi8(value, none);
  }
  if (wide) zeros[0] = _mm256_permute4x64_epi64(_mm256_packs_epi16(zeros[0], zeros[1]), 0xD8);
  return ~(uint32_t)_mm256_movemask_epi8(zeros[0]);
}

// Whether lanes are to be written around the caches, which takes whole registers in their places. Who does it ends with
// a fence.
WEFT_INLINE int may_stream(int flags, const uint8_t *lanes) {
  return (flags & weft_streams) != 0 && ((uintptr_t)lanes & 31) == 0;
}

WEFT_INLINE void store_register(uint8_t *target, __m256i x, int streams) {
  if (streams) {
    _mm256_stream_si256((__m256i *)target, x);
  } else {
    _mm256_storeu_si256((__m256i *)target, x);
  }
}

#endif
