#if defined(__x86_64__)
// Packing where a block has several groups: 256 lanes at a time become 32-byte pieces of rows, and each row, or two of a
// block that is no wider, then loses the words that are not stored by one masked instruction.
#include "output.h"
#include "rows.h"

// Stored precisions of a batch, one byte for every eight lanes.
typedef struct {
  uint8_t stored[row_bytes];
  uint8_t indices[row_bytes + 64];
  unsigned bytes;
  unsigned most;
  int fits;
} batch_precisions;

// Which planes of every eight lanes count for a precision: they differ from the plane below or, unsigned, from zero.
typedef struct {
  uint8_t low[row_bytes], high[row_bytes];
} octet_masks;

WEFT_INLINE void mask_octets(__m512i low, __m512i high, const packing *p, uint8_t *low_mask, uint8_t *high_mask) {
  uint64_t m = _mm512_cmpneq_epi8_mask(low, _mm512_maskz_slli_epi64((__mmask8)p->is_signed, low, 8));
  memcpy(low_mask, &m, 8);
  if (!high_mask) return;
  m = _mm512_cmpneq_epi8_mask(high, _mm512_maskz_shldi_epi64((__mmask8)p->is_signed, high, low, 8));
  memcpy(high_mask, &m, 8);
}

// Bytes of rows of a column.
WEFT_INLINE unsigned column_bytes(int wide) { return column_lanes * (wide ? 2 : 1); }

// Rows of 256 lanes: one after the other where they are a block, else as pieces of the batch's rows.
WEFT_INLINE void rows_of_column(
  const uint8_t *lanes, const packing *p, uint8_t *rows, octet_masks *masks, unsigned column, int wide, int is_block) {
  uint8_t *low_mask = masks->low + column * (column_lanes / 8);
  uint8_t *high_mask = masks->high + column * (column_lanes / 8);
  rows += column * (is_block ? column_bytes(wide) : column_lanes / 8);
  __m512i out[8];
  if (wide) {
    __m512i low[4], high[4];
    for (unsigned i = 0; i < 4; i++) {
      __m512i x[2];
      x[0] = packed16(_mm512_loadu_si512(lanes + 128 * i), p, 0);
      x[1] = packed16(_mm512_loadu_si512(lanes + 128 * i + 64), p, 0);
      octets16(x, low + i, high + i);
      mask_octets(low[i], high[i], p, low_mask + 8 * i, high_mask + 8 * i);
    }
    rows_of_32(low, out);
    rows_of_32(high, out + 4);
  } else {
    __m512i octets[4];
    for (unsigned i = 0; i < 4; i++) {
      octets[i] = octets8(packed8(_mm512_loadu_si512(lanes + 64 * i), p, 0));
      mask_octets(octets[i], octets[i], p, low_mask + 8 * i, 0);
    }
    rows_of_32(octets, out);
  }
  for (unsigned i = 0; i < (wide ? 8 : 4); i++) {
    // The compiler must not take rows apart before they are whole, which takes more instructions.
    __asm__("" : "+v"(out[i]));
    if (is_block) {
      _mm512_store_si512(rows + 64 * i, out[i]);
    } else {
      _mm256_store_si256((__m256i *)(rows + 2 * i * row_bytes), _mm512_castsi512_si256(out[i]));
      _mm256_store_si256((__m256i *)(rows + (2 * i + 1) * row_bytes), _mm512_extracti64x4_epi64(out[i], 1));
    }
  }
}

// Brings the masks of a group's octets together in each of them.
WEFT_INLINE __m512i join_groups(__m512i m, unsigned group_log2) {
  if (group_log2 >= 4) {
    m = _mm512_ternarylogic_epi64(m, _mm512_srli_epi16(m, 8), _mm512_slli_epi16(m, 8), 0xFE);
  }
  if (group_log2 >= 5) m = _mm512_or_si512(m, _mm512_rol_epi32(m, 16));
  if (group_log2 >= 6) m = _mm512_or_si512(m, _mm512_shuffle_epi32(m, 0xB1));
  if (group_log2 >= 7) m = _mm512_or_si512(m, _mm512_shuffle_epi32(m, 0x4E));
  if (group_log2 == 8) m = _mm512_or_si512(m, _mm512_shuffle_i64x2(m, m, 0xB1));
  return m;
}

