#if defined(__x86_64__)
// What a search asks of values in one look: the precisions that groups of every size need under both readings, with
// all lanes and with those that are not the constant moved together, and extremes and frequencies.
#include "group_counts.h"
#include "lanes.h"
#include "statistics.h"

enum { surveys_not, surveys_plainly, surveys_buckets };

WEFT_INLINE void search_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *survey, int wide, int narrow, int surveys, int is_signed, int keeps) {
  packing p = make_packing(coding);
  p.is_signed = ~0ULL;
  const unsigned lane_bytes = wide ? 2 : 1, batch_bytes = batch_lanes * lane_bytes;
  size_counts whole_counts, kept_counts;
  clear_counts(&whole_counts);
  if (keeps) clear_counts(&kept_counts);
  running_statistics statistics;
  if (surveys) statistics = start_statistics(survey, wide, is_signed);
  // Lanes that are not the constant are counted in any case, and with them mostly those that are the guess.
  const uint16_t patterns = wide ? 0xFFFF : 0xFF;
  const int guesses = surveys && !(keeps && survey->guess == ((uint16_t)coding->rebase & patterns));
  // Spread lanes of a piece that are kept: less than a batch is left over when the next batch is looked at.
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
        if (surveys && is_whole) {
          take_in(&statistics, pair[0], pair[1], wide, is_signed, surveys == surveys_buckets, guesses);
        }
        for (unsigned j = 0; j < 2; j++) {
          __m512i v = wide ? narrow ? packed16(pair[j], &p, 0) : _mm512_sub_epi16(pair[j], p.rebase)
                      : narrow ? packed8(pair[j], &p, 0) : _mm512_sub_epi8(pair[j], p.rebase);
          x[i + j] = wide ? spread16(v) : spread8(v);
          if (!keeps) continue;
          // A packed value's bits are 0 where it is.
          if (wide) {
            __mmask32 k = _mm512_test_epi16_mask(x[i + j], x[i + j]);
            _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(k, x[i + j]));
            out += 2 * (unsigned)_mm_popcnt_u32(k);
          } else {
            __mmask64 k = _mm512_test_epi8_mask(x[i + j], x[i + j]);
            _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, x[i + j]));
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
    const unsigned before = waiting;
    waiting = (unsigned)(out - dense) / lane_bytes;
    if (surveys && !guesses && is_whole) statistics.guesses += batch_lanes - (waiting - before);
    if (waiting >= batch_lanes) {
      add_spread(&kept_counts, dense, batch_lanes, sizes, wide);
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
        add_spread(&kept_counts, dense, waiting, sizes, wide);
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
    take_in(&s, _mm512_loadu_si512(from), _mm512_loadu_si512(from + 64), wide, is_signed, buckets, 1);
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
