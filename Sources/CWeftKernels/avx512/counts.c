#if defined(__x86_64__)
// What a search asks of values: the precisions that groups need under both readings, and extremes and frequencies.
#include "histogram.h"
#include "lanes.h"

enum { batch_lanes = 1024, tile = 8 };

// The bits of x as two's complement below its sign, ones where they differ from it, under the sign itself: the OR of
// these over a group tells its precision under both readings.
WEFT_INLINE __m512i spread16(__m512i x) {
  __m512i same = _mm512_max_epi16(x, _mm512_ternarylogic_epi64(x, x, x, 0x55));
  return _mm512_ternarylogic_epi64(_mm512_set1_epi16((short)0x8000), x, same, 0xCA);
}

WEFT_INLINE __m512i spread8(__m512i x) {
  __m512i same = _mm512_max_epi8(x, _mm512_ternarylogic_epi64(x, x, x, 0x55));
  return _mm512_ternarylogic_epi64(_mm512_set1_epi8((char)0x80), x, same, 0xCA);
}

// `narrow` says beforehand whether the width is below the lane's bits.
WEFT_INLINE __m512i spread_lanes(__m512i x, const packing *p, int wide, int narrow) {
  if (wide) return spread16(narrow ? packed16(x, p, 0) : _mm512_sub_epi16(x, p->rebase));
  return spread8(narrow ? packed8(x, p, 0) : _mm512_sub_epi8(x, p->rebase));
}

WEFT_PERMUTATION(octets_of_words, 2 * (8 * (i / 2 % 4) + (i / 8 < 4 ? 2 * (i / 8) : 2 * (i / 8) - 7)) + (i & 1))
// Register r, octet o: lane o / 2, then the octet's parity and the registers in the order that joining left them.
WEFT_PERMUTATION(
  octets_of_bytes, 16 * (i % 8 / 2) + 4 * (i % 8 % 2 + 2 * (i / 8 & 1)) + 2 * (i / 8 / 2 & 1) + i / 8 / 4)

WEFT_INLINE __m512i halves_64(__m512i a, __m512i b) {
  return _mm512_or_si512(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

WEFT_INLINE __m512i halves_32(__m512i a, __m512i b) {
  __m512 x = _mm512_castsi512_ps(a), y = _mm512_castsi512_ps(b);
  return _mm512_or_si512(
    _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0x88)), _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0xDD)));
}

WEFT_INLINE __m512i halves_16(__m512i a, __m512i b) {
  a = _mm512_or_si512(a, _mm512_srli_epi32(a, 16));
  b = _mm512_or_si512(b, _mm512_slli_epi32(b, 16));
  return _mm512_ternarylogic_epi64(_mm512_set1_epi32(0xFFFF), a, b, 0xCA);
}

WEFT_INLINE __m512i halves_8(__m512i a, __m512i b) {
  a = _mm512_or_si512(a, _mm512_srli_epi16(a, 8));
  b = _mm512_or_si512(b, _mm512_slli_epi16(b, 8));
  return _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), a, b, 0xCA);
}

// The OR of every eight lanes of eight registers, in their order.
WEFT_INLINE __m512i octets_of_tile(const __m512i x[tile], int wide) {
  if (wide) {
    __m512i a = halves_32(halves_64(x[0], x[1]), halves_64(x[2], x[3]));
    __m512i b = halves_32(halves_64(x[4], x[5]), halves_64(x[6], x[7]));
    return _mm512_permutexvar_epi8(octets_of_words(), halves_16(a, b));
  }
  __m512i a = halves_16(halves_32(x[0], x[1]), halves_32(x[2], x[3]));
  __m512i b = halves_16(halves_32(x[4], x[5]), halves_32(x[6], x[7]));
  return _mm512_permutexvar_epi8(octets_of_bytes(), halves_8(a, b));
}

