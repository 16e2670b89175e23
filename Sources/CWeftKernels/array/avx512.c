// AVX-512 with BITALG and VNNI: 32 windows of 16 products an instruction.
#if defined(__x86_64__)
#include <immintrin.h>

#include "generic.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bitalg,avx512vnni,avx512vpopcntdq,bmi2")))

static int is_supported(void) {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
    __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vnni") &&
    __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("bmi2");
}

#define LOAD(i) _mm512_loadu_si512(words + 32 * (i))
#define COUNT(i) _mm512_popcnt_epi16(_mm512_and_si512(f, LOAD(i)))
#define PLUS(i) c[i] = _mm512_add_epi16(c[i], COUNT(i));
#define MINUS(i) c[i] = _mm512_sub_epi16(c[i], COUNT(i));
#define P1
#define P2 PLUS(0)
#define P3 P2 PLUS(1)
#define P4 P3 PLUS(2)
#define P5 P4 PLUS(3)
#define P6 P5 PLUS(4)
#define P7 P6 PLUS(5)
#define P8 P7 PLUS(6)
#define P9 P8 PLUS(7)
#define P10 P9 PLUS(8)
#define P11 P10 PLUS(9)
#define P12 P11 PLUS(10)
#define P13 P12 PLUS(11)
#define P14 P13 PLUS(12)
#define P15 P14 PLUS(13)
#define P16 P15 PLUS(14)
// All bricks with exactly n planes, the last of them as TOP says.
#define LEVEL(n, TOP) \
  case n: \
    for (const uint32_t end = tile->at_least[n]; k < end; k++) { \
      const uint32_t brick = order[k]; \
      const uint16_t *words = tile->words + brick * stride; \
      const __m512i f = _mm512_set1_epi16((short)factor[brick]); \
      P##n TOP(n - 1) \
    } \
    __attribute__((fallthrough));
#define LEVELS(TOP) \
  LEVEL(16, TOP) LEVEL(15, TOP) LEVEL(14, TOP) LEVEL(13, TOP) LEVEL(12, TOP) LEVEL(11, TOP) LEVEL(10, TOP) \
  LEVEL(9, TOP) LEVEL(8, TOP) LEVEL(7, TOP) LEVEL(6, TOP) LEVEL(5, TOP) LEVEL(4, TOP) LEVEL(3, TOP) LEVEL(2, TOP) \
  LEVEL(1, TOP)

// A pair of planes times their weights, added up in 32 bits; windows are interleaved as unpacking leaves them.
#define PAIR(i) \
  if (top > (i)) { \
    const __m512i weights = _mm512_set1_epi32((1 << (i)) | (1 << ((i) + 17))); \
    low = _mm512_dpwssd_epi32(low, _mm512_unpacklo_epi16(c[i], c[i + 1]), weights); \
    high = _mm512_dpwssd_epi32(high, _mm512_unpackhi_epi16(c[i], c[i + 1]), weights); \
  }

// Adds 16 interleaved sums times 2^shift, or their negatives, to the 64-bit sums of their windows.
TARGET static inline __attribute__((always_inline)) void add_wide(
  int64_t *sums, __m512i low, __m512i high, unsigned shift, int subtracts) {
#define QUARTER(q) \
  { \
    __m256i a = _mm256_cvtepi32_epi64(_mm512_extracti32x4_epi32(low, q)); \
    __m256i b = _mm256_cvtepi32_epi64(_mm512_extracti32x4_epi32(high, q)); \
    a = _mm256_slli_epi64(a, (int)shift); \
    b = _mm256_slli_epi64(b, (int)shift); \
    __m256i *at = (__m256i *)(void *)(sums + 8 * q); \
    const __m256i x = _mm256_loadu_si256(at), y = _mm256_loadu_si256(at + 1); \
    _mm256_storeu_si256(at, subtracts ? _mm256_sub_epi64(x, a) : _mm256_add_epi64(x, a)); \
    _mm256_storeu_si256(at + 1, subtracts ? _mm256_sub_epi64(y, b) : _mm256_add_epi64(y, b)); \
  }
  QUARTER(0) QUARTER(1) QUARTER(2) QUARTER(3)
#undef QUARTER
}

