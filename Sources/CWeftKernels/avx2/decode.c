#if defined(__x86_64__) && !defined(WEFT_EMBEDDED)
// Unpacking a column, or a block of them, at a time.
#include "groups.h"
#include "row_sum.h"
#include "squeeze.h"

// Ones, and zeros behind them: a load from the middle less n bytes has n ones.
#define WEFT_ONES16 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255
#define WEFT_ONES128                                                                                                  \
  WEFT_ONES16, WEFT_ONES16, WEFT_ONES16, WEFT_ONES16, WEFT_ONES16, WEFT_ONES16, WEFT_ONES16, WEFT_ONES16
static const uint8_t window[2 * most_rows] __attribute__((aligned(64))) = {
  WEFT_ONES128, WEFT_ONES128, WEFT_ONES128, WEFT_ONES128};

// Lanes of a whole column, with and without a stretch of the checksum beside: functions of their own, since they are
// long and every group size needs them.
typedef void put_function(
  const uint8_t *rows, size_t pitch, const uint8_t *signs, const value_rule *rule, uint8_t *lanes, row_sum *sum);

#define WEFT_PUT_COLUMN(name, lanes_of, is_signed, plain, sums)                                                      \
  __attribute__((noinline)) WEFT_AVX2 static void name(                                                              \
    const uint8_t *rows, size_t pitch, const uint8_t *signs, const value_rule *rule, uint8_t *lanes, row_sum *sum) { \
    lanes_of(rows, pitch, signs, rule, lanes, sum, is_signed, plain, sums);                                          \
  }

WEFT_PUT_COLUMN(put_words, words_of_rows, 0, 1, 0)
WEFT_PUT_COLUMN(put_signed_words, words_of_rows, 1, 1, 0)
WEFT_PUT_COLUMN(put_ruled_words, words_of_rows, 1, 0, 0)
WEFT_PUT_COLUMN(put_bytes, bytes_of_rows, 0, 1, 0)
WEFT_PUT_COLUMN(put_signed_bytes, bytes_of_rows, 1, 1, 0)
WEFT_PUT_COLUMN(put_ruled_bytes, bytes_of_rows, 1, 0, 0)
WEFT_PUT_COLUMN(put_words_summing, words_of_rows, 0, 1, 1)
WEFT_PUT_COLUMN(put_signed_words_summing, words_of_rows, 1, 1, 1)
WEFT_PUT_COLUMN(put_ruled_words_summing, words_of_rows, 1, 0, 1)
WEFT_PUT_COLUMN(put_bytes_summing, bytes_of_rows, 0, 1, 1)
WEFT_PUT_COLUMN(put_signed_bytes_summing, bytes_of_rows, 1, 1, 1)
WEFT_PUT_COLUMN(put_ruled_bytes_summing, bytes_of_rows, 1, 0, 1)

// By the bytes of a lane, whether there is a stretch, and what is to be done to values.
enum { ruled, unsigned_values, signed_values };
static put_function *const put_functions[2][2][3] = {
  {{put_ruled_bytes, put_bytes, put_signed_bytes},
   {put_ruled_bytes_summing, put_bytes_summing, put_signed_bytes_summing}},
  {{put_ruled_words, put_words, put_signed_words},
   {put_ruled_words_summing, put_words_summing, put_signed_words_summing}},
};

// What is done to values on their way to lanes.
typedef struct {
  value_rule rule;
  int kind, is_signed, streams;
} finish;

WEFT_INLINE finish make_finish(const weft_coding *coding, int flags, const uint8_t *lanes, int wide) {
  const value_rule rule = make_rule(coding, flags & weft_decode_sign_extends, wide);
  return (finish){
    .rule = rule,
    .kind = !rule.plain ? ruled : coding->is_signed ? signed_values : unsigned_values,
    .is_signed = coding->is_signed,
    .streams = may_stream(flags, lanes),
  };
}

