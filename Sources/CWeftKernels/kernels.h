// What the instruction sets share.
#ifndef WEFT_KERNELS_INTERNAL_H
#define WEFT_KERNELS_INTERNAL_H

#include "weft_kernels.h"

#if defined(__x86_64__)
extern const weft_kernel weft_kernel_avx512;

uint32_t weft_crc32c_sse42(uint32_t crc, const uint8_t *bytes, size_t count);
void weft_pack_headers_bmi2(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target);
void weft_unpack_headers_bmi2(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices);
#endif

#endif
