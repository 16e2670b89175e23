// Checksums of rows beside other work.
#ifndef WEFT_AVX2_ROW_SUM_H
#define WEFT_AVX2_ROW_SUM_H

#include "../crc32c.h"
#include "../kernels.h"
#include "registers.h"

// A checksum on its way over rows: a little is taken between other work, which leaves the checksum's instruction free,
// and the rest at the end.
typedef struct {
  uint64_t state;
  const uint8_t *at;
  uint32_t *checksum; // null where none is wanted
} row_sum;

WEFT_INLINE row_sum begin_sum(const uint8_t *rows, uint32_t *checksum) {
  return (row_sum){.state = checksum ? (uint32_t)~*checksum : 0, .at = rows, .checksum = checksum};
}

// Whether a stretch is to be taken of what lies before `end`.
WEFT_INLINE int has_stretch(const row_sum *sum, const uint8_t *end) {
  return sum->checksum && end - sum->at >= crc32c_stretch;
}

// A stretch that is taken a few words at a time: the CPU holds back all else where many wait for one another.
WEFT_INLINE crc32c_thirds begin_stretch(const row_sum *sum) { return (crc32c_thirds){.first = sum->state}; }

WEFT_INLINE void take_share(crc32c_thirds *thirds, const row_sum *sum, unsigned number, unsigned shares) {
  const unsigned words = crc32c_part / 8 / shares;
  for (unsigned i = 0; i < words; i++) take_word_each(thirds, sum->at + 8 * (number * words + i), crc32c_part);
}

WEFT_INLINE void end_stretch(const crc32c_thirds *thirds, row_sum *sum) {
  sum->state = join_thirds(thirds, CRC32C_BY_ONE, CRC32C_BY_TWO);
  sum->at += crc32c_stretch;
}

// A stretch on its way, where it takes many calls.
typedef struct {
  crc32c_thirds thirds;
  const uint8_t *at;
} stretch_sum;

enum { stretch_shares = crc32c_part / 8 };

// One of so many shares of a stretch, a word of each third.
WEFT_INLINE void next_share(stretch_sum *sum) {
  take_word_each(&sum->thirds, sum->at, crc32c_part);
  sum->at += 8;
}

// Takes all stretches that there are; not inline, since it is long and needed once a batch.
__attribute__((noinline, unused)) WEFT_AVX2 static void take_stretches(row_sum *sum, const uint8_t *end) {
  for (; has_stretch(sum, end); sum->at += crc32c_stretch) {
    sum->state = take_thirds(sum->state, sum->at, crc32c_part, CRC32C_BY_ONE, CRC32C_BY_TWO);
  }
}

WEFT_INLINE void end_sum(const row_sum *sum, const uint8_t *end) {
  if (!sum->checksum) return;
  *sum->checksum = weft_sse42_crc32c(~(uint32_t)sum->state, sum->at, (size_t)(end - sum->at));
}

#endif
