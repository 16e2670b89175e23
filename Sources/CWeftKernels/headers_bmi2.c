// Header indices to bits and back, eight groups an instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

#define BMI2 __attribute__((target("bmi2")))
#define INLINE static inline __attribute__((always_inline)) BMI2

// The number of bits is a constant in each copy: a copy of a variable number of bytes would be a call.
INLINE void pack(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target) {
  const uint64_t mask = 0x0101010101010101ull * ((1u << bits) - 1);
  for (size_t group = 0; group < count; group += 8) {
    uint64_t eight;
    memcpy(&eight, indices + group, 8);
    uint64_t packed = _pext_u64(eight, mask);
    memcpy(target, &packed, bits);
    target += bits;
  }
}

INLINE void unpack(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices) {
  const uint64_t mask = 0x0101010101010101ull * ((1u << bits) - 1);
  for (size_t group = 0; group < count; group += 8) {
    uint64_t packed = 0;
    memcpy(&packed, source, bits);
    uint64_t eight = _pdep_u64(packed, mask);
    memcpy(indices + group, &eight, 8);
    source += bits;
  }
}

BMI2 void weft_pack_headers_bmi2(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target) {
  switch (bits) {
    case 1: pack(indices, count, 1, target); break;
    case 2: pack(indices, count, 2, target); break;
    case 3: pack(indices, count, 3, target); break;
    case 4: pack(indices, count, 4, target); break;
  }
}

BMI2 void weft_unpack_headers_bmi2(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices) {
  switch (bits) {
    case 1: unpack(source, count, 1, indices); break;
    case 2: unpack(source, count, 2, indices); break;
    case 3: unpack(source, count, 3, indices); break;
    case 4: unpack(source, count, 4, indices); break;
  }
}
#endif
