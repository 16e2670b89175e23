// What the kernels share with one another.
#ifndef WEFT_KERNELS_H
#define WEFT_KERNELS_H

#include "CWeftKernels.h"

extern const weft_kernel weft_portable_kernel;

// `weft_encode` and `weft_decode` where no checksum is taken on the way: after so many lanes that their rows are still
// in the cache, and that what comes from memory goes on coming.
int64_t weft_encode_by_parts(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes,
  uint8_t *indices, uint8_t *payload, size_t room, uint32_t *checksum);
void weft_decode_by_parts(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices,
  size_t count, size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum);

#if defined(__x86_64__)
extern const weft_kernel weft_avx2_kernel;
extern const weft_kernel weft_avx2gfni_kernel;
extern const weft_kernel weft_avx512_kernel;

// Whether CPU and system have AVX2, BMI, BMI2, LZCNT, PCLMULQDQ, POPCNT and SSE4.2. Asks the CPU itself: what the
// compiler brings along for such questions knows every CPU there is, and is larger than the kernel.
int weft_has_avx2(void);
// For CPUs with BMI2.
void weft_bmi2_pack_headers(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target);
void weft_bmi2_unpack_headers(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices);
// For CPUs with POPCNT.
size_t weft_popcnt_count_bits(const uint8_t *bytes, size_t count);
// For CPUs with SSE4.2 and PCLMULQDQ.
uint32_t weft_sse42_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);
uint32_t weft_pclmul_join_checksums(uint32_t first, uint32_t second, size_t count);
#elif defined(__aarch64__)
extern const weft_kernel weft_neon_kernel;
#endif

#endif
