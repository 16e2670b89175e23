#if defined(__x86_64__)
// What a search asks of values in one look: the precisions that groups of every size need under both readings, with
// all lanes and with those that are not the constant moved together, and extremes and frequencies.
#include "columns.h"
#include "histogram.h"
#include "lanes.h"

enum { batch_lanes = 1024, tile = 8, most_sizes = 6 };

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

// Two tiles of words: octet o of 64 lies in tile o / 32, its low byte where joining left it.
#define WEFT_WORD(o) (64 * ((o) / 32) + 2 * (8 * ((o) % 4) + ((o) % 32 / 4 < 4 ? 2 * ((o) % 32 / 4) : 2 * ((o) % 32 / 4) - 7)))
WEFT_PERMUTATION(low_of_words, WEFT_WORD(i))
WEFT_PERMUTATION(high_of_words, WEFT_WORD(i) + 1)
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

// The OR of every eight lanes of eight registers: words as joining leaves them, bytes in their order.
WEFT_INLINE __m512i octets_of_tile(const __m512i x[tile], int wide) {
  if (wide) {
    __m512i a = halves_32(halves_64(x[0], x[1]), halves_64(x[2], x[3]));
    __m512i b = halves_32(halves_64(x[4], x[5]), halves_64(x[6], x[7]));
    return halves_16(a, b);
  }
  __m512i a = halves_16(halves_32(x[0], x[1]), halves_32(x[2], x[3]));
  __m512i b = halves_16(halves_32(x[4], x[5]), halves_32(x[6], x[7]));
  return _mm512_permutexvar_epi8(octets_of_bytes(), halves_8(a, b));
}

// Bit lengths of bytes below 128.
WEFT_INLINE __m512i lengths7(__m512i masks) {
  const __m512i low = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4));
  const __m512i high = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 5, 6, 6, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0));
  __m512i upper = _mm512_and_si512(_mm512_srli_epi16(masks, 4), _mm512_set1_epi8(15));
  return _mm512_max_epu8(_mm512_shuffle_epi8(low, masks), _mm512_shuffle_epi8(high, upper));
}

// Lengths of 64 octets without their signs, and which have a sign.
typedef struct {
  __m512i lengths;
  uint64_t negative;
} octet_lengths;

WEFT_INLINE octet_lengths lengths_of_octets(const __m512i *tiles, int wide) {
  octet_lengths result;
  if (!wide) {
    result.negative = _mm512_movepi8_mask(tiles[0]);
    result.lengths = lengths7(_mm512_and_si512(tiles[0], _mm512_set1_epi8(127)));
    return result;
  }
  __m512i low = _mm512_permutex2var_epi8(tiles[0], low_of_words(), tiles[1]);
  __m512i high = _mm512_permutex2var_epi8(tiles[0], high_of_words(), tiles[1]);
  result.negative = _mm512_movepi8_mask(high);
  high = _mm512_and_si512(high, _mm512_set1_epi8(127));
  __m512i upper = _mm512_add_epi8(lengths7(high), _mm512_set1_epi8(8));
  result.lengths = _mm512_mask_mov_epi8(lengths8(low), _mm512_test_epi8_mask(high, high), upper);
  return result;
}

// Groups by length, without and with a sign, for each size that is asked for.
typedef struct {
  histogram positive[most_sizes], negative[most_sizes];
} size_counts;

WEFT_INLINE void add_groups(size_counts *counts, unsigned size, __m512i lengths, uint64_t negative, uint64_t valid) {
  add_to_histogram(counts->positive + size, lengths, valid & ~negative);
  if (negative & valid) add_to_histogram(counts->negative + size, lengths, valid & negative);
}

