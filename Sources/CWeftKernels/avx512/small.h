// Packing of groups that fill half a register or less: planes and what counts of them first, then rows.
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

// Small groups of one batch between the two steps of packing them: all their planes, a mask a group of the planes that
// count for its precision (they differ from the plane below, two's complement, or from zero), and in its place later
// the mask of the planes that are stored.
typedef struct {
  __m512i planes[batch_bytes / 64];
  uint8_t masks[batch_bytes / 8];
} small_batch;

// Planes of the groups in one register, words together, and the mask of those that count.
WEFT_INLINE __m512i planes_of_register(
  const packing *p, const uint8_t *lanes, uint64_t *mask, unsigned group_lanes, int wide, int plain) {
  expect_lanes(lanes);
  __m512i x = packed_lanes(lanes, p, wide, plain);
  __m512i z = transpose_bits(_mm512_shuffle_epi8(x, wide ? split_octets() : reverse_octets()));
  if (group_lanes == 8) {
    __m512i before = wide ? _mm512_bslli_epi128(z, 1) : _mm512_slli_epi64(z, 8);
    *mask = _mm512_cmpneq_epi8_mask(z, _mm512_maskz_mov_epi8(p->is_signed, before));
    return z;
  }
  if (wide) {
    __m512i before = _mm512_maskz_permutexvar_epi8(p->is_signed & 0xFFFFFFFCFFFFFFFCULL, words_of_2_before(), z);
    z = _mm512_permutexvar_epi8(words_of_2(), z);
    *mask = _mm512_cmpneq_epi16_mask(z, before);
    return z;
  }
  if (group_lanes == 16) {
    z = _mm512_shuffle_epi8(z, bytes_words_of_2());
    *mask = _mm512_cmpneq_epi16_mask(z, _mm512_maskz_mov_epi8(p->is_signed, _mm512_bslli_epi128(z, 2)));
    return z;
  }
  z = _mm512_permutexvar_epi8(bytes_words_of_4(), z);
  const __m512i below = _mm512_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6, 8, 8, 9, 10, 11, 12, 13, 14);
  *mask = _mm512_cmpneq_epi32_mask(z, _mm512_maskz_permutexvar_epi32((__mmask16)(p->is_signed & 0xFEFE), below, z));
  return z;
}

// The first step for `registers` registers of lanes.
WEFT_INLINE void make_planes(
  const packing *p, const uint8_t *lanes, unsigned registers, small_batch *batch, unsigned group_lanes, int wide,
  int plain) {
  for (unsigned i = 0; i < registers; i++) {
    uint64_t mask;
    _mm512_store_si512(batch->planes + i, planes_of_register(p, lanes + 64 * i, &mask, group_lanes, wide, plain));
    // Four bits a lane byte at most: one for each plane of each group.
    const unsigned bytes = group_lanes == 8 ? 8 : group_lanes == 16 ? 4 : 2;
    memcpy(batch->masks + bytes * i, &mask, bytes);
  }
}

// Groups of half a register are few enough to store one by one at once, each over what the one before did not need:
// by the mask of an 8-bit group, or by the leading zeros of that of a 16-bit group, the bytes of its rows.
typedef struct {
  uint8_t by_mask[256];
  uint8_t by_zeros[33];
} row_steps;

WEFT_INLINE void make_steps(const weft_coding *coding, row_steps *steps, int wide) {
  if (wide) {
    for (unsigned zeros = 0; zeros <= 32; zeros++) {
      steps->by_zeros[zeros] = (uint8_t)(coding->stored_of[zeros < 16 ? 16 - zeros : 0] * 2);
    }
  } else {
    steps->by_mask[0] = (uint8_t)(coding->stored_of[0] * 4);
    for (unsigned length = 1; length <= 8; length++) {
      memset(steps->by_mask + (1u << (length - 1)), coding->stored_of[length] * 4, 1u << (length - 1));
    }
  }
}

WEFT_INLINE uint8_t *store_halves(
  const packing *p, const row_steps *steps, const uint8_t *lanes, unsigned groups, small_batch *batch, uint8_t *out,
  unsigned group_lanes, int wide, int plain) {
  for (unsigned i = 0; i < (groups + 1) / 2; i++) {
    uint64_t mask;
    __m512i z = planes_of_register(p, lanes + 64 * i, &mask, group_lanes, wide, plain);
    size_t first, second;
    if (wide) {
      memcpy(batch->masks + 4 * i, &mask, 4);
      first = steps->by_zeros[_lzcnt_u32((uint32_t)mask << 16)];
      second = steps->by_zeros[_lzcnt_u32((uint32_t)mask & 0xFFFF0000)];
    } else {
      memcpy(batch->masks + 2 * i, &mask, 2);
      first = steps->by_mask[mask & 255];
      second = steps->by_mask[mask >> 8 & 255];
    }
    _mm256_storeu_si256((__m256i *)out, _mm512_castsi512_si256(z));
    _mm256_storeu_si256((__m256i *)(out + first), _mm512_extracti64x4_epi64(z, 1));
    // Zeros behind the last group may need rows of their own, which are not the tensor's.
    out += 2 * i + 1 < groups ? first + second : first;
  }
  return out;
}

