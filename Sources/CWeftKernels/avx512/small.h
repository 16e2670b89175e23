// What packing in batches has in common, and of groups that fill half a register or less: planes, what counts of them,
// and the indices that follow.
#ifndef WEFT_AVX512_SMALL_H
#define WEFT_AVX512_SMALL_H

#include "columns.h"

// Bytes of lanes in one batch: 1,024 or 2,048 lanes.
enum { batch_bytes = 2048 };

WEFT_INLINE __m512i packed_lanes(const uint8_t *lanes, const packing *p, int wide, int plain) {
  __m512i x = _mm512_loadu_si512(lanes);
  return wide ? packed16(x, p, plain) : packed8(x, p, plain);
}

// The lanes of a batch, or a copy filled up with zeros.
WEFT_INLINE const uint8_t *whole_batch(
  const packing *p, const uint8_t *lanes, size_t count, unsigned lane_bytes, uint8_t *padded) {
  if (count * lane_bytes >= batch_bytes) return lanes;
  for (unsigned i = 0; i < batch_bytes; i += 64) _mm512_storeu_si512(padded + i, p->rebase);
  memcpy(padded, lanes, count * lane_bytes);
  return padded;
}

// Bit length of 16-bit masks.
WEFT_INLINE __m128i lengths16(__m256i masks) {
  __m512i wide = _mm512_cvtepu16_epi32(masks);
  return _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(wide)));
}

// For each small group of a batch a mask of the planes that count for its precision (they differ from the plane below,
// two's complement, or from zero), and in its place later the mask of the planes that are stored.
typedef struct {
  uint8_t masks[batch_bytes / 8];
} small_masks;

// Planes of the groups in one register, words together, and the mask of those that count.
WEFT_INLINE __m512i planes_of_register(
  const packing *p, const uint8_t *lanes, uint64_t *mask, unsigned group_lanes, int wide, int plain, int is_signed) {
  __m512i x = packed_lanes(lanes, p, wide, plain);
  __m512i z = transpose_bits(_mm512_shuffle_epi8(x, wide ? split_octets() : reverse_octets())), below;
  if (group_lanes == 8) {
    below = wide ? _mm512_bslli_epi128(z, 1) : _mm512_slli_epi64(z, 8);
    *mask = is_signed ? _mm512_cmpneq_epi8_mask(z, below) : _mm512_test_epi8_mask(z, z);
    return z;
  }
  if (wide) {
    below = _mm512_maskz_permutexvar_epi8(0xFFFFFFFCFFFFFFFCULL, words_of_2_before(), z);
    z = _mm512_permutexvar_epi8(words_of_2(), z);
    *mask = is_signed ? _mm512_cmpneq_epi16_mask(z, below) : _mm512_test_epi16_mask(z, z);
    return z;
  }
  if (group_lanes == 16) {
    z = _mm512_shuffle_epi8(z, bytes_words_of_2());
    below = _mm512_bslli_epi128(z, 2);
    *mask = is_signed ? _mm512_cmpneq_epi16_mask(z, below) : _mm512_test_epi16_mask(z, z);
    return z;
  }
  z = _mm512_permutexvar_epi8(bytes_words_of_4(), z);
  const __m512i dwords_below = _mm512_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6, 8, 8, 9, 10, 11, 12, 13, 14);
  below = _mm512_maskz_permutexvar_epi32(0xFEFE, dwords_below, z);
  *mask = is_signed ? _mm512_cmpneq_epi32_mask(z, below) : _mm512_test_epi32_mask(z, z);
  return z;
}

// Masks to header indices and, unless these are halves, to masks of what is stored, 64 groups at once; returns whether
// all groups have a table entry.
WEFT_INLINE int find_indices(
  const weft_coding *coding, small_masks *found, unsigned groups, uint8_t *indices, int wide, int is_half) {
  const __m512i index_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->index_of));
  const __m512i stored_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->stored_of));
  const __m512i mask_of = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 3, 7, 15, 31, 63, 127, -1, 0, 0, 0, 0, 0, 0, 0));
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
    if (is_half) continue;
    // Zeros behind the last group may need rows of their own, which are not the tensor's.
    __m512i stored = _mm512_maskz_permutexvar_epi8(valid, needed, stored_table);
    if (wide) {
      const __m512i one = _mm512_set1_epi16(1);
      __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(stored));
      __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(stored, 1));
      _mm512_store_si512(found->masks + 2 * first, _mm512_sub_epi16(_mm512_sllv_epi16(one, low), one));
      _mm512_store_si512(found->masks + 2 * first + 64, _mm512_sub_epi16(_mm512_sllv_epi16(one, high), one));
    } else {
      _mm512_store_si512(found->masks + first, _mm512_shuffle_epi8(mask_of, stored));
    }
  }
  return wrong == 0;
}

#endif
