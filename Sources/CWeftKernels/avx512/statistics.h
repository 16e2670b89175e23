// Extremes and frequencies of lanes, register by register.
#ifndef WEFT_AVX512_STATISTICS_H
#define WEFT_AVX512_STATISTICS_H

#include "columns.h"
#include "histogram.h"

// Extremes and frequencies, gathered by register.
typedef struct {
  __m512i low, high, guess;
  uint64_t guesses;
  histogram buckets;
} running_statistics;

WEFT_INLINE running_statistics start_statistics(const weft_survey *wanted, int wide, int is_signed) {
  running_statistics s;
  s.guess = wide ? _mm512_set1_epi16((short)wanted->guess) : _mm512_set1_epi8((char)wanted->guess);
  if (wide) {
    s.low = _mm512_set1_epi16(is_signed ? 0x7FFF : -1);
    s.high = _mm512_set1_epi16(is_signed ? (short)0x8000 : 0);
  } else {
    s.low = _mm512_set1_epi8(is_signed ? 0x7F : -1);
    s.high = _mm512_set1_epi8(is_signed ? (char)0x80 : 0);
  }
  s.guesses = 0;
  clear_histogram(&s.buckets);
  return s;
}

// Two registers of lanes; the guess is counted where `guesses` is set.
WEFT_INLINE void take_in(
  running_statistics *s, __m512i a, __m512i b, int wide, int is_signed, int buckets, int guesses) {
  if (wide) {
    s->low = is_signed ? _mm512_min_epi16(s->low, _mm512_min_epi16(a, b))
                       : _mm512_min_epu16(s->low, _mm512_min_epu16(a, b));
    s->high = is_signed ? _mm512_max_epi16(s->high, _mm512_max_epi16(a, b))
                        : _mm512_max_epu16(s->high, _mm512_max_epu16(a, b));
    if (guesses) {
      s->guesses += (unsigned)_mm_popcnt_u32(_mm512_cmpeq_epi16_mask(a, s->guess));
      s->guesses += (unsigned)_mm_popcnt_u32(_mm512_cmpeq_epi16_mask(b, s->guess));
    }
    if (!buckets) return;
    __m512i both = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), a, _mm512_slli_epi16(b, 8), 0xCA);
    add_nibbles_to_histogram(&s->buckets, both);
  } else {
    s->low = is_signed ? _mm512_min_epi8(s->low, _mm512_min_epi8(a, b)) : _mm512_min_epu8(s->low, _mm512_min_epu8(a, b));
    s->high = is_signed ? _mm512_max_epi8(s->high, _mm512_max_epi8(a, b)) : _mm512_max_epu8(s->high, _mm512_max_epu8(a, b));
    if (guesses) {
      s->guesses += (uint64_t)_mm_popcnt_u64(_mm512_cmpeq_epi8_mask(a, s->guess));
      s->guesses += (uint64_t)_mm_popcnt_u64(_mm512_cmpeq_epi8_mask(b, s->guess));
    }
    if (!buckets) return;
    add_nibbles_to_histogram(&s->buckets, a);
    add_nibbles_to_histogram(&s->buckets, b);
  }
}

WEFT_INLINE void finish_statistics(running_statistics *s, weft_survey *into, int wide, int is_signed) {
  int16_t lows[32], highs[32];
  int8_t low_bytes[64], high_bytes[64];
  _mm512_storeu_si512(wide ? (void *)lows : (void *)low_bytes, s->low);
  _mm512_storeu_si512(wide ? (void *)highs : (void *)high_bytes, s->high);
  for (unsigned i = 0; i < (wide ? 32 : 64); i++) {
    int32_t a = wide ? lows[i] : low_bytes[i];
    int32_t b = wide ? highs[i] : high_bytes[i];
    if (!is_signed) {
      a &= wide ? 0xFFFF : 0xFF;
      b &= wide ? 0xFFFF : 0xFF;
    }
    if (a < into->minimum) into->minimum = a;
    if (b > into->maximum) into->maximum = b;
  }
  into->guess_count += s->guesses;
  finish_histogram(&s->buckets);
  for (unsigned i = 0; i < 16; i++) into->bucket_count[i] += s->buckets.counts[i];
}

// The lanes that make no whole batch.
WEFT_AVX512 static void take_in_singly(const uint8_t *lanes, size_t count, weft_survey *into, int wide) {
  for (size_t lane = 0; lane < count; lane++) {
    uint16_t pattern = lanes[wide ? 2 * lane : lane];
    if (wide) pattern |= (uint16_t)(lanes[2 * lane + 1] << 8);
    int32_t value = !into->is_signed ? pattern : wide ? (int16_t)pattern : (int8_t)pattern;
    if (value < into->minimum) into->minimum = value;
    if (value > into->maximum) into->maximum = value;
    into->guess_count += pattern == into->guess;
    if (into->wants_buckets) into->bucket_count[pattern & 15]++;
  }
}

#endif