// Masks to header indices and to masks of what is stored, 64 groups at once; returns the planes stored in all, or -1
// when a group has no table entry.
WEFT_INLINE int find_indices(
  const weft_coding *coding, small_batch *batch, unsigned groups, uint8_t *indices, int wide, int is_half) {
  const __m512i index_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->index_of));
  const __m512i stored_table = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)coding->stored_of));
  const __m512i mask_of = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 3, 7, 15, 31, 63, 127, -1, 0, 0, 0, 0, 0, 0, 0));
  __m512i sum = _mm512_setzero_si512();
  __mmask64 wrong = 0;
  for (unsigned first = 0; first < groups; first += 64) {
    __m512i needed;
    if (wide) {
      const __m256i *m = (const __m256i *)(batch->masks + 2 * first);
      needed = _mm512_castsi128_si512(lengths16(m[0]));
      needed = _mm512_inserti32x4(needed, lengths16(m[1]), 1);
      needed = _mm512_inserti32x4(needed, lengths16(m[2]), 2);
      needed = _mm512_inserti32x4(needed, lengths16(m[3]), 3);
    } else {
      needed = lengths8(_mm512_load_si512(batch->masks + first));
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
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(stored, _mm512_setzero_si512()));
    if (wide) {
      const __m512i one = _mm512_set1_epi16(1);
      __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(stored));
      __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(stored, 1));
      _mm512_store_si512(batch->masks + 2 * first, _mm512_sub_epi16(_mm512_sllv_epi16(one, low), one));
      _mm512_store_si512(batch->masks + 2 * first + 64, _mm512_sub_epi16(_mm512_sllv_epi16(one, high), one));
    } else {
      _mm512_store_si512(batch->masks + first, _mm512_shuffle_epi8(mask_of, stored));
    }
  }
  return wrong ? -1 : (int)_mm512_reduce_add_epi64(sum);
}

// The second step: moves the rows that are stored together. Writes 64 bytes for each register, of which the next one
// overwrites what does not count.
WEFT_INLINE void store_rows(const small_batch *batch, unsigned registers, uint8_t *out, unsigned group_lanes) {
  for (unsigned i = 0; i < registers; i++) {
    __m512i z = _mm512_load_si512(batch->planes + i);
    if (group_lanes == 8) {
      __mmask64 k;
      memcpy(&k, batch->masks + 8 * i, 8);
      _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, z));
      out += _mm_popcnt_u64(k);
    } else {
      __mmask32 k;
      memcpy(&k, batch->masks + 4 * i, 4);
      _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(k, z));
      out += 2 * (unsigned)_mm_popcnt_u32(k);
    }
  }
}

// The second step of a batch whose rows go to `out`, where `left` bytes are left; returns the bytes of its rows, or -1.
WEFT_INLINE int64_t finish_small(
  const weft_coding *coding, small_batch *batch, unsigned groups, uint8_t *indices, uint8_t *out, size_t left,
  unsigned group_lanes, int wide) {
  const int planes = find_indices(coding, batch, groups, indices, wide, group_lanes * (wide ? 2 : 1) == 32);
  if (planes < 0) return -1;
  // Halves were stored at once.
  if (group_lanes * (wide ? 2 : 1) == 32) return 0;
  const size_t bytes = (size_t)planes * (group_lanes / 8);
  if (bytes > left) return -1;
  const unsigned registers = (groups * group_lanes * (wide ? 2 : 1) + 63) / 64;
  if (left >= bytes + 64) {
    store_rows(batch, registers, out, group_lanes);
  } else {
    // Stores are whole registers: near the end of the room they go to a copy.
    uint8_t rows[batch_bytes + 64];
    store_rows(batch, registers, rows, group_lanes);
    memcpy(out, rows, bytes);
  }
  return (int64_t)bytes;
}

WEFT_INLINE int64_t encode_small(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room,
  unsigned group_lanes, int wide, int plain) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t batch_lanes = batch_bytes / lane_bytes;
  const unsigned batch_groups = (unsigned)(batch_lanes / group_lanes);
  const int is_half = group_lanes * lane_bytes == 32;
  small_batch batches[2] __attribute__((aligned(64)));
  row_steps steps;
  if (is_half) make_steps(coding, &steps, wide);
  uint8_t *out = payload;
  unsigned groups = 0;
  size_t number = 0;
  // The second step is one batch late: by then the masks have left the store queue, from which narrow stores cannot be
  // read back as wide loads.
  for (size_t first = 0; first < count; first += batch_lanes, number++) {
    const size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    uint8_t padded[batch_bytes];
    const uint8_t *source = whole_batch(&p, lanes + first * lane_bytes, here, lane_bytes, padded);
    if (is_half) {
      uint8_t rows[batch_bytes + 64];
      const size_t left = room - (size_t)(out - payload);
      uint8_t *target = left >= sizeof rows ? out : rows;
      uint8_t *end =
        store_halves(&p, &steps, source, groups, batches + (number & 1), target, group_lanes, wide, plain);
      const size_t bytes = (size_t)(end - target);
      if (bytes > left) return -1;
      if (target == rows) memcpy(out, rows, bytes);
      out += bytes;
    } else {
      const unsigned registers = (unsigned)((here * lane_bytes + 63) / 64);
      make_planes(&p, source, registers, batches + (number & 1), group_lanes, wide, plain);
    }
    if (number == 0) continue;
    const int64_t bytes = finish_small(
      coding, batches + ((number - 1) & 1), batch_groups, indices, out, room - (size_t)(out - payload), group_lanes,
      wide);
    if (bytes < 0) return -1;
    out += bytes;
    indices += batch_groups;
  }
  if (number == 0) return 0;
  const int64_t bytes = finish_small(
    coding, batches + ((number - 1) & 1), groups, indices, out, room - (size_t)(out - payload), group_lanes, wide);
  return bytes < 0 ? -1 : out - payload + bytes;
}

#endif
