#if defined(__x86_64__)
// Packing where a block is one group: the group's rows lie together. A large group is stored whole and the next one is
// stored over what it does not need.
#include "small.h"

// What one batch leaves behind.
typedef struct {
  uint8_t *end;
  int fits; // every group has a table entry
} batch_result;

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

WEFT_INLINE __m512i fold(__m512i folded, __m512i value, int wide, int is_signed) {
  if (!is_signed) return _mm512_or_si512(folded, value);
  // v ^ 2 v has the precision of v as its length; without a sign v itself has.
  __m512i twice = wide ? _mm512_add_epi16(value, value) : _mm512_add_epi8(value, value);
  return _mm512_ternarylogic_epi64(folded, value, twice, 0xF6);
}

// Large groups: the rows of one group fill whole registers.
WEFT_INLINE batch_result encode_large(
  const weft_coding *coding, const packing *p, const uint8_t *lanes, unsigned groups, uint8_t *indices,
  uint8_t *target, unsigned group_lanes, int wide, int plain, int is_signed) {
  uint8_t fails = 0;
  uint8_t *out = target;
  const unsigned registers = group_lanes * (wide ? 2 : 1) / 64;
  for (unsigned group = 0; group < groups; group++) {
    __m512i x[8];
    __m512i rows[8];
    __m512i folded = _mm512_setzero_si512();
    for (unsigned i = 0; i < registers; i++) {
      x[i] = packed_lanes(lanes + 64 * i, p, wide, plain);
      folded = fold(folded, x[i], wide, is_signed);
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
  unsigned group_lanes, int wide, int plain, int is_signed) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  if (group_lanes * lane_bytes <= 32) {
    return encode_small(coding, lanes, count, indices, payload, room, group_lanes, wide, plain);
  }
  const size_t batch_lanes = batch_bytes / lane_bytes;
  uint8_t *out = payload;
  for (size_t first = 0; first < count; first += batch_lanes) {
    size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    const unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    uint8_t padded[batch_bytes];
    const uint8_t *source = whole_batch(&p, lanes + first * lane_bytes, here, lane_bytes, padded);
    // Stores are whole groups: near the end of the room they go to a copy.
    uint8_t rows[batch_bytes + 64];
    size_t left = room - (size_t)(out - payload);
    int direct = left >= sizeof rows;
    uint8_t *target = direct ? out : rows;
    batch_result result = encode_large(
      coding, &p, source, groups, indices, target, group_lanes, wide, plain, is_signed);
    if (!result.fits) return -1;
    indices += groups;
    size_t bytes = (size_t)(result.end - target);
    if (bytes > left) return -1;
    if (!direct) memcpy(out, rows, bytes);
    out += bytes;
  }
  return out - payload;
}

#define WEFT_ENCODE(name, group_lanes, wide)                                                                         \
  WEFT_AVX512 static int64_t name(                                                                                   \
    const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload,               \
    size_t room) {                                                                                                   \
    const int plain = coding->rebase == 0 && coding->width == ((wide) ? 16 : 8);                                     \
    /* Small groups look at the sign as they go. */                                                                  \
    const int is_signed = (group_lanes) * ((wide) ? 2 : 1) <= 32 || coding->is_signed;                               \
    return plain && is_signed ? encode_all(coding, lanes, count, indices, payload, room, group_lanes, wide, 1, 1)    \
           : plain            ? encode_all(coding, lanes, count, indices, payload, room, group_lanes, wide, 1, 0)    \
           : is_signed        ? encode_all(coding, lanes, count, indices, payload, room, group_lanes, wide, 0, 1)    \
                              : encode_all(coding, lanes, count, indices, payload, room, group_lanes, wide, 0, 0);   \
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
#endif
