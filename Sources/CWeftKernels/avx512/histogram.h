// Counts of byte values 0...15 in a few instructions for 64 bytes: each value picks one of eight bits, an 8 x 8
// transposition brings equal bits together, and they are counted bytewise.
#ifndef WEFT_AVX512_HISTOGRAM_H
#define WEFT_AVX512_HISTOGRAM_H

#include "columns.h"

// Eight byte counters eight times for values 0...7 and for 8...15.
typedef struct {
  __m512i low, high;
} byte_counters;

// Byte counters hold 31 rounds of at most 8.
enum { most_added = 31 };

// Counts the values of `bytes` that `valid` marks; values of 16 and more, below 64, count nowhere, and where they are
// `few` neither do those of 8 and more.
WEFT_INLINE void count_bytes(byte_counters *c, __m512i bytes, __mmask64 valid, int few) {
  const __m512i bits_low = _mm512_setr_epi64((long long)0x8040201008040201ULL, 0, 0, 0, 0, 0, 0, 0);
  const __m512i bits_high = _mm512_setr_epi64(0, (long long)0x8040201008040201ULL, 0, 0, 0, 0, 0, 0);
  __m512i low = transpose_bits(_mm512_maskz_permutexvar_epi8(valid, bytes, bits_low));
  c->low = _mm512_add_epi8(c->low, _mm512_popcnt_epi8(low));
  if (few) return;
  __m512i high = transpose_bits(_mm512_maskz_permutexvar_epi8(valid, bytes, bits_high));
  c->high = _mm512_add_epi8(c->high, _mm512_popcnt_epi8(high));
}

// Adds the counters of the words of eight bytes that `words` marks, by a bit for each of the eight in all its bytes.
WEFT_INLINE void add_counters_of(const byte_counters *c, __mmask64 words, uint64_t counts[16]) {
  // The transposition counts from the last row.
  const __m512i none = _mm512_setzero_si512();
  __m512i low = _mm512_sad_epu8(_mm512_maskz_permutexvar_epi8(words, words_of_8(), c->low), none);
  __m512i high = _mm512_sad_epu8(_mm512_maskz_permutexvar_epi8(words, words_of_8(), c->high), none);
  _mm512_storeu_si512(counts, _mm512_add_epi64(_mm512_loadu_si512(counts), low));
  _mm512_storeu_si512(counts + 8, _mm512_add_epi64(_mm512_loadu_si512(counts + 8), high));
}

WEFT_INLINE void add_counters(const byte_counters *c, uint64_t counts[16]) { add_counters_of(c, ~0ULL, counts); }

// Byte counters and what has been taken out of them.
typedef struct {
  byte_counters now;
  uint64_t counts[16];
} histogram;

WEFT_INLINE void clear_histogram(histogram *h) {
  h->now.low = h->now.high = _mm512_setzero_si512();
  for (unsigned i = 0; i < 16; i++) h->counts[i] = 0;
}

// Seldom, and not worth a copy in every loop.
static __attribute__((noinline, unused)) WEFT_AVX512 void finish_histogram(histogram *h) {
  add_counters(&h->now, h->counts);
  h->now.low = h->now.high = _mm512_setzero_si512();
}

// Counts all bytes by their lowest four bits: the look-ups take six, and repeat. The caller finishes the histogram
// after at most 31 registers.
WEFT_INLINE void add_nibbles_to_histogram(histogram *h, __m512i bytes) {
  const long long ones = (long long)0x8040201008040201ULL;
  const __m512i bits_low = _mm512_setr_epi64(ones, 0, ones, 0, ones, 0, ones, 0);
  const __m512i bits_high = _mm512_setr_epi64(0, ones, 0, ones, 0, ones, 0, ones);
  __m512i low = transpose_bits(_mm512_permutexvar_epi8(bytes, bits_low));
  __m512i high = transpose_bits(_mm512_permutexvar_epi8(bytes, bits_high));
  h->now.low = _mm512_add_epi8(h->now.low, _mm512_popcnt_epi8(low));
  h->now.high = _mm512_add_epi8(h->now.high, _mm512_popcnt_epi8(high));
}

#endif