// Bit lengths of the groups of a batch without their signs, each repeated for every 16 lanes of the group, as 64
// bytes; `negative` tells which groups have a sign.
WEFT_INLINE __m512i group_lengths(
  const __m512i *octets, unsigned half, unsigned group_log2, int wide, __mmask64 *negative) {
  const int sign = wide ? 0x8000 : 0x80;
  __m512i result = _mm512_setzero_si512();
  *negative = 0;
  for (unsigned i = 0; i < 4; i++) {
    __m512i m = octets[wide ? i : i / 2];
    if (!wide) m = _mm512_cvtepu8_epi16(i & 1 ? _mm512_extracti64x4_epi64(m, 1) : _mm512_castsi512_si256(m));
    if (group_log2 == 3) {
      m = half == 0 ? _mm512_and_si512(m, _mm512_set1_epi32(0xFFFF)) : _mm512_srli_epi32(m, 16);
    } else {
      m = _mm512_or_si512(_mm512_and_si512(m, _mm512_set1_epi32(0xFFFF)), _mm512_srli_epi32(m, 16));
      if (group_log2 >= 5) m = _mm512_or_si512(m, _mm512_shuffle_epi32(m, 0xB1));
      if (group_log2 >= 6) m = _mm512_or_si512(m, _mm512_shuffle_epi32(m, 0x4E));
      if (group_log2 >= 7) m = _mm512_or_si512(m, _mm512_shuffle_i64x2(m, m, 0xB1));
      if (group_log2 >= 8) m = _mm512_or_si512(m, _mm512_shuffle_i64x2(m, m, 0x4E));
    }
    *negative |= (__mmask64)_mm512_test_epi32_mask(m, _mm512_set1_epi32(sign)) << (16 * i);
    m = _mm512_andnot_si512(_mm512_set1_epi32(sign), m);
    __m128i lengths = _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(m)));
    result = i == 0   ? _mm512_inserti32x4(result, lengths, 0)
             : i == 1 ? _mm512_inserti32x4(result, lengths, 1)
             : i == 2 ? _mm512_inserti32x4(result, lengths, 2)
                      : _mm512_inserti32x4(result, lengths, 3);
  }
  return result;
}

// Extremes and frequencies, gathered by register.
typedef struct {
  __m512i low, high, guess, found;
  __m512i guesses;
  histogram buckets;
  int is_signed;
} running_statistics;

WEFT_INLINE running_statistics start_statistics(const weft_survey *wanted, int wide) {
  running_statistics s;
  s.is_signed = wanted->is_signed;
  s.guess = wide ? _mm512_set1_epi16((short)wanted->guess) : _mm512_set1_epi8((char)wanted->guess);
  if (wide) {
    s.low = _mm512_set1_epi16(s.is_signed ? 0x7FFF : -1);
    s.high = _mm512_set1_epi16(s.is_signed ? (short)0x8000 : 0);
  } else {
    s.low = _mm512_set1_epi8(s.is_signed ? 0x7F : -1);
    s.high = _mm512_set1_epi8(s.is_signed ? (char)0x80 : 0);
  }
  s.found = s.guesses = _mm512_setzero_si512();
  clear_histogram(&s.buckets);
  return s;
}

// Two registers; `found` counts up to 255 in a byte.
WEFT_INLINE void take_in(running_statistics *s, __m512i a, __m512i b, int wide, int is_signed) {
  const __m512i nibble = _mm512_set1_epi8(15);
  if (wide) {
    const __m512i one = _mm512_set1_epi16(1);
    s->low = is_signed ? _mm512_min_epi16(s->low, _mm512_min_epi16(a, b))
                       : _mm512_min_epu16(s->low, _mm512_min_epu16(a, b));
    s->high = is_signed ? _mm512_max_epi16(s->high, _mm512_max_epi16(a, b))
                        : _mm512_max_epu16(s->high, _mm512_max_epu16(a, b));
    s->found = _mm512_mask_add_epi16(s->found, _mm512_cmpeq_epi16_mask(a, s->guess), s->found, one);
    s->found = _mm512_mask_add_epi16(s->found, _mm512_cmpeq_epi16_mask(b, s->guess), s->found, one);
    __m512i both = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), a, _mm512_slli_epi16(b, 8), 0xCA);
    add_to_histogram(&s->buckets, _mm512_and_si512(both, nibble), ~0ULL);
  } else {
    const __m512i one = _mm512_set1_epi8(1);
    s->low = is_signed ? _mm512_min_epi8(s->low, _mm512_min_epi8(a, b)) : _mm512_min_epu8(s->low, _mm512_min_epu8(a, b));
    s->high = is_signed ? _mm512_max_epi8(s->high, _mm512_max_epi8(a, b)) : _mm512_max_epu8(s->high, _mm512_max_epu8(a, b));
    s->found = _mm512_mask_add_epi8(s->found, _mm512_cmpeq_epi8_mask(a, s->guess), s->found, one);
    s->found = _mm512_mask_add_epi8(s->found, _mm512_cmpeq_epi8_mask(b, s->guess), s->found, one);
    add_to_histogram(&s->buckets, _mm512_and_si512(a, nibble), ~0ULL);
    add_to_histogram(&s->buckets, _mm512_and_si512(b, nibble), ~0ULL);
  }
}

