#if defined(__x86_64__) && !defined(WEFT_EMBEDDED)
// Packing: what is asked of every column of a batch is done before the next step begins, so that no step waits for the
// one before it.
#include "groups.h"
#include "precisions.h"
#include "row_sum.h"
#include "squeeze.h"

// Rows of a whole column, and the precision that the lanes of each of their bytes need, with and without a stretch of
// the checksum beside: functions of their own, since they are long and every group size needs them.
typedef __m256i take_function(
  const uint8_t *lanes, const value_rule *rule, int is_signed, uint8_t *rows, size_t pitch, row_sum *sum);

#define WEFT_TAKE_COLUMN(name, rows_of, wide, plain, sums)                                                           \
  __attribute__((noinline)) WEFT_AVX2 static __m256i name(                                                           \
    const uint8_t *lanes, const value_rule *rule, int is_signed, uint8_t *rows, size_t pitch, row_sum *sum) {        \
    rows_of(lanes, rule, rows, pitch, sum, plain, sums);                                                             \
    return needed_of_octets(rows, pitch, is_signed, wide);                                                           \
  }

WEFT_TAKE_COLUMN(take_words, rows_of_words, 1, 1, 0)
WEFT_TAKE_COLUMN(take_ruled_words, rows_of_words, 1, 0, 0)
WEFT_TAKE_COLUMN(take_bytes, rows_of_bytes, 0, 1, 0)
WEFT_TAKE_COLUMN(take_ruled_bytes, rows_of_bytes, 0, 0, 0)
WEFT_TAKE_COLUMN(take_words_summing, rows_of_words, 1, 1, 1)
WEFT_TAKE_COLUMN(take_ruled_words_summing, rows_of_words, 1, 0, 1)
WEFT_TAKE_COLUMN(take_bytes_summing, rows_of_bytes, 0, 1, 1)
WEFT_TAKE_COLUMN(take_ruled_bytes_summing, rows_of_bytes, 0, 0, 1)

// By the bytes of a lane, whether there is a stretch, and whether nothing is to be done to lanes.
static take_function *const take_functions[2][2][2] = {
  {{take_ruled_bytes, take_bytes}, {take_ruled_bytes_summing, take_bytes_summing}},
  {{take_ruled_words, take_words}, {take_ruled_words_summing, take_words_summing}},
};

// The same of `left` lanes where these are fewer.
WEFT_INLINE __m256i take_column(
  const uint8_t *lanes, size_t left, const value_rule *rule, int is_signed, uint8_t *rows, size_t pitch, row_sum *sum,
  const uint8_t *end, int wide) {
  uint8_t padded[2 * column_lanes];
  if (left < column_lanes) {
    // Absent lanes have the packed value 0.
    for (unsigned i = 0; i < sizeof padded; i += 32) _mm256_storeu_si256((__m256i *)(padded + i), rule->rebase);
    memcpy(padded, lanes, left << wide);
    lanes = padded;
  }
  return take_functions[wide][has_stretch(sum, end)][rule->plain](lanes, rule, is_signed, rows, pitch, sum);
}

typedef struct {
  uint8_t rows[batch_columns * most_rows];
  uint8_t stored[batch_columns * column_bytes + 32]; // planes of each unit
  size_t bytes;                                      // of all that are stored
  unsigned most;
  int fits;
} __attribute__((aligned(64))) batch;

