#include "kernels.h"

const weft_kernel *weft_kernel_at(size_t place) {
  static const weft_kernel *const kernels[] = {
#if defined(__x86_64__)
    &weft_avx512_kernel,
#endif
  };
  return place < sizeof kernels / sizeof *kernels ? kernels[place] : 0;
}
