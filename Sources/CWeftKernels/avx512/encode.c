// Packing where a block is one group: the group's rows lie together, so each group is stored whole and the next one
// is stored over what it does not need.
#include "columns.h"

enum { batch_lanes = 1024 };

// What one batch leaves behind.
typedef struct {
  uint8_t *end;
  int fits; // every group has a table entry
} batch_result;

WEFT_INLINE __m512i packed_lanes(const uint8_t *lanes, const packing *p, int wide, int plain) {
  __m512i x = _mm512_loadu_si512(lanes);
  return wide ? packed16(x, p, plain) : packed8(x, p, plain);
}

// Bit length of 16-bit masks.
WEFT_INLINE __m128i lengths16(__m256i masks) {
  __m512i wide = _mm512_cvtepu16_epi32(masks);
  return _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(wide)));
}

WEFT_INLINE __m512i lengths8(__m512i masks) {
  const __m512i table =
    _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4));
  const __m512i nibble = _mm512_set1_epi8(15);
  __m512i high = _mm512_and_si512(_mm512_srli_epi16(masks, 4), nibble);
  __m512i low = _mm512_shuffle_epi8(table, _mm512_and_si512(masks, nibble));
  __mmask64 tall = _mm512_test_epi8_mask(high, high);
  return _mm512_mask_add_epi8(low, tall, _mm512_shuffle_epi8(table, high), _mm512_set1_epi8(4));
}

// Small groups: planes and masks of a batch first, then precisions of 64 groups at once, then the rows. A plane
// belongs to the precision when it differs from the plane below it (two's complement) or from zero.
WEFT_INLINE batch_result encode_small(
  const weft_coding *coding, const packing *p, const uint8_t *lanes, unsigned groups, uint8_t *indices,
  uint8_t *target, unsigned group_lanes, int wide, int plain) {
  uint8_t planes[batch_lanes * 2 + 64] __attribute__((aligned(64)));
  uint8_t masks[256] __attribute__((aligned(64)));
  uint8_t stored[192] __attribute__((aligned(64)));
  const unsigned bytes = (wide ? 2 : 1) * group_lanes;
  const unsigned steps = batch_lanes * (wide ? 2 : 1) / 64;
  for (unsigned i = 0; i < steps; i++) {
    _mm_prefetch((const char *)lanes + 64 * i + 4096, _MM_HINT_T0);
    __m512i x = packed_lanes(lanes + 64 * i, p, wide, plain);
    __m512i z = transpose_bits(_mm512_shuffle_epi8(x, wide ? split_octets() : reverse_octets()));
    if (wide && group_lanes == 8) {
      __m512i before = _mm512_maskz_mov_epi8(p->is_signed, _mm512_bslli_epi128(z, 1));
      __mmask64 m = _mm512_cmpneq_epi8_mask(z, before);
      memcpy(masks + 8 * i, &m, 8);
    } else if (wide) {
      __m512i before = _mm512_maskz_permutexvar_epi8(p->is_signed & 0xFFFFFFFCFFFFFFFCULL, words_of_2_before(), z);
      z = _mm512_permutexvar_epi8(words_of_2(), z);
      __mmask32 m = _mm512_cmpneq_epi16_mask(z, before);
      memcpy(masks + 4 * i, &m, 4);
    } else if (group_lanes == 8) {
      __m512i before = _mm512_maskz_mov_epi8(p->is_signed, _mm512_slli_epi64(z, 8));
      __mmask64 m = _mm512_cmpneq_epi8_mask(z, before);
      memcpy(masks + 8 * i, &m, 8);
    } else if (group_lanes == 16) {
      z = _mm512_shuffle_epi8(z, bytes_words_of_2());
      __m512i before = _mm512_maskz_mov_epi8(p->is_signed, _mm512_bslli_epi128(z, 2));
      __mmask32 m = _mm512_cmpneq_epi16_mask(z, before);
      memcpy(masks + 4 * i, &m, 4);
    } else {
      z = _mm512_permutexvar_epi8(bytes_words_of_4(), z);
      const __m512i below = _mm512_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6, 8, 8, 9, 10, 11, 12, 13, 14);
      __m512i before = _mm512_maskz_permutexvar_epi32((__mmask16)(p->is_signed & 0xFEFE), below, z);
      __mmask16 m = _mm512_cmpneq_epi32_mask(z, before);
      memcpy(masks + 2 * i, &m, 2);
    }
    _mm512_store_si512(planes + 64 * i, z);
  }
  const __m512i index_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->index_of));
  const __m512i stored_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->stored_of));
  batch_result result = {target, 1};
  for (unsigned first = 0; first < groups; first += 64) {
    __m512i needed;
    if (wide) {
      const __m256i *m = (const __m256i *)(masks + 2 * first);
      needed = _mm512_castsi128_si512(lengths16(m[0]));
      needed = _mm512_inserti32x4(needed, lengths16(m[1]), 1);
      needed = _mm512_inserti32x4(needed, lengths16(m[2]), 2);
      needed = _mm512_inserti32x4(needed, lengths16(m[3]), 3);
    } else {
      needed = lengths8(_mm512_load_si512(masks + first));
    }
    __mmask64 valid = groups - first >= 64 ? ~0ULL : _bzhi_u64(~0ULL, groups - first);
    __m512i index = _mm512_permutexvar_epi8(needed, index_table);
    if (_mm512_movepi8_mask(index) & valid) result.fits = 0;
    if (valid == ~0ULL) {
      _mm512_storeu_si512(indices + first, index);
    } else {
      _mm512_mask_storeu_epi8(indices + first, valid, index);
    }
    _mm512_store_si512(stored + first, _mm512_permutexvar_epi8(needed, stored_table));
  }
  uint8_t *out = target;
  const uint8_t *from = planes;
  for (unsigned group = 0; group < groups; group++) {
    if (bytes == 8) {
      memcpy(out, from, 8);
    } else if (bytes == 16) {
      _mm_storeu_si128((__m128i *)out, _mm_load_si128((const __m128i *)from));
    } else {
      _mm256_storeu_si256((__m256i *)out, _mm256_load_si256((const __m256i *)from));
    }
    out += (size_t)stored[group] * (group_lanes / 8);
    from += bytes;
  }
  result.end = out;
  return result;
}