// Rows of `here` lanes, their header indices, and how many planes of each unit, a group or part of one, are stored. The
// checksum takes rows before `end` beside that.
WEFT_INLINE void take_batch(
  const weft_coding *coding, const value_rule *rule, const precision_looks *looks, const uint8_t *lanes, size_t here,
  uint8_t *indices, batch *into, row_sum *sum, const uint8_t *end, size_t pitch, unsigned group_log2,
  unsigned unit_log2, int wide) {
  const unsigned columns = (unsigned)((here + column_lanes - 1) / column_lanes);
  __m256i needed[batch_columns];
  for (unsigned i = 0; i < columns; i++) {
    const size_t first = (size_t)i * column_lanes;
    uint8_t *rows = into->rows + place_of_column(i, pitch, wide);
    needed[i] =
      take_column(lanes + (first << wide), here - first, rule, coding->is_signed, rows, pitch, sum, end, wide);
  }
  take_stretches(sum, end);
  const __m256i none = _mm256_setzero_si256();
  __m256i wrong = none, all = none, most = none;
  for (unsigned i = 0; i < columns; i++) {
    const size_t left = here - (size_t)i * column_lanes;
    const __m256i joined = join_groups(needed[i], group_log2);
    const __m256i index = look_up(&looks->index, joined, wide);
    __m256i planes = look_up(&looks->stored, joined, wide);
    uint8_t found[column_bytes];
    store_groups(found, index, group_log2);
    if (left >= column_lanes) {
      memcpy(indices, found, column_lanes >> group_log2);
    } else {
      // Groups that are absent have no header and no rows.
      const unsigned groups = (unsigned)((left + (1u << group_log2) - 1) >> group_log2);
      uint8_t there[column_bytes] = {0};
      memset(there, 255, groups << (group_log2 - 3));
      planes = _mm256_and_si256(planes, _mm256_loadu_si256((const __m256i *)there));
      memcpy(indices, found, groups);
    }
    indices += column_lanes >> group_log2;
    store_groups(into->stored + (i * column_lanes >> unit_log2), planes, unit_log2);
    wrong = _mm256_or_si256(wrong, index);
    all = _mm256_add_epi64(all, _mm256_sad_epu8(planes, none));
    most = _mm256_max_epu8(most, planes);
  }
  // A plane of eight lanes is a byte.
  uint64_t sums[4];
  _mm256_storeu_si256((__m256i *)sums, all);
  into->bytes = sums[0] + sums[1] + sums[2] + sums[3];
  __m128i half = _mm_max_epu8(_mm256_castsi256_si128(most), _mm256_extracti128_si256(most, 1));
  half = _mm_xor_si128(half, _mm_set1_epi8(-1));
  half = _mm_min_epu8(half, _mm_srli_epi16(half, 8));
  into->most = 255 - ((unsigned)_mm_cvtsi128_si32(_mm_minpos_epu16(_mm_and_si128(half, _mm_set1_epi16(255)))) & 255);
  into->fits = _mm256_movemask_epi8(wrong) == 0;
}

// Each group's rows lie together: it is stored whole, the next one over what is not wanted.
WEFT_INLINE void store_groups_of(const batch *from, size_t here, uint8_t *out, unsigned group_log2, int wide) {
  const unsigned word = (1u << group_log2) / 8, planes = wide ? 16 : 8;
  const uint8_t *stored = from->stored;
  for (size_t first = 0; first < here; first += column_lanes) {
    uint8_t grouped[most_rows] __attribute__((aligned(64)));
    const uint8_t *rows = from->rows + first / column_lanes * planes * column_bytes;
    if (group_log2 < 8) {
      groups_of_rows(rows, grouped, group_log2, wide);
      rows = grouped;
    }
    for (unsigned group = 0; group < column_bytes / word; group++, rows += planes * word) {
      for (unsigned i = 0; i < planes * word; i += 32) {
        _mm256_storeu_si256((__m256i *)(out + i), _mm256_load_si256((const __m256i *)(rows + i)));
      }
      out += *stored++ * word;
    }
  }
}