// Finds the precision of every group.
WEFT_INLINE void find_precisions(
  const weft_coding *coding, const octet_masks *masks, unsigned groups, batch_precisions *found, unsigned group_log2,
  int wide) {
  const __m512i index_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->index_of));
  const __m512i stored_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->stored_of));
  const uint64_t firsts[6] = {~0ULL, 0x5555555555555555, 0x1111111111111111, 0x0101010101010101,
                              0x0001000100010001, 0x0000000100000001};
  const unsigned total = groups << (group_log2 - 3);
  __m512i sum = _mm512_setzero_si512();
  __m512i most = _mm512_setzero_si512();
  uint8_t *indices = found->indices;
  found->fits = 1;
  for (unsigned column = 0; column < total; column += 64) {
    __m512i needed = lengths8(join_groups(_mm512_load_si512(masks->low + column), group_log2));
    if (wide) {
      __m512i high = join_groups(_mm512_load_si512(masks->high + column), group_log2);
      __m512i length = _mm512_add_epi8(lengths8(high), _mm512_set1_epi8(8));
      needed = _mm512_mask_mov_epi8(needed, _mm512_test_epi8_mask(high, high), length);
    }
    __mmask64 valid = valid_bytes(total, column);
    __m512i index = _mm512_permutexvar_epi8(needed, index_table);
    if (_mm512_movepi8_mask(index) & valid) found->fits = 0;
    uint64_t select = firsts[group_log2 - 3] & valid;
    _mm512_storeu_si512(indices, _mm512_maskz_compress_epi8(select, index));
    indices += _mm_popcnt_u64(select);
    __m512i stored = _mm512_maskz_permutexvar_epi8(valid, needed, stored_table);
    _mm512_store_si512(found->stored + column, stored);
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(stored, _mm512_setzero_si512()));
    most = _mm512_max_epu8(most, stored);
  }
  found->bytes = (unsigned)_mm512_reduce_add_epi64(sum);
  __m256i half = _mm256_max_epu8(_mm512_castsi512_si256(most), _mm512_extracti64x4_epi64(most, 1));
  __m128i quarter = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  quarter = _mm_xor_si128(quarter, _mm_set1_epi8(-1));
  quarter = _mm_min_epu8(quarter, _mm_srli_epi16(quarter, 8));
  found->most = 255 - ((unsigned)_mm_cvtsi128_si32(_mm_minpos_epu16(
    _mm_and_si128(quarter, _mm_set1_epi16(255)))) & 255);
}

// Squeezes the rows of one block of `bytes` bytes a row.
WEFT_INLINE uint8_t *squeeze_rows(
  const uint8_t *rows, const uint8_t *stored, unsigned bytes, unsigned planes, uint8_t *out) {
  if (bytes >= 64) {
    for (unsigned plane = 0; plane < planes; plane++) {
      __m512i level = _mm512_set1_epi8((char)plane);
      for (unsigned column = 0; column < bytes; column += 64) {
        __mmask64 k = _mm512_cmpgt_epu8_mask(_mm512_load_si512(stored + column), level);
        __m512i row = _mm512_load_si512(rows + plane * row_bytes + column);
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, row));
        out += _mm_popcnt_u64(k);
      }
    }
  } else {
    __m128i s = _mm_load_si128((const __m128i *)stored);
    for (unsigned plane = 0; plane < planes; plane++) {
      __mmask16 k = _mm_cmpgt_epu8_mask(s, _mm_set1_epi8((char)plane));
      __m128i row = _mm_load_si128((const __m128i *)(rows + plane * row_bytes));
      _mm_storeu_si128((__m128i *)out, _mm_maskz_compress_epi8(k, row));
      out += _mm_popcnt_u32(k);
    }
  }
  return out;
}

// The same of a block that is a column, two rows at once.
WEFT_INLINE uint8_t *squeeze_column(const uint8_t *rows, const uint8_t *stored, unsigned planes, uint8_t *out) {
  const __m512i s = _mm512_broadcast_i64x4(_mm256_load_si256((const __m256i *)stored));
  __m512i level = _mm512_inserti64x4(_mm512_setzero_si512(), _mm256_set1_epi8(1), 1);
  for (unsigned plane = 0; plane < planes; plane += 2) {
    __mmask64 k = _mm512_cmpgt_epu8_mask(s, level);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, _mm512_load_si512(rows + plane * (column_lanes / 8))));
    out += _mm_popcnt_u64(k);
    level = _mm512_add_epi8(level, _mm512_set1_epi8(2));
  }
  return out;
}

