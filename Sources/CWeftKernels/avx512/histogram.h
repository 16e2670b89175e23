// Counts of byte values 0...15 in a few instructions for 64 bytes: each value picks one of eight bits, an 8 x 8
// transposition brings equal bits together, and they are counted bytewise.
#ifndef WEFT_AVX512_HISTOGRAM_H
#define WEFT_AVX512_HISTOGRAM_H

#include "columns.h"

typedef struct {
  __m512i low, high; // values 0...7 and 8...15, eight byte counters eight times
  unsigned added;
  uint64_t counts[16];
} histogram;

WEFT_INLINE void clear_histogram(histogram *h) {
  h->low = h->high = _mm512_setzero_si512();
  h->added = 0;
  for (unsigned i = 0; i < 16; i++) h->counts[i] = 0;
}

// Seldom, and not worth a copy in every loop.
static __attribute__((noinline)) WEFT_AVX512 void finish_histogram(histogram *h) {
  uint64_t sums[8];
  // The transposition counts from the last row.
  _mm512_storeu_si512(
    sums, _mm512_sad_epu8(_mm512_permutexvar_epi8(words_of_8(), h->low), _mm512_setzero_si512()));
  for (unsigned i = 0; i < 8; i++) h->counts[i] += sums[i];
  _mm512_storeu_si512(
    sums, _mm512_sad_epu8(_mm512_permutexvar_epi8(words_of_8(), h->high), _mm512_setzero_si512()));
  for (unsigned i = 0; i < 8; i++) h->counts[8 + i] += sums[i];
  h->low = h->high = _mm512_setzero_si512();
  h->added = 0;
}

// Counts the values of `bytes` that `valid` marks; values of 16 and more, below 64, count nowhere.
WEFT_INLINE void add_to_histogram(histogram *h, __m512i bytes, __mmask64 valid) {
  const __m512i bits_low = _mm512_setr_epi64((long long)0x8040201008040201ULL, 0, 0, 0, 0, 0, 0, 0);
  const __m512i bits_high = _mm512_setr_epi64(0, (long long)0x8040201008040201ULL, 0, 0, 0, 0, 0, 0);
  __m512i low = transpose_bits(_mm512_maskz_permutexvar_epi8(valid, bytes, bits_low));
  __m512i high = transpose_bits(_mm512_maskz_permutexvar_epi8(valid, bytes, bits_high));
  h->low = _mm512_add_epi8(h->low, _mm512_popcnt_epi8(low));
  h->high = _mm512_add_epi8(h->high, _mm512_popcnt_epi8(high));
  // Byte counters hold 31 rounds of at most 8.
  if (++h->added == 31) finish_histogram(h);
}

// Counts all bytes by their lowest four bits: the look-ups take six, and repeat. The caller finishes the histogram
// after at most 31 registers.
WEFT_INLINE void add_nibbles_to_histogram(histogram *h, __m512i bytes) {
  const long long ones = (long long)0x8040201008040201ULL;
  const __m512i bits_low = _mm512_setr_epi64(ones, 0, ones, 0, ones, 0, ones, 0);
  const __m512i bits_high = _mm512_setr_epi64(0, ones, 0, ones, 0, ones, 0, ones);
  __m512i low = transpose_bits(_mm512_permutexvar_epi8(bytes, bits_low));
  __m512i high = transpose_bits(_mm512_permutexvar_epi8(bytes, bits_high));
  h->low = _mm512_add_epi8(h->low, _mm512_popcnt_epi8(low));
  h->high = _mm512_add_epi8(h->high, _mm512_popcnt_epi8(high));
}

#endif
