#if defined(__x86_64__)
// Packing where a block is one group: the group's rows lie together, so each group is stored whole and the next one
// is stored over what it does not need.
#include "columns.h"

// Bytes of lanes in one batch: 1,024 or 2,048 lanes.
enum { batch_bytes = 2048 };

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

// A bit for each plane of each group of a batch that counts for its precision: it differs from the plane below it
// (two's complement) or from zero.
typedef struct {
  uint8_t masks[256];
} batch_masks;

// By the mask of an 8-bit group, or by the leading zeros of that of a 16-bit group: bytes of its rows.
typedef struct {
  uint8_t by_mask[256];
  uint8_t by_zeros[33];
} row_steps;

WEFT_INLINE void make_steps(const weft_coding *coding, row_steps *steps, int wide) {
  const unsigned word = 1u << (coding->group_log2 - 3);
  if (wide) {
    for (unsigned zeros = 0; zeros <= 32; zeros++) {
      steps->by_zeros[zeros] = (uint8_t)(coding->stored_of[zeros < 16 ? 16 - zeros : 0] * word);
    }
  } else {
    steps->by_mask[0] = (uint8_t)(coding->stored_of[0] * word);
    for (unsigned length = 1; length <= 8; length++) {
      memset(steps->by_mask + (1u << (length - 1)), coding->stored_of[length] * (int)word, 1u << (length - 1));
    }
  }
}

