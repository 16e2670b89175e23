// What packing and unpacking of blocks with several groups have in common.
#ifndef WEFT_AVX512_ROWS_H
#define WEFT_AVX512_ROWS_H

#include "columns.h"

enum { batch_lanes = 2048, column_lanes = 256, row_bytes = batch_lanes / 8 };

WEFT_INLINE uint64_t valid_bytes(unsigned total, unsigned first) {
  return total <= first ? 0 : total - first >= 64 ? ~0ULL : _bzhi_u64(~0ULL, total - first);
}

#endif