// Length of the largest pattern of a group: all its lanes folded to the highest bit that counts.
WEFT_INLINE unsigned length_of(__m512i folded, int wide) {
  __m256i half = _mm256_or_si256(_mm512_castsi512_si256(folded), _mm512_extracti64x4_epi64(folded, 1));
  __m128i quarter = _mm_or_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  uint64_t all = (uint64_t)_mm_cvtsi128_si64(_mm_or_si128(quarter, _mm_unpackhi_epi64(quarter, quarter)));
  all |= all >> 32;
  all |= all >> 16;
  if (wide) return 32 - (unsigned)_lzcnt_u32((uint16_t)all);
  all |= all >> 8;
  return 32 - (unsigned)_lzcnt_u32((uint8_t)all);
}

WEFT_INLINE __m512i fold(__m512i folded, __m512i value, const packing *p, int wide) {
  // v ^ 2 v has the precision of v as its length; without a sign v itself has.
  __m512i twice = wide ? _mm512_maskz_add_epi16((__mmask32)p->is_signed, value, value)
                       : _mm512_maskz_add_epi8(p->is_signed, value, value);
  return _mm512_ternarylogic_epi64(folded, value, twice, 0xF6);
}

// Large groups: the rows of one group fill whole registers.
WEFT_INLINE batch_result encode_large(
  const weft_coding *coding, const packing *p, const uint8_t *lanes, unsigned groups, uint8_t *indices,
  uint8_t *target, unsigned group_lanes, int wide, int plain) {
  uint8_t fails = 0;
  uint8_t *out = target;
  const unsigned registers = group_lanes * (wide ? 2 : 1) / 64;
  for (unsigned group = 0; group < groups; group++) {
    __m512i x[8];
    __m512i rows[8];
    __m512i folded = _mm512_setzero_si512();
    for (unsigned i = 0; i < registers; i++) {
      _mm_prefetch((const char *)lanes + 64 * i + 4096, _MM_HINT_T0);
      x[i] = packed_lanes(lanes + 64 * i, p, wide, plain);
      folded = fold(folded, x[i], p, wide);
    }
    lanes += 64 * registers;
    unsigned needed = length_of(folded, wide);
    uint8_t index = coding->index_of[needed];
    fails |= index;
    indices[group] = index;
    if (wide && group_lanes == 32) {
      __m512i z = transpose_bits(_mm512_shuffle_epi8(x[0], split_octets()));
      rows[0] = _mm512_permutexvar_epi8(words_of_4(), z);
    } else if (wide) {
      __m512i low[4], high[4];
      for (unsigned i = 0; i < registers / 2; i++) octets16(x + 2 * i, low + i, high + i);
      if (group_lanes == 64) {
        rows[0] = _mm512_permutexvar_epi8(words_of_8(), low[0]);
        rows[1] = _mm512_permutexvar_epi8(words_of_8(), high[0]);
      } else if (group_lanes == 128) {
        rows_of_16(low, rows);
        rows_of_16(high, rows + 2);
      } else {
        rows_of_32(low, rows);
        rows_of_32(high, rows + 4);
      }
    } else {
      __m512i z[4];
      for (unsigned i = 0; i < registers; i++) z[i] = octets8(x[i]);
      if (group_lanes == 64) {
        rows[0] = _mm512_permutexvar_epi8(words_of_8(), z[0]);
      } else if (group_lanes == 128) {
        rows_of_16(z, rows);
      } else {
        rows_of_32(z, rows);
      }
    }
    for (unsigned i = 0; i < registers; i++) _mm512_storeu_si512(out + 64 * i, rows[i]);
    out += (size_t)coding->stored_of[needed] * (group_lanes / 8);
  }
  batch_result result = {out, !(fails & 0x80)};
  return result;
}