WEFT_INLINE void store_blocks_of(
  const batch *from, size_t here, uint8_t *out, size_t pitch, unsigned unit_bytes, int wide) {
  const unsigned units = (unsigned)pitch / unit_bytes;
  for (size_t block = 0; block * pitch * 8 < here; block++) {
    const size_t lanes = here - block * pitch * 8;
    const unsigned there = (unsigned)((lanes + column_lanes - 1) / column_lanes) * (column_bytes / unit_bytes);
    out = squeeze_rows(
      from->rows + block * (wide ? 16 : 8) * pitch, pitch, from->stored + block * units, there < units ? there : units,
      from->most, out, unit_bytes);
  }
}

WEFT_INLINE int64_t encode_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room, uint32_t *checksum, unsigned group_log2, int wide) {
  const value_rule rule = make_rule(coding, coding->is_signed, wide);
  const precision_looks looks = make_precision_looks(coding);
  const int apart = group_log2 > 4 && block_lanes == 1u << group_log2;
  const size_t pitch = apart ? column_bytes : block_lanes / 8;
  uint8_t *out = payload;
  row_sum sum = begin_sum(payload, checksum);
  batch now;
  for (size_t first = 0; first < count; first += batch_lanes) {
    const size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    const size_t free = room - (size_t)(out - payload);
    const uint8_t *from = lanes + (first << wide);
    if (apart) {
      take_batch(
        coding, &rule, &looks, from, here, indices, &now, &sum, out, column_bytes, group_log2, group_log2, wide);
    } else {
      take_batch(
        coding, &rule, &looks, from, here, indices, &now, &sum, out, pitch, group_log2, group_log2 > 3 ? 4 : 3, wide);
    }
    if (!now.fits || now.bytes > free) return -1;
    indices += batch_lanes >> group_log2;
    // Stores are whole groups or registers: near the end of the room they go to a copy.
    uint8_t copy[(batch_columns + 1) * most_rows];
    uint8_t *target = free >= now.bytes + most_rows ? out : copy;
    if (apart) {
      store_groups_of(&now, here, target, group_log2, wide);
    } else {
      store_blocks_of(&now, here, target, pitch, group_log2 > 3 ? 2 : 1, wide);
    }
    if (target == copy) memcpy(out, copy, now.bytes);
    out += now.bytes;
  }
  end_sum(&sum, out);
  return out - payload;
}

#define WEFT_ENCODE(name, log2, wide)                                                                                \
  WEFT_AVX2 static int64_t name(                                                                                     \
    const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,             \
    uint8_t *payload, size_t room, uint32_t *checksum) {                                                             \
    return encode_all(coding, lanes, count, block_lanes, indices, payload, room, checksum, log2, wide);              \
  }

WEFT_ENCODE(encode_8_bytes, 3, 0)
WEFT_ENCODE(encode_16_bytes, 4, 0)
WEFT_ENCODE(encode_32_bytes, 5, 0)
WEFT_ENCODE(encode_64_bytes, 6, 0)
WEFT_ENCODE(encode_128_bytes, 7, 0)
WEFT_ENCODE(encode_256_bytes, 8, 0)
WEFT_ENCODE(encode_8_words, 3, 1)
WEFT_ENCODE(encode_16_words, 4, 1)
WEFT_ENCODE(encode_32_words, 5, 1)
WEFT_ENCODE(encode_64_words, 6, 1)
WEFT_ENCODE(encode_128_words, 7, 1)
WEFT_ENCODE(encode_256_words, 8, 1)

WEFT_AVX2 int64_t weft_avx2_encode(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room, uint32_t *checksum) {
  int64_t (*const table[2][6])(
    const weft_coding *, const uint8_t *, size_t, size_t, uint8_t *, uint8_t *, size_t, uint32_t *) = {
    {encode_8_bytes, encode_16_bytes, encode_32_bytes, encode_64_bytes, encode_128_bytes, encode_256_bytes},
    {encode_8_words, encode_16_words, encode_32_words, encode_64_words, encode_128_words, encode_256_words},
  };
  return table[coding->lane_bytes - 1][coding->group_log2 - 3](
    coding, lanes, count, block_lanes, indices, payload, room, checksum);
}
#endif