TARGET static void accumulate(const weft_tile *tile, const weft_factors *factors, int64_t *sums) {
  unsigned top = 16;
  while (top > 0 && tile->at_least[top] == 0) top--;
  if (top == 0) return;
  const uint16_t *order = tile->order;
  const size_t stride = tile->brick_stride;
  // Whether all planes of an item fit 32 bits together: counts of at most 16 a brick.
  const unsigned count_bits = 5 + (32 - (unsigned)__builtin_clz(tile->at_least[1]));
  const int is_narrow = count_bits + top + factors->plane_count <= 31;
  for (size_t item = 0; item < factors->item_count; item++) {
    const uint16_t *factor = factors->words + item * factors->item_stride;
    __m512i total_low = _mm512_setzero_si512(), total_high = _mm512_setzero_si512();
    for (unsigned j = 0; j < factors->plane_count; j++, factor += factors->plane_stride) {
      __m512i c[16];
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) c[i] = _mm512_setzero_si512();
      uint32_t k = 0;
      if (tile->is_signed) {
        switch (top) { LEVELS(MINUS) default:; }
      } else {
        switch (top) { LEVELS(PLUS) default:; }
      }
      __m512i low = _mm512_setzero_si512(), high = _mm512_setzero_si512();
      PAIR(0) PAIR(2) PAIR(4) PAIR(6) PAIR(8) PAIR(10) PAIR(12)
      if (top > 14) {
        // 2^15 is no 16-bit factor: the last pair is shifted afterwards.
        const __m512i weights = _mm512_set1_epi32(1 | 1 << 17);
        const __m512i zero = _mm512_setzero_si512();
        low = _mm512_add_epi32(
          low, _mm512_slli_epi32(_mm512_dpwssd_epi32(zero, _mm512_unpacklo_epi16(c[14], c[15]), weights), 14));
        high = _mm512_add_epi32(
          high, _mm512_slli_epi32(_mm512_dpwssd_epi32(zero, _mm512_unpackhi_epi16(c[14], c[15]), weights), 14));
      }
      const int subtracts = factors->is_signed && j + 1 == factors->plane_count;
      if (is_narrow) {
        low = _mm512_sll_epi32(low, _mm_cvtsi32_si128((int)j));
        high = _mm512_sll_epi32(high, _mm_cvtsi32_si128((int)j));
        total_low = subtracts ? _mm512_sub_epi32(total_low, low) : _mm512_add_epi32(total_low, low);
        total_high = subtracts ? _mm512_sub_epi32(total_high, high) : _mm512_add_epi32(total_high, high);
      } else {
        add_wide(sums + 32 * item, low, high, j, subtracts);
      }
    }
    if (is_narrow) add_wide(sums + 32 * item, total_low, total_high, 0, 0);
  }
}

// Words of a run with its first in lane 0.
TARGET static inline __attribute__((always_inline)) __m512i load_run(const uint16_t *from, const weft_window_run *run) {
  const unsigned count = (unsigned)run->count;
  if (run->stride == 1) return _mm512_maskz_loadu_epi16(_bzhi_u32(~0u, count), from);
  if (run->stride == 2) {
    const uint64_t wanted = _bzhi_u64(~0ULL, 2 * count - 1);
    const __m512i a = _mm512_maskz_loadu_epi16((__mmask32)wanted, from);
    const __m512i b = _mm512_maskz_loadu_epi16((__mmask32)(wanted >> 32), from + 32);
    const __m512i even = _mm512_set_epi16(
      62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8,
      6, 4, 2, 0);
    // Words between the wanted ones stay out.
    return _mm512_maskz_permutex2var_epi16(_bzhi_u32(~0u, count), a, even, b);
  }
  uint16_t words[32] = {0};
  for (unsigned w = 0; w < count; w++) words[w] = from[(int64_t)w * run->stride];
  return _mm512_loadu_si512(words);
}

TARGET static void gather(
  const uint16_t *source, size_t plane_stride, unsigned planes, const weft_window_run *runs, size_t run_count,
  unsigned shift, uint16_t mask, unsigned rise, int adds, uint16_t *target) {
  const __m512i lanes = _mm512_set_epi16(
    31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    0);
  const __m512i kept = _mm512_set1_epi16((short)mask);
  const __m128i down = _mm_cvtsi32_si128((int)shift), up = _mm_cvtsi32_si128((int)rise);
  for (unsigned plane = 0; plane < planes; plane++, target += 32, source += plane_stride) {
    __m512i words = adds ? _mm512_loadu_si512(target) : _mm512_setzero_si512();
    for (size_t r = 0; r < run_count; r++) {
      __m512i run = load_run(source + runs[r].position, &runs[r]);
      run = _mm512_sll_epi16(_mm512_and_si512(_mm512_srl_epi16(run, down), kept), up);
      if (runs[r].window != 0) {
        const __m512i from = _mm512_sub_epi16(lanes, _mm512_set1_epi16((short)runs[r].window));
        run = _mm512_maskz_permutexvar_epi16(~0u << runs[r].window, from, run);
      }
      words = _mm512_or_si512(words, run);
    }
    _mm512_storeu_si512(target, words);
  }
}

