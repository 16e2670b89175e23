// Counts and sums of header indices, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

#if !defined(WEFT_EMBEDDED)
// Adds indices to the counts of eight entries from `entry` on.
KERNEL_INLINE void count_indices(const uint8_t *indices, size_t registers, unsigned entry, int64_t *counts) {
  const __m256i none = _mm256_setzero_si256();
  __m256i first = _mm256_set1_epi8((char)entry), one = _mm256_set1_epi8(1);
  // Bytes count up to 255.
  for (size_t from = 0; from < registers; from += 255) {
    const size_t end = registers - from < 255 ? registers : from + 255;
    __m256i found[8];
    for (unsigned i = 0; i < 8; i++) found[i] = none;
    for (size_t at = from; at < end; at++) {
      const __m256i x = _mm256_loadu_si256((const __m256i *)(indices + 32 * at));
      __m256i wanted = first;
      for (unsigned i = 0; i < 8; i++) {
        found[i] = _mm256_sub_epi8(found[i], _mm256_cmpeq_epi8(x, wanted));
        wanted = _mm256_add_epi8(wanted, one);
      }
    }
    for (unsigned i = 0; i < 8; i++) {
      uint64_t sums[4];
      _mm256_storeu_si256((__m256i *)sums, _mm256_sad_epu8(found[i], none));
      counts[entry + i] += (int64_t)(sums[0] + sums[1] + sums[2] + sums[3]);
    }
  }
}
#endif

// A look-up and a sum of bytes do for 32 groups; counts are taken apart.
KERNEL_TARGET static int64_t sum_precisions(
  const weft_coding *c, const uint8_t *indices, size_t count, int64_t *counts) {
#if defined(WEFT_EMBEDDED)
  if (counts) return KERNEL(sum_precisions)(c, indices, count, counts);
#else
  if (counts) {
    count_indices(indices, count / 32, 0, counts);
    // Few tables have more entries than eight.
    if (c->precision_of[8] != 255) count_indices(indices, count / 32, 8, counts);
  }
#endif
  const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)c->precision_of));
  __m256i sum = _mm256_setzero_si256(), all = _mm256_setzero_si256();
  size_t group = 0;
  for (; group + 32 <= count; group += 32) {
    __m256i s = _mm256_shuffle_epi8(table, _mm256_loadu_si256((const __m256i *)(indices + group)));
    all = _mm256_or_si256(all, s);
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(s, _mm256_setzero_si256()));
  }
  const int64_t rest = group < count ? KERNEL(sum_precisions)(c, indices + group, count - group, counts) : 0;
  // An index past the last entry has a precision of 255; true ones are far below 128.
  if (rest < 0 || _mm256_movemask_epi8(all) != 0) return -1;
  __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  return rest + _mm_cvtsi128_si64(_mm_add_epi64(half, _mm_unpackhi_epi64(half, half)));
}