// `left` lanes, or a whole column where there are more.
WEFT_INLINE void put_column(
  const uint8_t *rows, size_t pitch, const uint8_t *stored, const finish *f, size_t left, uint8_t *lanes, row_sum *sum,
  const uint8_t *end, unsigned group_log2, int wide) {
  uint8_t signs[512] __attribute__((aligned(64))), whole[512] __attribute__((aligned(64)));
  if (f->is_signed) {
    make_signs(stored, signs, group_log2, wide);
  } else if (!f->rule.plain) {
    memset(signs, 0, sizeof signs);
  }
  // Halves of registers are stored apart, which is too slow around the caches.
  uint8_t *target = left < column_lanes || f->streams ? whole : lanes;
  put_functions[wide][has_stretch(sum, end)][f->kind](rows, pitch, signs, &f->rule, target, sum);
  if (left < column_lanes) {
    memcpy(lanes, whole, left << wide);
  } else if (f->streams) {
    for (unsigned i = 0; i < (unsigned)column_lanes << wide; i += 32) {
      _mm256_stream_si256((__m256i *)(lanes + i), _mm256_load_si256((const __m256i *)(whole + i)));
    }
  }
}

// The planes of each unit, a group or part of one, and zeros up to the end of the last column; returns the bytes of all.
WEFT_INLINE size_t spread_precisions(
  const weft_coding *coding, const uint8_t *indices, unsigned groups, uint8_t *stored, unsigned *most,
  unsigned group_log2, unsigned unit_log2) {
  const __m128i table = _mm_loadu_si128((const __m128i *)coding->precision_of);
  const __m128i none = _mm_setzero_si128();
  const unsigned copies = 1u << (group_log2 - unit_log2);
  __m128i sum = none, all = none;
  for (unsigned first = 0; first < groups; first += 16) {
    uint8_t part[16] = {0}, precisions[16];
    const uint8_t *from = indices + first;
    const unsigned here = groups - first;
    if (here < 16) {
      memcpy(part, from, here);
      from = part;
    }
    __m128i x = _mm_shuffle_epi8(table, _mm_loadu_si128((const __m128i *)from));
    if (here < 16) x = _mm_and_si128(x, _mm_loadu_si128((const __m128i *)(window + most_rows - here)));
    sum = _mm_add_epi64(sum, _mm_sad_epu8(x, none));
    all = _mm_max_epu8(all, x);
    if (copies == 1) {
      _mm_storeu_si128((__m128i *)(stored + first), x);
      continue;
    }
    // Each one's copies and what lies behind them, the next one over the rest.
    _mm_storeu_si128((__m128i *)precisions, x);
    for (unsigned i = 0; i < 16 && i < here; i++) {
      _mm_storeu_si128((__m128i *)(stored + (first + i) * copies), _mm_set1_epi8((char)precisions[i]));
    }
  }
  const unsigned units = groups * copies, whole = column_lanes >> unit_log2, more = units % whole;
  if (more > 0) memset(stored + units, 0, whole - more);
  uint8_t largest[16];
  _mm_storeu_si128((__m128i *)largest, all);
  *most = 0;
  for (unsigned i = 0; i < 16; i++) *most = largest[i] > *most ? largest[i] : *most;
  return (size_t)(_mm_cvtsi128_si64(sum) + _mm_extract_epi64(sum, 1)) << (group_log2 - 3);
}

// Groups whose rows lie together are read whole, and what belongs to the next one is masked.
WEFT_INLINE const uint8_t *rows_of_column(
  const uint8_t *from, const uint8_t *stored, uint8_t *rows, unsigned group_log2, int wide) {
  const unsigned word = (1u << group_log2) / 8, all = (wide ? 16 : 8) * word;
  uint8_t grouped[most_rows] __attribute__((aligned(64)));
  uint8_t *to = group_log2 < 8 ? grouped : rows;
  for (unsigned group = 0; group < column_bytes / word; group++) {
    const unsigned there = stored[group] * word;
    for (unsigned i = 0; i < all; i += 32) {
      const __m256i x = _mm256_loadu_si256((const __m256i *)(from + i));
      const __m256i keep = _mm256_loadu_si256((const __m256i *)(window + most_rows - there + i));
      _mm256_store_si256((__m256i *)(to + group * all + i), _mm256_and_si256(x, keep));
    }
    from += there;
  }
  if (group_log2 < 8) rows_of_groups(grouped, rows, group_log2, wide);
  return from;
}

