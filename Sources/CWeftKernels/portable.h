// Functions that kernels without faster ones use.
#ifndef WEFT_PORTABLE_H
#define WEFT_PORTABLE_H

#include <stddef.h>
#include <stdint.h>

void weft_portable_pack_headers(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target);
void weft_portable_unpack_headers(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices);
size_t weft_portable_count_bits(const uint8_t *bytes, size_t count);
void weft_portable_move_down(uint8_t *target, const uint8_t *source, size_t count, uint32_t *checksum);
uint32_t weft_portable_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);
uint32_t weft_portable_join_checksums(uint32_t first, uint32_t second, size_t count);

#endif