// At the end of a batch, before `found` can run over: bytes and words hold less than 256 each.
WEFT_INLINE void fold_found(running_statistics *s) {
  s->guesses = _mm512_add_epi64(s->guesses, _mm512_sad_epu8(s->found, _mm512_setzero_si512()));
  s->found = _mm512_setzero_si512();
}

WEFT_INLINE void finish_statistics(running_statistics *s, weft_survey *into, int wide) {
  int16_t lows[32], highs[32];
  int8_t low_bytes[64], high_bytes[64];
  _mm512_storeu_si512(wide ? (void *)lows : (void *)low_bytes, s->low);
  _mm512_storeu_si512(wide ? (void *)highs : (void *)high_bytes, s->high);
  for (unsigned i = 0; i < (wide ? 32 : 64); i++) {
    int32_t a = wide ? lows[i] : low_bytes[i];
    int32_t b = wide ? highs[i] : high_bytes[i];
    if (!s->is_signed) {
      a &= wide ? 0xFFFF : 0xFF;
      b &= wide ? 0xFFFF : 0xFF;
    }
    if (a < into->minimum) into->minimum = a;
    if (b > into->maximum) into->maximum = b;
  }
  into->guess_count += (uint64_t)_mm512_reduce_add_epi64(s->guesses);
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
    into->bucket_count[pattern & 15]++;
  }
}

WEFT_INLINE void count_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, int64_t *as_unsigned, int64_t *as_signed,
  weft_survey *survey, unsigned group_log2, int wide, int narrow, int surveys, int is_signed) {
  packing p = make_packing(coding);
  p.is_signed = ~0ULL;
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t group_lanes = (size_t)1 << group_log2;
  histogram positive, negative;
  clear_histogram(&positive);
  clear_histogram(&negative);
  running_statistics statistics;
  if (surveys) statistics = start_statistics(survey, wide);
  size_t looked = 0;
  for (size_t first = 0; first < count; first += batch_lanes) {
    const uint8_t *source = lanes + first * lane_bytes;
    uint8_t padded[batch_lanes * 2];
    const int is_whole = count - first >= batch_lanes;
    if (!is_whole) {
      if (surveys) take_in_singly(source, count - first, survey, wide);
      for (unsigned i = 0; i < batch_lanes * lane_bytes; i += 64) _mm512_storeu_si512(padded + i, p.rebase);
      memcpy(padded, source, (count - first) * lane_bytes);
      source = padded;
    }
    __m512i octets[4];
    for (unsigned t = 0; t < batch_lanes * lane_bytes / 64 / tile; t++) {
      __m512i x[tile];
#pragma clang loop unroll(full)
      for (unsigned i = 0; i < tile; i += 2) {
        const uint8_t *from = source + 64 * (tile * t + i);
        expect_lanes(from);
        expect_lanes(from + 64);
        __m512i a = _mm512_loadu_si512(from), b = _mm512_loadu_si512(from + 64);
        if (surveys && is_whole) take_in(&statistics, a, b, wide, is_signed);
        x[i] = spread_lanes(a, &p, wide, narrow);
        x[i + 1] = spread_lanes(b, &p, wide, narrow);
      }
      octets[t] = octets_of_tile(x, wide);
    }
    if (surveys) fold_found(&statistics);
    for (unsigned half = 0; half < (group_log2 == 3 ? 2 : 1); half++) {
      __mmask64 signs;
      __m512i lengths = group_lengths(octets, half, group_log2, wide, &signs);
      add_to_histogram(&positive, lengths, ~signs);
      if (signs) add_to_histogram(&negative, lengths, signs);
      looked += 64;
    }
  }
  finish_histogram(&positive);
  finish_histogram(&negative);
  if (surveys && count >= batch_lanes) finish_statistics(&statistics, survey, wide);
  // Groups past the last lane were zeros, and larger groups were seen once for every 16 lanes.
  const int64_t repeats = group_log2 <= 4 ? 1 : 1 << (group_log2 - 4);
  const int64_t extra = (int64_t)looked / repeats - (int64_t)((count + group_lanes - 1) / group_lanes);
  for (unsigned length = 0; length < 16; length++) {
    const int64_t without = (int64_t)positive.counts[length] / repeats - (length == 0 ? extra : 0);
    const int64_t with = (int64_t)negative.counts[length] / repeats;
    as_unsigned[length] += without;
    as_unsigned[coding->width] += with;
    // Two's complement takes a bit for the sign, unless there are zeros only. Length 16 is an unsigned reading's.
    as_signed[length == 0 ? 0 : length + 1] += without;
    as_signed[length + 1] += with;
  }
}