// Groups of every size asked for out of the octets of one batch, of which the first `octets` are there.
static __attribute__((noinline)) WEFT_AVX512 void add_batch(
  size_counts *counts, const __m512i *tiles, unsigned octets, unsigned sizes, int wide) {
  octet_lengths a = lengths_of_octets(tiles, wide), b = lengths_of_octets(tiles + (wide ? 2 : 1), wide);
  const uint64_t there_a = octets >= 64 ? ~0ULL : _bzhi_u64(~0ULL, octets);
  const uint64_t there_b = octets >= 128 ? ~0ULL : octets > 64 ? _bzhi_u64(~0ULL, octets - 64) : 0;
  if (sizes & 1) {
    add_groups(counts, 0, a.lengths, a.negative, there_a);
    add_groups(counts, 0, b.lengths, b.negative, there_b);
  }
  // From 16 lanes on both halves fit one register: the first one's groups in even bytes, the second one's in odd.
  __m512i x = _mm512_max_epu8(a.lengths, _mm512_srli_epi16(a.lengths, 8));
  __m512i y = _mm512_max_epu8(b.lengths, _mm512_slli_epi16(b.lengths, 8));
  x = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), x, y, 0xCA);
  uint64_t negative = ((a.negative | a.negative >> 1) & 0x5555555555555555)
    | ((b.negative | b.negative << 1) & 0xAAAAAAAAAAAAAAAA);
  const uint64_t valid = (there_a & 0x5555555555555555) | (there_b & 0x5555555555555555) << 1;
  if (sizes & 2) add_groups(counts, 1, x, negative, valid);
  if (sizes < 4) return;
  x = _mm512_max_epu8(x, _mm512_srli_epi32(x, 16));
  negative |= negative >> 2;
  if (sizes & 4) add_groups(counts, 2, x, negative, valid & 0x3333333333333333);
  x = _mm512_max_epu8(x, _mm512_srli_epi64(x, 32));
  negative |= negative >> 4;
  if (sizes & 8) add_groups(counts, 3, x, negative, valid & 0x0303030303030303);
  x = _mm512_max_epu8(x, _mm512_bsrli_epi128(x, 8));
  negative |= negative >> 8;
  if (sizes & 16) add_groups(counts, 4, x, negative, valid & 0x0003000300030003);
  x = _mm512_max_epu8(x, _mm512_shuffle_i64x2(x, x, 0xB1));
  negative |= negative >> 16;
  if (sizes & 32) add_groups(counts, 5, x, negative, valid & 0x0000000300000003);
}

WEFT_INLINE void clear_counts(size_counts *counts, unsigned sizes) {
  for (unsigned size = 0; size < most_sizes; size++) {
    if (!(sizes >> size & 1)) continue;
    clear_histogram(counts->positive + size);
    clear_histogram(counts->negative + size);
  }
}

static __attribute__((noinline)) WEFT_AVX512 void finish_counts(size_counts *counts, unsigned sizes, unsigned width, weft_precision_counts *into) {
  for (unsigned size = 0; size < most_sizes; size++) {
    if (!(sizes >> size & 1)) continue;
    finish_histogram(counts->positive + size);
    finish_histogram(counts->negative + size);
    for (unsigned length = 0; length < 16; length++) {
      const int64_t without = (int64_t)counts->positive[size].counts[length];
      const int64_t with = (int64_t)counts->negative[size].counts[length];
      into[size].as_unsigned[length] += without;
      into[size].as_unsigned[width] += with;
      // Two's complement takes a bit for the sign, unless there are zeros only. Length 16 is an unsigned reading's.
      into[size].as_signed[length == 0 ? 0 : length + 1] += without;
      into[size].as_signed[length + 1] += with;
    }
  }
}