TARGET static void widths(const uint16_t *tile, unsigned planes, int is_signed, uint8_t *widths) {
  __m256i result = _mm256_setzero_si256();
  if (planes > 0) {
    const __m512i top = _mm512_loadu_si512(tile + 32 * (planes - 1));
    const __m512i sign = is_signed ? top : _mm512_setzero_si512();
    const __mmask32 negative = is_signed ? _mm512_test_epi16_mask(top, top) : 0;
    result = _mm256_maskz_mov_epi8(negative, _mm256_set1_epi8(1));
    for (unsigned plane = 0; plane < planes; plane++) {
      const __m512i differs = _mm512_xor_si512(_mm512_loadu_si512(tile + 32 * plane), sign);
      result = _mm256_mask_mov_epi8(
        result, _mm512_test_epi16_mask(differs, differs), _mm256_set1_epi8((char)(plane + 1 + (is_signed != 0))));
    }
  }
  _mm256_storeu_si256((__m256i *)(void *)widths, result);
}

TARGET static void values(
  const uint16_t *words, size_t plane_stride, unsigned planes, int is_signed, unsigned count, int32_t *target,
  size_t stride) {
  const __mmask32 kept = _bzhi_u32(~0u, count);
  __m512i held[16], weights[16];
  for (unsigned plane = 0; plane < planes; plane++) {
    held[plane] = _mm512_maskz_loadu_epi16(kept, words + plane * plane_stride);
    const int weight = is_signed && plane + 1 == planes ? -(1 << plane) : 1 << plane;
    weights[plane] = _mm512_set1_epi16((short)weight);
  }
  for (unsigned lane = 0; lane < 16; lane++) {
    const __m512i bit = _mm512_set1_epi16((short)(1 << lane));
    __m512i value = _mm512_setzero_si512();
    for (unsigned plane = 0; plane < planes; plane++) {
      value = _mm512_mask_add_epi16(value, _mm512_test_epi16_mask(held[plane], bit), value, weights[plane]);
    }
    const __m256i low = _mm512_castsi512_si256(value), high = _mm512_extracti64x4_epi64(value, 1);
    int32_t *at = target + lane * stride;
    _mm512_mask_storeu_epi32(
      at, (__mmask16)kept, is_signed ? _mm512_cvtepi16_epi32(low) : _mm512_cvtepu16_epi32(low));
    _mm512_mask_storeu_epi32(
      at + 16, (__mmask16)(kept >> 16), is_signed ? _mm512_cvtepi16_epi32(high) : _mm512_cvtepu16_epi32(high));
  }
}

TARGET static int64_t finish(
  int64_t *sums, int32_t *outputs, size_t count, unsigned scale, int64_t bias, unsigned shift, int64_t zero_point,
  int64_t low, int64_t high, int64_t limit) {
  return generic_finish(sums, outputs, count, scale, bias, shift, zero_point, low, high, limit);
}

TARGET static uint64_t limit(const uint64_t *words, size_t count, size_t rounds) {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (size_t round = 0; round < rounds; round++) {
    const __m512i w = _mm512_set1_epi64((long long)((round | 1) * 0x9E3779B97F4A7C15ULL));
    for (size_t k = 0; k < count; k += 32) {
      a = _mm512_add_epi64(a, _mm512_popcnt_epi64(_mm512_and_si512(w, _mm512_loadu_si512(words + k))));
      b = _mm512_add_epi64(b, _mm512_popcnt_epi64(_mm512_and_si512(w, _mm512_loadu_si512(words + k + 8))));
      c = _mm512_add_epi64(c, _mm512_popcnt_epi64(_mm512_and_si512(w, _mm512_loadu_si512(words + k + 16))));
      d = _mm512_add_epi64(d, _mm512_popcnt_epi64(_mm512_and_si512(w, _mm512_loadu_si512(words + k + 24))));
    }
  }
  return (uint64_t)_mm512_reduce_add_epi64(_mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(c, d)));
}

const weft_array_kernel weft_array_avx512_kernel = {
  .name = "avx512",
  .cpu = "AVX-512 BW, DQ, VL, BITALG, VNNI, VPOPCNTDQ",
  .is_supported = is_supported,
  .accumulate = accumulate,
  .gather = gather,
  .widths = widths,
  .values = values,
  .finish = finish,
  .limit = limit,
};
#endif
