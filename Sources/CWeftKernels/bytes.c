// Headers, checksums and copies in plain C.
#include "portable.h"

#include <string.h>

void weft_portable_pack_headers(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target) {
  if (bits == 0) return;
  for (size_t first = 0; first < count; first += 8) {
    size_t here = count - first < 8 ? count - first : 8;
    uint32_t fields = 0;
    for (size_t i = 0; i < here; i++) fields |= (uint32_t)indices[first + i] << (bits * i);
    memcpy(target, &fields, (here * bits + 7) / 8);
    target += bits;
  }
}

void weft_portable_unpack_headers(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices) {
  if (bits == 0) {
    memset(indices, 0, count);
    return;
  }
  for (size_t first = 0; first < count; first += 8) {
    size_t here = count - first < 8 ? count - first : 8;
    uint32_t fields = 0;
    memcpy(&fields, source, (here * bits + 7) / 8);
    for (size_t i = 0; i < here; i++) indices[first + i] = (uint8_t)(fields >> (bits * i) & ((1u << bits) - 1));
    source += bits;
  }
}

size_t weft_portable_count_bits(const uint8_t *bytes, size_t count) {
  size_t bits = 0;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    bits += (size_t)__builtin_popcountll(word);
  }
  for (; count > 0; count--, bytes++) bits += (size_t)__builtin_popcount(*bytes);
  return bits;
}

// Entry [k][b] is the checksum of byte b followed by k zero bytes.
#define STEP(x) ((x) >> 1 ^ (((x)&1) ? 0x82F63B78u : 0u))
static void make_tables(uint32_t tables[8][256]) {
  for (unsigned byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (unsigned bit = 0; bit < 8; bit++) crc = STEP(crc);
    tables[0][byte] = crc;
  }
  for (unsigned table = 1; table < 8; table++) {
    for (unsigned byte = 0; byte < 256; byte++) {
      uint32_t before = tables[table - 1][byte];
      tables[table][byte] = before >> 8 ^ tables[0][before & 255];
    }
  }
}

uint32_t weft_portable_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
  // The tables are made for every call, so that nothing is shared between threads: small next to a frame.
  uint32_t tables[8][256];
  crc = ~crc;
  if (count >= 1024) {
    make_tables(tables);
    for (; count >= 8; count -= 8, bytes += 8) {
      uint64_t word;
      memcpy(&word, bytes, 8);
      word ^= crc;
      crc = 0;
      for (unsigned i = 0; i < 8; i++) crc ^= tables[7 - i][word >> (8 * i) & 255];
    }
  }
  for (; count > 0; count--, bytes++) {
    crc ^= *bytes;
    for (unsigned bit = 0; bit < 8; bit++) crc = STEP(crc);
  }
  return ~crc;
}

// Product of polynomials mod the checksum's: x^0 is the highest bit.
static uint32_t product(uint32_t a, uint32_t b) {
  uint32_t sum = 0;
  for (; a != 0; a <<= 1, b = STEP(b)) sum ^= a >> 31 ? b : 0;
  return sum;
}

uint32_t weft_portable_join_checksums(uint32_t first, uint32_t second, size_t count) {
  // The power of x that moves on by a byte, by two, by four, ...
  for (uint32_t power = 0x00800000; count > 0; count >>= 1, power = product(power, power)) {
    if (count & 1) first = product(first, power);
  }
  return first ^ second;
}

void weft_portable_move_down(uint8_t *target, const uint8_t *source, size_t count, uint32_t *checksum) {
  if (checksum) *checksum = weft_portable_crc32c(*checksum, source, count);
  memmove(target, source, count);
}

void weft_expect_stores(const uint8_t *target, size_t count) {
  const uint8_t *const end = target + count;
  for (target -= (uintptr_t)target & 63; target < end; target += 64) __builtin_prefetch(target, 1, 3);
}

void weft_settle_stores(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}