WEFT_INLINE void decode_all(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum, unsigned group_log2, int wide) {
  const finish f = make_finish(coding, flags, lanes, wide);
  const int apart = group_log2 > 4 && block_lanes == 1u << group_log2;
  const unsigned unit_log2 = apart ? group_log2 : group_log2 > 3 ? 4 : 3;
  const size_t planes = wide ? 16 : 8, pitch = apart ? column_bytes : block_lanes / 8;
  const uint8_t *end = payload + bytes;
  row_sum sum = begin_sum(payload, checksum);
  uint8_t rows[batch_columns * most_rows] __attribute__((aligned(64)));
  uint8_t stored[batch_columns * column_bytes + 16];
  for (size_t first = 0; first < count; first += batch_lanes) {
    const size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    const unsigned groups = (unsigned)((here + (1u << group_log2) - 1) >> group_log2);
    unsigned most;
    const size_t used = apart ? spread_precisions(coding, indices, groups, stored, &most, group_log2, group_log2)
                        : group_log2 > 3 ? spread_precisions(coding, indices, groups, stored, &most, group_log2, 4)
                                         : spread_precisions(coding, indices, groups, stored, &most, 3, 3);
    indices += groups;
    // Loads are whole groups or registers: near the end of the payload they read a copy.
    uint8_t copy[(batch_columns + 1) * most_rows];
    const uint8_t *from = payload;
    if ((size_t)(end - payload) < used + most_rows) {
      memcpy(copy, payload, used);
      from = copy;
    }
    payload += used;
    if (apart) {
      for (size_t lane = 0; lane < here; lane += column_lanes) {
        uint8_t *to = rows + place_of_column(lane / column_lanes, pitch, wide);
        from = rows_of_column(from, stored + (lane >> group_log2), to, group_log2, wide);
      }
    } else {
      const unsigned unit_bytes = group_log2 > 3 ? 2 : 1, units = (unsigned)pitch / unit_bytes;
      for (size_t block = 0; block * pitch * 8 < here; block++) {
        const size_t columns = (here - block * pitch * 8 + column_lanes - 1) / column_lanes;
        const unsigned there = (unsigned)columns * (column_bytes / unit_bytes);
        uint8_t *to = rows + block * planes * pitch;
        from = spread_rows(from, pitch, stored + block * units, there < units ? there : units, most, to, unit_bytes);
        for (size_t plane = most; plane < planes; plane++) memset(to + plane * pitch, 0, pitch);
      }
    }
    const size_t share = used / batch_columns;
    for (size_t lane = 0; lane < here; lane += column_lanes) {
      if (f.streams && first + batch_lanes < count) {
        // The next batch's rows come from memory meanwhile.
        const uint8_t *const next = payload + lane / column_lanes * share;
        for (size_t i = 0; i < share; i += 64) _mm_prefetch((const char *)next + i, _MM_HINT_T0);
      }
      put_column(
        rows + place_of_column(lane / column_lanes, pitch, wide), pitch, stored + (lane >> unit_log2), &f, here - lane,
        lanes + ((first + lane) << wide), &sum, payload, unit_log2, wide);
    }
    take_stretches(&sum, payload);
  }
  end_sum(&sum, payload);
}

#define WEFT_DECODE(name, log2, wide)                                                                                \
  WEFT_AVX2 static void name(                                                                                        \
    const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,           \
    size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {                                             \
    decode_all(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum, log2, wide);             \
  }

WEFT_DECODE(decode_8_bytes, 3, 0)
WEFT_DECODE(decode_16_bytes, 4, 0)
WEFT_DECODE(decode_32_bytes, 5, 0)
WEFT_DECODE(decode_64_bytes, 6, 0)
WEFT_DECODE(decode_128_bytes, 7, 0)
WEFT_DECODE(decode_256_bytes, 8, 0)
WEFT_DECODE(decode_8_words, 3, 1)
WEFT_DECODE(decode_16_words, 4, 1)
WEFT_DECODE(decode_32_words, 5, 1)
WEFT_DECODE(decode_64_words, 6, 1)
WEFT_DECODE(decode_128_words, 7, 1)
WEFT_DECODE(decode_256_words, 8, 1)

WEFT_AVX2 void weft_avx2_decode(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  void (*const table[2][6])(
    const weft_coding *, const uint8_t *, size_t, const uint8_t *, size_t, size_t, int, uint8_t *,
    uint32_t *) = {
    {decode_8_bytes, decode_16_bytes, decode_32_bytes, decode_64_bytes, decode_128_bytes, decode_256_bytes},
    {decode_8_words, decode_16_words, decode_32_words, decode_64_words, decode_128_words, decode_256_words},
  };
  table[coding->lane_bytes - 1][coding->group_log2 - 3](
    coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
}
#endif
