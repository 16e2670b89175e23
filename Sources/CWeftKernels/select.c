// Which kernels this CPU can run.
#include "kernels.h"

const weft_kernel *const *weft_kernels(size_t *count) {
#if defined(__x86_64__)
  static const weft_kernel *const all[] = {&weft_kernel_avx512};
  // Everything the functions of the table use; an operating system that does not keep the registers is seen here too.
  int has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
            __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("gfni") &&
            __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("sse4.2");
  *count = has ? 1 : 0;
  return all;
#else
  *count = 0;
  return 0;
#endif
}
