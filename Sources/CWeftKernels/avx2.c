// AVX2 with bit transpositions by three rounds of exchanges.
#if defined(__x86_64__)
#include "avx2/registers.h"
#include "kernels.h"

#define KERNEL(name) avx2_##name
#define KERNEL_ITSELF weft_avx2_kernel
#define KERNEL_TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul,sse4.2")))

enum { reverses_rows = 0 };

static inline __attribute__((always_inline)) KERNEL_TARGET __m256i transpose_bits(__m256i x) {
  __m256i t = _mm256_and_si256(
    _mm256_xor_si256(x, _mm256_srli_epi64(x, 7)), _mm256_set1_epi64x(0x00AA00AA00AA00AALL));
  x = _mm256_xor_si256(x, _mm256_xor_si256(t, _mm256_slli_epi64(t, 7)));
  t = _mm256_and_si256(_mm256_xor_si256(x, _mm256_srli_epi64(x, 14)), _mm256_set1_epi64x(0x0000CCCC0000CCCCLL));
  x = _mm256_xor_si256(x, _mm256_xor_si256(t, _mm256_slli_epi64(t, 14)));
  t = _mm256_and_si256(_mm256_xor_si256(x, _mm256_srli_epi64(x, 28)), _mm256_set1_epi64x(0x00000000F0F0F0F0LL));
  return _mm256_xor_si256(x, _mm256_xor_si256(t, _mm256_slli_epi64(t, 28)));
}

#include "avx2.h"

const weft_kernel weft_avx2_kernel = {
  .name = "avx2", .cpu = "AVX2, BMI2, LZCNT, PCLMULQDQ", .is_supported = weft_has_avx2, WEFT_AVX2_FUNCTIONS,
};
#endif
