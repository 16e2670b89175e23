// AVX2 with bit transpositions by the affine instruction.
#if defined(__x86_64__) && !defined(WEFT_EMBEDDED)
#include "avx2/registers.h"
#include "kernels.h"

#define KERNEL(name) avx2gfni_##name
#define KERNEL_ITSELF weft_avx2gfni_kernel
#define KERNEL_TARGET __attribute__((target("avx2,gfni,bmi,bmi2,lzcnt,popcnt,pclmul,sse4.2")))
#define KERNEL_HAS_AFFINE

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