#define WEFT_COUNT(name, group_log2, wide)                                                                           \
  WEFT_AVX512 static void name(                                                                                      \
    const weft_coding *coding, const uint8_t *lanes, size_t count, int64_t *as_unsigned, int64_t *as_signed,         \
    weft_survey *survey) {                                                                                           \
    if (coding->width < ((wide) ? 16 : 8)) {                                                                         \
      count_all(coding, lanes, count, as_unsigned, as_signed, 0, group_log2, wide, 1, 0, 0);                         \
      if (survey) weft_avx512_survey(lanes, count, coding->lane_bytes, survey);                                      \
    } else if (!survey) {                                                                                            \
      count_all(coding, lanes, count, as_unsigned, as_signed, survey, group_log2, wide, 0, 0, 0);                    \
    } else if (survey->is_signed) {                                                                                  \
      count_all(coding, lanes, count, as_unsigned, as_signed, survey, group_log2, wide, 0, 1, 1);                    \
    } else {                                                                                                         \
      count_all(coding, lanes, count, as_unsigned, as_signed, survey, group_log2, wide, 0, 1, 0);                    \
    }                                                                                                                \
  }

WEFT_COUNT(count_8_bytes, 3, 0)
WEFT_COUNT(count_16_bytes, 4, 0)
WEFT_COUNT(count_8_words, 3, 1)
WEFT_COUNT(count_16_words, 4, 1)
WEFT_COUNT(count_bytes, coding->group_log2, 0)
WEFT_COUNT(count_words, coding->group_log2, 1)

WEFT_AVX512 void weft_avx512_count_precisions(
  const weft_coding *coding, const uint8_t *lanes, size_t count, int64_t *as_unsigned, int64_t *as_signed,
  weft_survey *survey) {
  const int wide = coding->lane_bytes == 2;
  if (coding->group_log2 == 3) {
    (wide ? count_8_words : count_8_bytes)(coding, lanes, count, as_unsigned, as_signed, survey);
  } else if (coding->group_log2 == 4) {
    (wide ? count_16_words : count_16_bytes)(coding, lanes, count, as_unsigned, as_signed, survey);
  } else {
    (wide ? count_words : count_bytes)(coding, lanes, count, as_unsigned, as_signed, survey);
  }
}

WEFT_INLINE void survey_all(const uint8_t *lanes, size_t count, weft_survey *into, int wide, int is_signed) {
  running_statistics s = start_statistics(into, wide);
  const size_t step = wide ? 64 : 128;
  size_t lane = 0;
  for (; lane + step <= count; lane += step) {
    const uint8_t *from = lanes + (wide ? 2 * lane : lane);
    take_in(&s, _mm512_loadu_si512(from), _mm512_loadu_si512(from + 64), wide, is_signed);
    fold_found(&s);
  }
  if (lane > 0) finish_statistics(&s, into, wide);
  take_in_singly(lanes + (wide ? 2 * lane : lane), count - lane, into, wide);
}

WEFT_AVX512 void weft_avx512_survey(const uint8_t *lanes, size_t count, unsigned lane_bytes, weft_survey *into) {
  if (lane_bytes == 2) {
    if (into->is_signed) {
      survey_all(lanes, count, into, 1, 1);
    } else {
      survey_all(lanes, count, into, 1, 0);
    }
  } else if (into->is_signed) {
    survey_all(lanes, count, into, 0, 1);
  } else {
    survey_all(lanes, count, into, 0, 0);
  }
}
#endif
