// The functions of the AVX-512 kernel beside encoding and decoding.
#ifndef WEFT_AVX512_LANES_H
#define WEFT_AVX512_LANES_H

#include "../kernels.h"

size_t weft_avx512_compact(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense);
void weft_avx512_expand(
  const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes);
void weft_avx512_search(
  const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *survey);
void weft_avx512_survey(const uint8_t *lanes, size_t count, unsigned lane_bytes, weft_survey *into);
int64_t weft_avx512_sum_precisions(
  const weft_coding *coding, const uint8_t *indices, size_t count, int64_t *counts);
int weft_avx512_sum_pieces(
  const weft_coding *coding, const uint8_t *indices, const uint32_t *groups, size_t pieces, int64_t *counts,
  uint32_t *sums);
void weft_avx512_pack_headers(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target);
void weft_avx512_unpack_headers(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices);
size_t weft_avx512_count_bits(const uint8_t *bytes, size_t count);
void weft_avx512_move_down(uint8_t *target, const uint8_t *source, size_t count, uint32_t *checksum);
uint32_t weft_avx512_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);

#endif
