// AVX2 with bit transpositions by three rounds of exchanges.
#if defined(__x86_64__)
#include "avx2/registers.h"
#include "kernels.h"

#define KERNEL(name) avx2_##name
#define KERNEL_ITSELF weft_avx2_kernel
#define KERNEL_TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul,sse4.2")))

#include "avx2.h"

const weft_kernel weft_avx2_kernel = {
  .name = "avx2", .cpu = "AVX2, BMI2, LZCNT, PCLMULQDQ", .is_supported = weft_has_avx2, WEFT_AVX2_FUNCTIONS,
};
#endif