WEFT_INLINE int64_t encode_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  const row_request *request, unsigned group_log2, int wide, int is_block) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  const unsigned group_lanes = 1u << group_log2;
  uint8_t rows[16 * row_bytes] __attribute__((aligned(64)));
  octet_masks masks __attribute__((aligned(64)));
  batch_precisions found __attribute__((aligned(64)));
  uint8_t stage[stage_bytes] __attribute__((aligned(64)));
  row_output output;
  // Pieces of zero compaction are too short for a stage, and rows of 32 bytes do not gain by it.
  const int staged = count > weft_piece_lanes && block_lanes > column_lanes;
  begin_output(&output, request, staged, staged && request->streams, stage, lanes);
  for (size_t first = 0; first < count; first += batch_lanes) {
    unsigned here = count - first < batch_lanes ? (unsigned)(count - first) : batch_lanes;
    unsigned groups = (here + group_lanes - 1) / group_lanes;
    const uint8_t *source = lanes + first * lane_bytes;
    for (unsigned column = 0; column * column_lanes < here; column++) {
      const uint8_t *from = source + column * column_lanes * lane_bytes;
      uint8_t padded[column_lanes * 2];
      unsigned left = here - column * column_lanes;
      if (left < column_lanes) {
        for (unsigned i = 0; i < column_lanes * lane_bytes; i += 64) _mm512_storeu_si512(padded + i, p.rebase);
        memcpy(padded, from, left * lane_bytes);
        from = padded;
      }
      rows_of_column(from, &p, rows, &masks, column, wide, is_block);
      for (unsigned i = 0; i < lane_bytes; i++) take_beside(&output);
    }
    find_precisions(coding, &masks, groups, &found, group_log2, wide);
    if (!found.fits || found.bytes > output.left) return -1;
    memcpy(indices, found.indices, groups);
    indices += groups;
    // The columns are past; the place was measured.
    settle_rows(&output, source + page_bytes / 2, batch_lanes * lane_bytes);
    uint8_t *end = target_of(&output, found.bytes + 64u, source);
    for (unsigned column = 0; is_block && column * column_lanes < here; column++) {
      const uint8_t *stored = found.stored + column * (column_lanes / 8);
      end = squeeze_column(rows + column * column_bytes(wide), stored, found.most, end);
    }
    for (unsigned block = 0; !is_block && block < here; block += (unsigned)block_lanes) {
      unsigned bytes = here - block < block_lanes ? ((here - block + 511) / 512) * 64 : (unsigned)block_lanes / 8;
      if (bytes > block_lanes / 8) bytes = (unsigned)block_lanes / 8;
      end = squeeze_rows(rows + block / 8, found.stored + block / 8, bytes, found.most, end);
    }
    if (!keep_rows(&output, end)) return -1;
  }
  return end_output(&output, request->payload);
}

// Functions of their own: without optimisation all that is inlined into one takes stack at once.
#define WEFT_ENCODE_ROWS_ONE(name, group_log2, wide, is_block)                                                       \
  WEFT_AVX512 static int64_t name(                                                                                   \
    const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,             \
    const row_request *request) {                                                                                    \
    return encode_all(coding, lanes, count, block_lanes, indices, request, group_log2, wide, is_block);              \
  }

#define WEFT_ENCODE_ROWS(name, group_log2, wide)                                                                     \
  WEFT_ENCODE_ROWS_ONE(name##_in_column, group_log2, wide, (group_log2) < 8)                                         \
  WEFT_ENCODE_ROWS_ONE(name##_in_columns, group_log2, wide, 0)                                                       \
  WEFT_AVX512 static int64_t name(                                                                                   \
    const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,             \
    const row_request *request) {                                                                                    \
    /* A block has several groups. */                                                                                \
    return (group_log2) < 8 && block_lanes == column_lanes                                                           \
             ? name##_in_column(coding, lanes, count, block_lanes, indices, request)                                 \
             : name##_in_columns(coding, lanes, count, block_lanes, indices, request);                               \
  }

WEFT_ENCODE_ROWS(encode_8_bytes, 3, 0)
WEFT_ENCODE_ROWS(encode_16_bytes, 4, 0)
WEFT_ENCODE_ROWS(encode_32_bytes, 5, 0)
WEFT_ENCODE_ROWS(encode_64_bytes, 6, 0)
WEFT_ENCODE_ROWS(encode_128_bytes, 7, 0)
WEFT_ENCODE_ROWS(encode_256_bytes, 8, 0)
WEFT_ENCODE_ROWS(encode_8_words, 3, 1)
WEFT_ENCODE_ROWS(encode_16_words, 4, 1)
WEFT_ENCODE_ROWS(encode_32_words, 5, 1)
WEFT_ENCODE_ROWS(encode_64_words, 6, 1)
WEFT_ENCODE_ROWS(encode_128_words, 7, 1)
WEFT_ENCODE_ROWS(encode_256_words, 8, 1)

WEFT_AVX512 int64_t weft_avx512_encode_rows(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  const row_request *request) {
  int64_t (*const table[2][6])(
    const weft_coding *, const uint8_t *, size_t, size_t, uint8_t *, const row_request *) = {
    {encode_8_bytes, encode_16_bytes, encode_32_bytes, encode_64_bytes, encode_128_bytes, encode_256_bytes},
    {encode_8_words, encode_16_words, encode_32_words, encode_64_words, encode_128_words, encode_256_words},
  };
  return table[coding->lane_bytes - 1][coding->group_log2 - 3](coding, lanes, count, block_lanes, indices, request);
}
#endif
