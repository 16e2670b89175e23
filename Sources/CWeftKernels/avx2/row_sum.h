// Checksums of rows beside other work, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// A checksum on its way over rows: a few words are taken between other work, which leaves the checksum's instruction
// free, and the rest at the end.
typedef struct {
  uint64_t state;
  const uint8_t *at;
} row_sum;

KERNEL_INLINE row_sum begin_sum(const uint8_t *rows, const uint32_t *checksum) {
  return (row_sum){.state = checksum ? (uint32_t)~*checksum : 0, .at = rows};
}

// Takes so many words where `end` is that far away and `more`.
KERNEL_INLINE void sum_words(row_sum *sum, const uint8_t *end, ptrdiff_t more, unsigned words) {
  if (end - sum->at < more + (ptrdiff_t)(8 * words)) return;
  for (unsigned i = 0; i < words; i++, sum->at += 8) {
    uint64_t word;
    memcpy(&word, sum->at, 8);
    sum->state = _mm_crc32_u64(sum->state, word);
  }
}

KERNEL_INLINE void end_sum(const row_sum *sum, const uint8_t *end, uint32_t *checksum) {
  *checksum = weft_sse42_crc32c(~(uint32_t)sum->state, sum->at, (size_t)(end - sum->at));
}
