// Look-ups for two groups of 16 two-byte lanes by their stored precisions, code = 17 x first + second.
#ifndef WEFT_AVX512_PAIRS_H
#define WEFT_AVX512_PAIRS_H

#include <stdint.h>

// For each code, where in the rows of both groups each byte of the octets comes from; a plane above the stored
// precision takes the highest one stored.
extern const uint8_t weft_pair_index[289][64];
// Bytes that are not zero whatever the rows hold: planes below the stored precision, or all of them where the sign
// is copied upwards.
extern const uint64_t weft_pair_unsigned[289];
extern const uint64_t weft_pair_signed[289];

#endif