// Small groups: each is stored whole, in a register's part, and the next one over what it does not need.
WEFT_INLINE uint8_t *store_small(
  const packing *p, const row_steps *steps, const uint8_t *lanes, unsigned registers, batch_masks *found,
  uint8_t *out, unsigned group_lanes, int wide, int plain) {
  for (unsigned i = 0; i < registers; i++) {
    expect_lanes(lanes + 64 * i);
    __m512i x = packed_lanes(lanes + 64 * i, p, wide, plain);
    __m512i z = transpose_bits(_mm512_shuffle_epi8(x, wide ? split_octets() : reverse_octets()));
    if (group_lanes == 8) {
      __m512i before = wide ? _mm512_bslli_epi128(z, 1) : _mm512_slli_epi64(z, 8);
      uint64_t m = _mm512_cmpneq_epi8_mask(z, _mm512_maskz_mov_epi8(p->is_signed, before));
      memcpy(found->masks + 8 * i, &m, 8);
      if (wide) {
        _mm_storeu_si128((__m128i *)out, _mm512_castsi512_si128(z));
        out += steps->by_zeros[_lzcnt_u32((uint32_t)m << 16)];
        _mm_storeu_si128((__m128i *)out, _mm512_extracti32x4_epi32(z, 1));
        out += steps->by_zeros[_lzcnt_u32((uint32_t)m & 0xFFFF0000)];
        _mm_storeu_si128((__m128i *)out, _mm512_extracti32x4_epi32(z, 2));
        out += steps->by_zeros[_lzcnt_u32((uint32_t)(m >> 16) & 0xFFFF0000)];
        _mm_storeu_si128((__m128i *)out, _mm512_extracti32x4_epi32(z, 3));
        out += steps->by_zeros[_lzcnt_u32((uint32_t)(m >> 32) & 0xFFFF0000)];
      } else {
        for (unsigned part = 0; part < 4; part++) {
          __m128i two = part == 0   ? _mm512_castsi512_si128(z)
                        : part == 1 ? _mm512_extracti32x4_epi32(z, 1)
                        : part == 2 ? _mm512_extracti32x4_epi32(z, 2)
                                    : _mm512_extracti32x4_epi32(z, 3);
          _mm_storel_epi64((__m128i *)out, two);
          out += steps->by_mask[m >> (16 * part) & 255];
          _mm_storeh_pd((double *)(void *)out, _mm_castsi128_pd(two));
          out += steps->by_mask[m >> (16 * part + 8) & 255];
        }
      }
    } else if (wide) {
      __m512i before = _mm512_maskz_permutexvar_epi8(p->is_signed & 0xFFFFFFFCFFFFFFFCULL, words_of_2_before(), z);
      z = _mm512_permutexvar_epi8(words_of_2(), z);
      uint32_t m = _mm512_cmpneq_epi16_mask(z, before);
      memcpy(found->masks + 4 * i, &m, 4);
      size_t first = steps->by_zeros[_lzcnt_u32(m << 16)], second = steps->by_zeros[_lzcnt_u32(m & 0xFFFF0000)];
      _mm256_storeu_si256((__m256i *)out, _mm512_castsi512_si256(z));
      _mm256_storeu_si256((__m256i *)(out + first), _mm512_extracti64x4_epi64(z, 1));
      out += first + second;
    } else if (group_lanes == 16) {
      z = _mm512_shuffle_epi8(z, bytes_words_of_2());
      uint32_t m = _mm512_cmpneq_epi16_mask(z, _mm512_maskz_mov_epi8(p->is_signed, _mm512_bslli_epi128(z, 2)));
      memcpy(found->masks + 4 * i, &m, 4);
      // All look-ups before the first store: stores to addresses that wait hold them up.
      size_t first = steps->by_mask[m & 255], second = first + steps->by_mask[m >> 8 & 255];
      size_t third = second + steps->by_mask[m >> 16 & 255], fourth = third + steps->by_mask[m >> 24];
      _mm_storeu_si128((__m128i *)out, _mm512_castsi512_si128(z));
      _mm_storeu_si128((__m128i *)(out + first), _mm512_extracti32x4_epi32(z, 1));
      _mm_storeu_si128((__m128i *)(out + second), _mm512_extracti32x4_epi32(z, 2));
      _mm_storeu_si128((__m128i *)(out + third), _mm512_extracti32x4_epi32(z, 3));
      out += fourth;
    } else {
      z = _mm512_permutexvar_epi8(bytes_words_of_4(), z);
      const __m512i below = _mm512_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6, 8, 8, 9, 10, 11, 12, 13, 14);
      __m512i before = _mm512_maskz_permutexvar_epi32((__mmask16)(p->is_signed & 0xFEFE), below, z);
      uint16_t m = _mm512_cmpneq_epi32_mask(z, before);
      memcpy(found->masks + 2 * i, &m, 2);
      _mm256_storeu_si256((__m256i *)out, _mm512_castsi512_si256(z));
      out += steps->by_mask[m & 255];
      _mm256_storeu_si256((__m256i *)out, _mm512_extracti64x4_epi64(z, 1));
      out += steps->by_mask[m >> 8];
    }
  }
  return out;
}

// Header indices of 64 groups at once; returns whether each group has one.
WEFT_INLINE int find_indices(
  const weft_coding *coding, const batch_masks *found, unsigned groups, uint8_t *indices, int wide) {
  const __m512i index_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->index_of));
  __mmask64 wrong = 0;
  for (unsigned first = 0; first < groups; first += 64) {
    __m512i needed;
    if (wide) {
      const __m256i *m = (const __m256i *)(found->masks + 2 * first);
      needed = _mm512_castsi128_si512(lengths16(m[0]));
      needed = _mm512_inserti32x4(needed, lengths16(m[1]), 1);
      needed = _mm512_inserti32x4(needed, lengths16(m[2]), 2);
      needed = _mm512_inserti32x4(needed, lengths16(m[3]), 3);
    } else {
      needed = lengths8(_mm512_load_si512(found->masks + first));
    }
    __mmask64 valid = groups - first >= 64 ? ~0ULL : _bzhi_u64(~0ULL, groups - first);
    __m512i index = _mm512_permutexvar_epi8(needed, index_table);
    wrong |= _mm512_movepi8_mask(index) & valid;
    if (valid == ~0ULL) {
      _mm512_storeu_si512(indices + first, index);
    } else {
      _mm512_mask_storeu_epi8(indices + first, valid, index);
    }
  }
  return wrong == 0;
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

