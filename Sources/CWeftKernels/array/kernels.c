#include "array.h"

const weft_array_kernel *weft_array_kernel_at(size_t place) {
  static const weft_array_kernel *const kernels[] = {
    &weft_array_portable_kernel,
#if defined(__x86_64__)
    &weft_array_avx2_kernel,
    &weft_array_avx512_kernel,
#endif
  };
  return place < sizeof kernels / sizeof *kernels ? kernels[place] : 0;
}
