// Header indices to bits and back, eight groups an instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

static inline uint64_t field_mask(unsigned bits) { return 0x0101010101010101ull * ((1u << bits) - 1); }

__attribute__((target("bmi2"))) void weft_pack_headers_bmi2(const uint8_t *indices, size_t count, unsigned bits,
                                                            uint8_t *target) {
  uint64_t mask = field_mask(bits);
  for (size_t group = 0; group < count; group += 8) {
    uint64_t eight;
    memcpy(&eight, indices + group, 8);
    uint64_t packed = _pext_u64(eight, mask);
    memcpy(target, &packed, bits);
    target += bits;
  }
}

__attribute__((target("bmi2"))) void weft_unpack_headers_bmi2(const uint8_t *source, size_t count, unsigned bits,
                                                              uint8_t *indices) {
  uint64_t mask = field_mask(bits);
  for (size_t group = 0; group < count; group += 8) {
    uint64_t packed = 0;
    memcpy(&packed, source, bits);
    uint64_t eight = _pdep_u64(packed, mask);
    memcpy(indices + group, &eight, 8);
    source += bits;
  }
}
#endif
