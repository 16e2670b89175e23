// Columns as the rows of one group after the other, where groups are of 32, 64 or 128 lanes, and back: units of the
// groups' words are interleaved until 16 bytes of registers belong to one group.
#ifndef WEFT_AVX2_GROUPS_H
#define WEFT_AVX2_GROUPS_H

#include "columns.h"

// Rounds until a half of a register has the words of one group.
WEFT_INLINE unsigned rounds_of(unsigned group_log2) { return group_log2 < 5 ? 0 : 7 - group_log2; }

WEFT_INLINE unsigned reverse_bits(unsigned x, unsigned bits) {
  unsigned y = 0;
  for (unsigned i = 0; i < bits; i++) y |= (x >> i & 1) << (bits - 1 - i);
  return y;
}

// Where the low half of a register goes among the bytes of all groups; the high one goes half of them further.
WEFT_INLINE unsigned place_of(unsigned i, unsigned group_log2, int wide) {
  const unsigned rounds = rounds_of(group_log2), pieces = (wide ? 16u : 8u) >> rounds;
  return 16 * (reverse_bits(i & ((1u << rounds) - 1), rounds) * pieces + (i >> rounds));
}

// All planes of each group, stored or not, group by group.
WEFT_INLINE void groups_of_rows(const uint8_t *rows, uint8_t *groups, unsigned group_log2, int wide) {
  const unsigned planes = wide ? 16 : 8, rounds = rounds_of(group_log2);
  // Registers meet others of eight only.
  for (unsigned first = 0; first < planes; first += 8) {
    __m256i x[8];
    for (unsigned i = 0; i < 8; i++) x[i] = load_row(rows, column_bytes, first + i);
    for (unsigned round = 0; round < rounds; round++) zip(x, 8, 1u << round, (1u << (group_log2 - 3)) << round);
    for (unsigned i = 0; i < 8; i++) {
      uint8_t *target = groups + place_of(first + i, group_log2, wide);
      _mm_store_si128((__m128i *)target, _mm256_castsi256_si128(x[i]));
      _mm_store_si128((__m128i *)(target + 16 * planes), _mm256_extracti128_si256(x[i], 1));
    }
  }
}

WEFT_INLINE void rows_of_groups(const uint8_t *groups, uint8_t *rows, unsigned group_log2, int wide) {
  const unsigned planes = wide ? 16 : 8, rounds = rounds_of(group_log2);
  for (unsigned first = 0; first < planes; first += 8) {
    __m256i x[8];
    for (unsigned i = 0; i < 8; i++) {
      const uint8_t *source = groups + place_of(first + i, group_log2, wide);
      x[i] = load_halves(source, source + 16 * planes);
    }
    // The rounds leave the numbers' bits reversed.
    for (unsigned round = 0; round < rounds; round++) zip(x, 8, 1u << round, 1u << (group_log2 - 3));
    for (unsigned i = 0; i < 8; i++) {
      const unsigned low = (1u << rounds) - 1;
      const unsigned plane = first + ((i & ~low) | reverse_bits(i & low, rounds));
      _mm256_store_si256((__m256i *)(rows + plane * column_bytes), x[i]);
    }
  }
}

#endif
