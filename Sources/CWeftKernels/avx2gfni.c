// AVX2 with bit transpositions by the affine instruction.
#if defined(__x86_64__) && !defined(WEFT_EMBEDDED)
#include "avx2/registers.h"
#include "kernels.h"

#define KERNEL(name) avx2gfni_##name
#define KERNEL_ITSELF weft_avx2gfni_kernel
#define KERNEL_TARGET __attribute__((target("avx2,gfni,bmi,bmi2,lzcnt,popcnt,pclmul,sse4.2")))

enum { reverses_rows = 1 };

// With a matrix of eight bytes as the second operand and the identity as the first, the result is the matrix
// transposed, its rows taken from the last byte to the first.
static inline __attribute__((always_inline)) KERNEL_TARGET __m256i transpose_bits(__m256i x) {
  return _mm256_gf2p8affine_epi64_epi8(_mm256_set1_epi64x((long long)0x8040201008040201ULL), x, 0);
}

#include "avx2.h"

static int is_supported(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("gfni") && __builtin_cpu_supports("bmi")
    && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt")
    && __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

const weft_kernel weft_avx2gfni_kernel = {
  .name = "avx2gfni", .cpu = "AVX2, GFNI, BMI2, LZCNT, PCLMULQDQ", .is_supported = is_supported, WEFT_AVX2_FUNCTIONS,
};
#endif