// The lanes of a batch, or a copy filled up with zeros.
WEFT_INLINE const uint8_t *whole_batch(
  const packing *p, const uint8_t *lanes, size_t count, unsigned lane_bytes, uint8_t *padded) {
  if (count * lane_bytes >= batch_bytes) return lanes;
  for (unsigned i = 0; i < batch_bytes; i += 64) _mm512_storeu_si512(padded + i, p->rebase);
  memcpy(padded, lanes, count * lane_bytes);
  return padded;
}

WEFT_INLINE int64_t encode_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room,
  unsigned group_lanes, int wide, int plain) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t batch_lanes = batch_bytes / lane_bytes;
  const unsigned batch_groups = (unsigned)(batch_lanes / group_lanes);
  const int is_small = group_lanes * lane_bytes <= 32;
  batch_masks found[2] __attribute__((aligned(64)));
  row_steps steps;
  if (is_small) make_steps(coding, &steps, wide);
  uint8_t *out = payload;
  unsigned groups = 0;
  for (size_t first = 0, batch = 0; first < count; first += batch_lanes, batch++) {
    size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    uint8_t padded[batch_bytes];
    const uint8_t *source = whole_batch(&p, lanes + first * lane_bytes, here, lane_bytes, padded);
    // Stores are whole groups: near the end of the room they go to a copy.
    uint8_t rows[batch_bytes + 64];
    size_t left = room - (size_t)(out - payload);
    int direct = left >= sizeof rows;
    uint8_t *target = direct ? out : rows;
    uint8_t *end = target;
    if (is_small && groups == batch_groups) {
      end = store_small(&p, &steps, source, batch_bytes / 64, found + (batch & 1), target, group_lanes, wide, plain);
    } else if (is_small) {
      // Zeros behind the last group may need rows of their own, which are not the tensor's: stop before them.
      unsigned per_register = 64 / (group_lanes * lane_bytes);
      unsigned whole = groups / per_register;
      batch_masks *masks = found + (batch & 1);
      end = store_small(&p, &steps, source, whole, masks, target, group_lanes, wide, plain);
      if (groups % per_register > 0) {
        batch_masks last;
        uint8_t extra[128];
        store_small(&p, &steps, source + 64 * whole, 1, &last, extra, group_lanes, wide, plain);
        memcpy(masks->masks + 8 * lane_bytes * per_register / 8 * whole, last.masks, lane_bytes * per_register);
        unsigned bytes = 0;
        for (unsigned group = 0; group < groups % per_register; group++) {
          uint16_t mask = last.masks[lane_bytes * group];
          if (wide) mask |= (uint16_t)(last.masks[2 * group + 1] << 8);
          bytes += wide ? steps.by_zeros[_lzcnt_u32((uint32_t)mask << 16)] : steps.by_mask[mask];
        }
        memcpy(end, extra, bytes);
        end += bytes;
      }
    } else {
      batch_result result = encode_large(coding, &p, source, groups, indices, target, group_lanes, wide, plain);
      if (!result.fits) return -1;
      end = result.end;
      indices += groups;
    }
    size_t bytes = (size_t)(end - target);
    if (bytes > left) return -1;
    if (!direct) memcpy(out, rows, bytes);
    out += bytes;
    // One batch late: by then the masks have left the store queue, from which narrow stores cannot be read back as
    // wide loads.
    if (is_small && batch > 0) {
      if (!find_indices(coding, found + ((batch - 1) & 1), batch_groups, indices, wide)) return -1;
      indices += batch_groups;
    }
  }
  if (is_small && count > 0) {
    const size_t last = (count - 1) / batch_lanes;
    if (!find_indices(coding, found + (last & 1), groups, indices, wide)) return -1;
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
#endif
