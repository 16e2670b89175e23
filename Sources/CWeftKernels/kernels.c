#include "kernels.h"

const weft_kernel *weft_kernel_at(size_t place) {
  static const weft_kernel *const kernels[] = {
    &weft_portable_kernel,
#if defined(__x86_64__)
    &weft_avx2_kernel,
#if !defined(WEFT_EMBEDDED)
    &weft_avx2gfni_kernel,
    &weft_avx512_kernel,
#endif
#elif defined(__aarch64__)
    &weft_neon_kernel,
#endif
  };
  return place < sizeof kernels / sizeof *kernels ? kernels[place] : 0;
}