WEFT_INLINE int64_t encode_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room,
  unsigned group_lanes, int wide, int plain) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  uint8_t *out = payload;
  for (size_t first = 0; first < count; first += batch_lanes) {
    size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    const uint8_t *source = lanes + first * lane_bytes;
    uint8_t padded[batch_lanes * 2];
    if (here < batch_lanes) {
      for (unsigned i = 0; i < batch_lanes * lane_bytes; i += 64) _mm512_storeu_si512(padded + i, p.rebase);
      memcpy(padded, source, here * lane_bytes);
      source = padded;
    }
    // Stores are whole groups: near the end of the room they go to a copy.
    uint8_t rows[batch_lanes * 2 + 64];
    size_t left = room - (size_t)(out - payload);
    int direct = left >= sizeof rows;
    uint8_t *target = direct ? out : rows;
    batch_result result =
      group_lanes * lane_bytes <= 32
        ? encode_small(coding, &p, source, groups, indices, target, group_lanes, wide, plain)
        : encode_large(coding, &p, source, groups, indices, target, group_lanes, wide, plain);
    size_t bytes = (size_t)(result.end - target);
    if (!result.fits || bytes > left) return -1;
    if (!direct) memcpy(out, rows, bytes);
    out += bytes;
    indices += groups;
  }
  return out - payload;
}

#define WEFT_ENCODE(name, group_lanes, wide)                                                                         \
  WEFT_AVX512 static int64_t name(                                                                                   \
    const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload,               \
    size_t room) {                                                                                                   \
    int plain = coding->rebase == 0 && coding->width == ((wide) ? 16 : 8);                                           \
    return plain ? encode_all(coding, lanes, count, indices, payload, room, group_lanes, wide, 1)                    \
                 : encode_all(coding, lanes, count, indices, payload, room, group_lanes, wide, 0);                   \
  }

WEFT_ENCODE(encode_8_bytes, 8, 0)
WEFT_ENCODE(encode_16_bytes, 16, 0)
WEFT_ENCODE(encode_32_bytes, 32, 0)
WEFT_ENCODE(encode_64_bytes, 64, 0)
WEFT_ENCODE(encode_128_bytes, 128, 0)
WEFT_ENCODE(encode_256_bytes, 256, 0)
WEFT_ENCODE(encode_8_words, 8, 1)
WEFT_ENCODE(encode_16_words, 16, 1)
WEFT_ENCODE(encode_32_words, 32, 1)
WEFT_ENCODE(encode_64_words, 64, 1)
WEFT_ENCODE(encode_128_words, 128, 1)
WEFT_ENCODE(encode_256_words, 256, 1)

WEFT_AVX512 int64_t weft_avx512_encode(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room) {
  if (block_lanes > (size_t)1 << coding->group_log2) {
    return weft_avx512_encode_rows(coding, lanes, count, block_lanes, indices, payload, room);
  }
  int64_t (*const table[2][6])(
    const weft_coding *, const uint8_t *, size_t, uint8_t *, uint8_t *, size_t) = {
    {encode_8_bytes, encode_16_bytes, encode_32_bytes, encode_64_bytes, encode_128_bytes, encode_256_bytes},
    {encode_8_words, encode_16_words, encode_32_words, encode_64_words, encode_128_words, encode_256_words},
  };
  return table[coding->lane_bytes - 1][coding->group_log2 - 3](coding, lanes, count, indices, payload, room);
}