// Packed values that lie together, zeros behind the last one.
static __attribute__((noinline)) WEFT_AVX512 void add_values(
  size_counts *counts, const uint8_t *values, unsigned count, unsigned sizes, int wide) {
  __m512i tiles[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  const unsigned tile_lanes = tile * 64 / (wide ? 2 : 1);
  for (unsigned t = 0; t * tile_lanes < count; t++) {
    __m512i x[tile];
    for (unsigned i = 0; i < tile; i++) {
      __m512i v = _mm512_loadu_si512(values + 64 * (tile * t + i));
      x[i] = wide ? spread16(v) : spread8(v);
    }
    tiles[t] = octets_of_tile(x, wide);
  }
  add_batch(counts, tiles, (count + 7) / 8, sizes, wide);
}

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

// Two registers of lanes.
WEFT_INLINE void take_in(running_statistics *s, __m512i a, __m512i b, int wide, int is_signed, int buckets) {
  if (wide) {
    s->low = is_signed ? _mm512_min_epi16(s->low, _mm512_min_epi16(a, b))
                       : _mm512_min_epu16(s->low, _mm512_min_epu16(a, b));
    s->high = is_signed ? _mm512_max_epi16(s->high, _mm512_max_epi16(a, b))
                        : _mm512_max_epu16(s->high, _mm512_max_epu16(a, b));
    s->guesses += (unsigned)_mm_popcnt_u32(_mm512_cmpeq_epi16_mask(a, s->guess));
    s->guesses += (unsigned)_mm_popcnt_u32(_mm512_cmpeq_epi16_mask(b, s->guess));
    if (!buckets) return;
    __m512i both = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), a, _mm512_slli_epi16(b, 8), 0xCA);
    add_nibbles_to_histogram(&s->buckets, both);
  } else {
    s->low = is_signed ? _mm512_min_epi8(s->low, _mm512_min_epi8(a, b)) : _mm512_min_epu8(s->low, _mm512_min_epu8(a, b));
    s->high = is_signed ? _mm512_max_epi8(s->high, _mm512_max_epi8(a, b)) : _mm512_max_epu8(s->high, _mm512_max_epu8(a, b));
    s->guesses += (uint64_t)_mm_popcnt_u64(_mm512_cmpeq_epi8_mask(a, s->guess));
    s->guesses += (uint64_t)_mm_popcnt_u64(_mm512_cmpeq_epi8_mask(b, s->guess));
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

enum { surveys_not, surveys_plainly, surveys_buckets };

WEFT_INLINE void search_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *survey, int wide, int narrow, int surveys, int is_signed, int keeps) {
  packing p = make_packing(coding);
  p.is_signed = ~0ULL;
  const unsigned lane_bytes = wide ? 2 : 1, batch_bytes = batch_lanes * lane_bytes;
  size_counts whole_counts, kept_counts;
  clear_counts(&whole_counts, sizes);
  if (keeps) clear_counts(&kept_counts, sizes);
  running_statistics statistics;
  if (surveys) statistics = start_statistics(survey, wide, is_signed);
  // Lanes of a piece that are kept: less than a batch is left over when the next batch is looked at.
  uint8_t dense[2 * 2 * batch_lanes + tile * 64] __attribute__((aligned(64)));
  unsigned waiting = 0;
  for (size_t first = 0; first < count; first += batch_lanes) {
    const uint8_t *source = lanes + first * lane_bytes;
    uint8_t padded[batch_lanes * 2];
    const int is_whole = count - first >= batch_lanes;
    if (!is_whole) {
      if (surveys) take_in_singly(source, count - first, survey, wide);
      for (unsigned i = 0; i < batch_bytes; i += 64) _mm512_storeu_si512(padded + i, p.rebase);
      memcpy(padded, source, (count - first) * lane_bytes);
      source = padded;
    }
    __m512i tiles[4];
    uint8_t *out = dense + waiting * lane_bytes;
#pragma clang loop unroll(disable)
    for (unsigned t = 0; t < batch_bytes / 64 / tile; t++) {
      __m512i x[tile];
#pragma clang loop unroll(full)
      for (unsigned i = 0; i < tile; i += 2) {
        const uint8_t *from = source + 64 * (tile * t + i);
        _mm_prefetch((const char *)from + 2048, _MM_HINT_T0);
        _mm_prefetch((const char *)from + 2048 + 64, _MM_HINT_T0);
        __m512i pair[2] = {_mm512_loadu_si512(from), _mm512_loadu_si512(from + 64)};
        if (surveys && is_whole) take_in(&statistics, pair[0], pair[1], wide, is_signed, surveys == surveys_buckets);
        for (unsigned j = 0; j < 2; j++) {
          __m512i v = wide ? narrow ? packed16(pair[j], &p, 0) : _mm512_sub_epi16(pair[j], p.rebase)
                      : narrow ? packed8(pair[j], &p, 0) : _mm512_sub_epi8(pair[j], p.rebase);
          x[i + j] = wide ? spread16(v) : spread8(v);
          if (!keeps) continue;
          if (wide) {
            __mmask32 k = _mm512_test_epi16_mask(v, v);
            _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(k, v));
            out += 2 * (unsigned)_mm_popcnt_u32(k);
          } else {
            __mmask64 k = _mm512_test_epi8_mask(v, v);
            _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, v));
            out += _mm_popcnt_u64(k);
          }
        }
      }
      tiles[t] = octets_of_tile(x, wide);
    }
    if (surveys == surveys_buckets) finish_histogram(&statistics.buckets);
    const unsigned octets = is_whole ? batch_lanes / 8 : (unsigned)((count - first + 7) / 8);
    if (whole) add_batch(&whole_counts, tiles, octets, sizes, wide);
    if (!keeps) continue;
    waiting = (unsigned)(out - dense) / lane_bytes;
    if (waiting >= batch_lanes) {
      add_values(&kept_counts, dense, batch_lanes, sizes, wide);
      waiting -= batch_lanes;
      for (unsigned i = 0; i < waiting * lane_bytes; i += 64) {
        _mm512_store_si512(dense + i, _mm512_load_si512(dense + batch_bytes + i));
      }
    }
    if ((first + batch_lanes) % weft_piece_lanes == 0 || !is_whole || first + batch_lanes == count) {
      // Groups start anew in the next piece.
      if (waiting > 0) {
        for (unsigned i = 0; i < tile; i++) {
          _mm512_storeu_si512(dense + waiting * lane_bytes + 64 * i, _mm512_setzero_si512());
        }
        add_values(&kept_counts, dense, waiting, sizes, wide);
      }
      waiting = 0;
    }
  }
  if (whole) finish_counts(&whole_counts, sizes, coding->width, whole);
  if (keeps) finish_counts(&kept_counts, sizes, coding->width, kept);
  if (surveys && count >= batch_lanes) finish_statistics(&statistics, survey, wide, is_signed);
}

