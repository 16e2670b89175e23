// What the array's kernels share with one another.
#ifndef WEFT_ARRAY_H
#define WEFT_ARRAY_H

#include "CWeftArray.h"

extern const weft_array_kernel weft_array_portable_kernel;
#if defined(__x86_64__)
extern const weft_array_kernel weft_array_avx2_kernel;
extern const weft_array_kernel weft_array_avx512_kernel;
#endif

#endif