#define WEFT_SEARCH(name, wide, surveys, is_signed)                                                                  \
  WEFT_AVX512 static void name(                                                                                      \
    const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,     \
    weft_precision_counts *kept, weft_survey *survey) {                                                              \
    if (kept) {                                                                                                      \
      search_all(coding, lanes, count, sizes, whole, kept, survey, wide, 0, surveys, is_signed, 1);                  \
    } else {                                                                                                         \
      search_all(coding, lanes, count, sizes, whole, kept, survey, wide, 0, surveys, is_signed, 0);                  \
    }                                                                                                                \
  }

WEFT_SEARCH(search_bytes, 0, surveys_not, 0)
WEFT_SEARCH(search_words, 1, surveys_not, 0)
WEFT_SEARCH(search_unsigned_bytes, 0, surveys_plainly, 0)
WEFT_SEARCH(search_signed_bytes, 0, surveys_plainly, 1)
WEFT_SEARCH(search_unsigned_words, 1, surveys_plainly, 0)
WEFT_SEARCH(search_signed_words, 1, surveys_plainly, 1)
WEFT_SEARCH(search_unsigned_byte_buckets, 0, surveys_buckets, 0)
WEFT_SEARCH(search_signed_byte_buckets, 0, surveys_buckets, 1)
WEFT_SEARCH(search_unsigned_word_buckets, 1, surveys_buckets, 0)
WEFT_SEARCH(search_signed_word_buckets, 1, surveys_buckets, 1)

// Widths below the lane's bits are rare: one loop for all that may be asked.
WEFT_AVX512 static void search_narrow(
  const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *survey) {
  if (coding->lane_bytes == 2) {
    search_all(coding, lanes, count, sizes, whole, kept, 0, 1, 1, surveys_not, 0, kept != 0);
  } else {
    search_all(coding, lanes, count, sizes, whole, kept, 0, 0, 1, surveys_not, 0, kept != 0);
  }
  if (survey) weft_avx512_survey(lanes, count, coding->lane_bytes, survey);
}

WEFT_AVX512 void weft_avx512_search(
  const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *survey) {
  void (*const table[2][5])(
    const weft_coding *, const uint8_t *, size_t, unsigned, weft_precision_counts *, weft_precision_counts *,
    weft_survey *) = {
    {search_bytes, search_unsigned_bytes, search_signed_bytes, search_unsigned_byte_buckets,
     search_signed_byte_buckets},
    {search_words, search_unsigned_words, search_signed_words, search_unsigned_word_buckets,
     search_signed_word_buckets},
  };
  if (coding->width < 8 * coding->lane_bytes) {
    search_narrow(coding, lanes, count, sizes, whole, kept, survey);
    return;
  }
  const unsigned way = !survey ? 0 : 1u + (survey->is_signed != 0) + (survey->wants_buckets ? 2u : 0u);
  table[coding->lane_bytes == 2][way](coding, lanes, count, sizes, whole, kept, survey);
}

WEFT_INLINE void survey_all(
  const uint8_t *lanes, size_t count, weft_survey *into, int wide, int is_signed, int buckets) {
  running_statistics s = start_statistics(into, wide, is_signed);
  const size_t step = wide ? 64 : 128;
  size_t lane = 0;
  for (; lane + step <= count; lane += step) {
    const uint8_t *from = lanes + (wide ? 2 * lane : lane);
    take_in(&s, _mm512_loadu_si512(from), _mm512_loadu_si512(from + 64), wide, is_signed, buckets);
    if (lane / step % 8 == 7) finish_histogram(&s.buckets);
  }
  if (lane > 0) finish_statistics(&s, into, wide, is_signed);
  take_in_singly(lanes + (wide ? 2 * lane : lane), count - lane, into, wide);
}

WEFT_AVX512 void weft_avx512_survey(const uint8_t *lanes, size_t count, unsigned lane_bytes, weft_survey *into) {
  const int buckets = into->wants_buckets;
  if (lane_bytes == 2) {
    if (into->is_signed) {
      survey_all(lanes, count, into, 1, 1, buckets);
    } else {
      survey_all(lanes, count, into, 1, 0, buckets);
    }
  } else if (into->is_signed) {
    survey_all(lanes, count, into, 0, 1, buckets);
  } else {
    survey_all(lanes, count, into, 0, 0, buckets);
  }
}
#endif
