#if defined(__x86_64__)
// Unpacking where a block is one group.
#include "checksum.h"
#include "columns.h"
#include "pairs.h"

// Bytes of lanes in one batch: 1,024 or 2,048 lanes.
enum { batch_bytes = 2048 };

// Planes of small groups, as the expansion leaves them, to octets with the last plane first.
WEFT_PERMUTATION(from_bytes_narrow, (i & 8) + 7 - i % 8)
WEFT_PERMUTATION(from_words_of_2_narrow, 2 * (7 - i % 8) + (i & 8) / 8)
WEFT_PERMUTATION(from_words_of_4_narrow, (i & 32) + 4 * (7 - i % 8) + i % 32 / 8)
WEFT_PERMUTATION(from_words_of_4_wide, 4 * ((i & 8) + 7 - i % 8) + i / 16)
// A group's sign bit to all its lanes.
WEFT_PERMUTATION(spread_8_words, (i & 1) + i / 16 * 2)
WEFT_PERMUTATION(spread_8_bytes, i / 8)
WEFT_PERMUTATION(spread_16_bytes, i / 16)
WEFT_PERMUTATION(spread_32_bytes, i / 32)

// Stored precisions of the groups of a batch, 0 past the last one; returns their sum.
WEFT_INLINE unsigned stored_precisions(
  const weft_coding *coding, const uint8_t *indices, unsigned groups, uint8_t *stored) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)coding->precision_of));
  __m512i sum = _mm512_setzero_si512();
  for (unsigned first = 0; first < groups; first += 64) {
    __mmask64 valid = groups - first >= 64 ? ~0ULL : _bzhi_u64(~0ULL, groups - first);
    __m512i index = _mm512_maskz_loadu_epi8(valid, indices + first);
    __m512i s = _mm512_maskz_shuffle_epi8(valid, table, index);
    _mm512_store_si512(stored + first, s);
    sum = _mm512_add_epi64(sum, _mm512_sad_epu8(s, _mm512_setzero_si512()));
  }
  return (unsigned)_mm512_reduce_add_epi64(sum);
}

// Rows are asked for a little before they are needed.
WEFT_INLINE void expect_rows(const uint8_t *rows) { _mm_prefetch((const char *)rows + 2048, _MM_HINT_T0); }

WEFT_INLINE __m512i join(__m512i octets) { return _mm512_shuffle_epi8(octets, join_octets()); }

// Groups of 16 two-byte lanes, two a register: one look-up by both precisions arranges the planes, sign included.
WEFT_INLINE void decode_pairs(
  const weft_coding *coding, const unpacking *u, const uint8_t *rows, const uint8_t *stored, uint8_t *lanes,
  row_checksum *sum, int plain, int streams) {
  uint16_t codes[batch_bytes / 64] __attribute__((aligned(64)));
  uint16_t lengths[batch_bytes / 64] __attribute__((aligned(64)));
  __m512i s = _mm512_load_si512(stored);
  _mm512_store_si512(codes, _mm512_maddubs_epi16(s, _mm512_set1_epi16(0x0111)));
  _mm512_store_si512(lengths, _mm512_maddubs_epi16(s, _mm512_set1_epi16(0x0202)));
  const uint64_t *keep = coding->is_signed ? weft_pair_signed : weft_pair_unsigned;
  for (unsigned i = 0; i < batch_bytes / 64; i++) {
    expect_rows(rows);
    unsigned code = codes[i];
    __m512i index = _mm512_load_si512(weft_pair_index[code]);
    __m512i z = _mm512_maskz_permutexvar_epi8(keep[code], index, _mm512_loadu_si512(rows));
    rows += lengths[i];
    z = join(transpose_bits(z));
    if (!plain) z = lane16(z, _mm512_setzero_si512(), u);
    store_lanes(lanes + 64 * i, z, streams);
    if (i % 4 == 3) take_block(sum);
  }
}

// Other small groups: planes expand to fixed places, and the sign is copied upwards in the lanes.
WEFT_INLINE void decode_small(
  const weft_coding *coding, const unpacking *u, const uint8_t *rows, const uint8_t *stored, unsigned groups,
  uint8_t *lanes, row_checksum *sum, unsigned group_lanes, int wide, int plain, int streams) {
  uint8_t masks[256] __attribute__((aligned(64)));
  uint8_t flips[256] __attribute__((aligned(64)));
  if (wide) {
    const __m512i ones = _mm512_set1_epi16(1);
    for (unsigned first = 0; first < groups; first += 32) {
      __m512i s = _mm512_cvtepu8_epi16(_mm256_load_si256((const __m256i *)(stored + first)));
      __m512i mask = _mm512_sub_epi16(_mm512_sllv_epi16(ones, s), ones);
      __m512i flip = coding->is_signed ? _mm512_sub_epi16(mask, _mm512_srli_epi16(mask, 1)) : _mm512_setzero_si512();
      _mm512_store_si512(masks + 2 * first, mask);
      _mm512_store_si512(flips + 2 * first, flip);
    }
  } else {
    const __m512i mask_of = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 3, 7, 15, 31, 63, 127, -1, 0, 0, 0, 0, 0, 0, 0));
    const __m512i bit_of = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0));
    const __m512i flip_of = coding->is_signed ? bit_of : _mm512_setzero_si512();
    for (unsigned first = 0; first < groups; first += 64) {
      __m512i s = _mm512_load_si512(stored + first);
      _mm512_store_si512(masks + first, _mm512_shuffle_epi8(mask_of, s));
      _mm512_store_si512(flips + first, _mm512_shuffle_epi8(flip_of, s));
    }
  }
  const unsigned steps = (groups * group_lanes * (wide ? 2 : 1) + 63) / 64;
  for (unsigned i = 0; i < steps; i++) {
    __m512i z, flip;
    expect_rows(rows);
    __m512i packed = load_apart(rows);
    if (group_lanes == 8) {
      __mmask64 k;
      long long sign;
      memcpy(&k, masks + 8 * i, 8);
      memcpy(&sign, flips + 8 * i, 8);
      rows += _mm_popcnt_u64(k);
      z = _mm512_maskz_expand_epi8(k, packed);
      z = transpose_bits(_mm512_shuffle_epi8(z, from_bytes_narrow()));
      if (wide) z = join(z);
      flip = _mm512_set1_epi64(sign);
      flip = wide ? _mm512_shuffle_epi8(flip, spread_8_words()) : _mm512_shuffle_epi8(flip, spread_8_bytes());
    } else if (group_lanes == 16) {
      __mmask32 k;
      int sign;
      memcpy(&k, masks + 4 * i, 4);
      memcpy(&sign, flips + 4 * i, 4);
      rows += 2 * (unsigned)_mm_popcnt_u32(k);
      z = _mm512_maskz_expand_epi16(k, packed);
      z = transpose_bits(_mm512_shuffle_epi8(z, from_words_of_2_narrow()));
      flip = _mm512_shuffle_epi8(_mm512_set1_epi32(sign), spread_16_bytes());
    } else {
      __mmask16 k;
      short sign;
      memcpy(&k, masks + 2 * i, 2);
      memcpy(&sign, flips + 2 * i, 2);
      rows += 4 * (unsigned)_mm_popcnt_u32(k);
      z = _mm512_maskz_expand_epi32(k, packed);
      z = transpose_bits(_mm512_permutexvar_epi8(from_words_of_4_narrow(), z));
      flip = _mm512_shuffle_epi8(_mm512_set1_epi16(sign), spread_32_bytes());
    }
    if (plain) {
      z = _mm512_xor_si512(z, flip);
      z = wide ? _mm512_sub_epi16(z, flip) : _mm512_sub_epi8(z, flip);
    } else {
      z = wide ? lane16(z, flip, u) : lane8(z, flip, u);
    }
    store_lanes(lanes + 64 * i, z, streams);
    if (i % 4 == 3) take_block(sum);
  }
}

// Bits of `rows` rows of `bits` bits each; 64 and more are all ones.
WEFT_INLINE uint64_t row_mask(unsigned rows, unsigned bits) { return _bzhi_u64(~0ULL, rows * bits); }

WEFT_INLINE void join_wide(__m512i low, __m512i high, __m512i lanes[2]) {
  lanes[0] = _mm512_unpacklo_epi8(low, high);
  lanes[1] = _mm512_unpackhi_epi8(low, high);
}

// What stands above the stored rows of a large group: its last row again and again where the sign is copied upwards.
WEFT_INLINE __m512i rows_above(const uint8_t *rows, unsigned stored, int is_signed, unsigned group_lanes) {
  if (!is_signed || stored == 0) return _mm512_setzero_si512();
  const uint8_t *last = rows + (stored - 1) * (group_lanes / 8);
  long long word;
  memcpy(&word, last, group_lanes == 32 ? 4 : 8);
  return group_lanes == 32    ? _mm512_set1_epi32((int)word)
         : group_lanes == 64  ? _mm512_set1_epi64(word)
         : group_lanes == 128 ? _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)last))
                              : _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)last));
}

// Rows of a large group to lanes.
WEFT_INLINE void lanes_of_group(const __m512i x[8], __m512i out[8], unsigned group_lanes, int wide) {
  const unsigned registers = group_lanes * (wide ? 2 : 1) / 64;
  __m512i octets[8];
  if (group_lanes == 32) {
    out[0] = join(transpose_bits(_mm512_permutexvar_epi8(from_words_of_4_wide(), x[0])));
    return;
  }
  if (group_lanes == 64) {
    for (unsigned i = 0; i < registers; i++) octets[i] = from_words_of_8(x[i], wide);
  } else if (group_lanes == 128) {
    for (unsigned i = 0; i < registers; i += 2) from_rows_of_16(x + i, octets + i, wide);
  } else {
    for (unsigned i = 0; i < registers; i += 4) from_rows_of_32(x + i, octets + i, wide);
  }
  for (unsigned i = 0; i < registers; i++) out[i] = octets[i];
  if (wide) {
    for (unsigned i = 0; i < registers / 2; i++) join_wide(octets[i], octets[i + registers / 2], out + 2 * i);
  }
}

// What lies above `stored` bits of words, or of bytes, is taken away, and the sign bit copied upwards.
WEFT_INLINE __m512i extended(__m512i lanes, unsigned stored, int is_signed, int wide) {
  const unsigned bits = (1u << stored) - 1, sign = is_signed ? bits - (bits >> 1) : 0;
  const __m512i kept = wide ? _mm512_set1_epi16((short)bits) : _mm512_set1_epi8((char)bits);
  const __m512i flip = wide ? _mm512_set1_epi16((short)sign) : _mm512_set1_epi8((char)sign);
  lanes = _mm512_ternarylogic_epi64(lanes, kept, flip, 0x6A);
  return wide ? _mm512_sub_epi16(lanes, flip) : _mm512_sub_epi8(lanes, flip);
}

// Groups of 256 words: all rows are read, and those that are not there, the next group's, taken away in the lanes,
// which costs less than so many masks; mostly in their high halves alone.
WEFT_INLINE void lanes_of_largest(const uint8_t *rows, unsigned stored, int is_signed, __m512i out[8], int streams) {
  __m512i x[8], octets[8];
  for (unsigned i = 0; i < 8; i++) {
    if (streams) expect_rows(rows + 64 * i);
    x[i] = _mm512_loadu_si512(rows + 64 * i);
  }
  from_rows_of_32(x, octets, 1);
  from_rows_of_32(x + 4, octets + 4, 1);
  if (stored > 8) {
    for (unsigned i = 4; i < 8; i++) octets[i] = extended(octets[i], stored - 8, is_signed, 0);
  }
  for (unsigned i = 0; i < 4; i++) join_wide(octets[i], octets[i + 4], out + 2 * i);
  if (stored <= 8) {
    for (unsigned i = 0; i < 8; i++) out[i] = extended(out[i], stored, is_signed, 1);
  }
}

// Large groups: masked loads read the rows that are there.
WEFT_INLINE void decode_large(
  const weft_coding *coding, const unpacking *u, const uint8_t *rows, const uint8_t *stored, unsigned groups,
  uint8_t *lanes, row_checksum *sum, unsigned group_lanes, int wide, int plain, int streams) {
  const unsigned registers = group_lanes * (wide ? 2 : 1) / 64;
  const __m512i none = _mm512_setzero_si512();
  for (unsigned group = 0; group < groups; group++) {
    unsigned s = stored[group];
    __m512i x[8], out[8];
    if (wide && group_lanes == 256) {
      lanes_of_largest(rows, s, coding->is_signed, out, streams);
    } else {
      const __m512i above = rows_above(rows, s, coding->is_signed, group_lanes);
      const uint64_t mask = row_mask(s, group_lanes == 32 ? 1 : group_lanes / 64);
      for (unsigned i = 0; i < registers; i++) {
        if (streams) expect_rows(rows + 64 * i);
        x[i] = group_lanes == 32 ? _mm512_mask_loadu_epi32(above, (__mmask16)mask, rows)
                                 : _mm512_mask_loadu_epi64(above, (__mmask8)(mask >> (8 * i)), rows + 64 * i);
      }
      lanes_of_group(x, out, group_lanes, wide);
    }
    rows += s * (group_lanes / 8);
    for (unsigned i = 0; i < registers; i++) {
      if (!plain) out[i] = wide ? lane16(out[i], none, u) : lane8(out[i], none, u);
      store_lanes(lanes + 64 * i, out[i], streams);
      if ((group * registers + i) % 4 == 3) take_block(sum);
    }
    lanes += 64 * registers;
  }
}

WEFT_INLINE void decode_all(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, uint32_t *checksum, unsigned group_lanes, int wide, int plain, int streams) {
  const unpacking u = make_unpacking(coding, flags);
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t batch_lanes = batch_bytes / lane_bytes;
  const uint8_t *end = payload + bytes;
  row_checksum sum;
  begin_checksum(&sum, payload, checksum);
  for (size_t first = 0; first < count; first += batch_lanes) {
    size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    uint8_t stored[256] __attribute__((aligned(64)));
    unsigned used = stored_precisions(coding, indices, groups, stored) * (group_lanes / 8);
    // Loads are whole registers or groups: near the end of the payload they read a copy.
    uint8_t rows[batch_bytes + 512];
    const uint8_t *source = payload;
    if ((size_t)(end - payload) < used + 512u) {
      memcpy(rows, payload, used);
      source = rows;
    }
    uint8_t whole[batch_bytes] __attribute__((aligned(64)));
    uint8_t *target = here == batch_lanes ? lanes + first * lane_bytes : whole;
    int past_caches = streams && here == batch_lanes;
    if (wide && group_lanes == 16) {
      decode_pairs(coding, &u, source, stored, target, &sum, plain, past_caches);
    } else if (group_lanes * lane_bytes <= 32) {
      decode_small(coding, &u, source, stored, groups, target, &sum, group_lanes, wide, plain, past_caches);
    } else {
      decode_large(coding, &u, source, stored, groups, target, &sum, group_lanes, wide, plain, past_caches);
    }
    if (target == whole) memcpy(lanes + first * lane_bytes, whole, here * lane_bytes);
    payload += used;
    indices += groups;
    leave_rows(&sum, payload);
  }
  end_checksum(&sum, payload);
}

#define WEFT_DECODE(name, group_lanes, wide)                                                                         \
  WEFT_AVX512 static void name(                                                                                      \
    const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,           \
    int flags, uint8_t *lanes, uint32_t *checksum) {                                                                 \
    int plain = coding->rebase == 0 && coding->width == ((wide) ? 16 : 8);                                           \
    int streams = (flags & weft_streams) != 0 && ((uintptr_t)lanes & 63) == 0;                                       \
    if (plain && streams) {                                                                                          \
      decode_all(coding, payload, bytes, indices, count, flags, lanes, checksum, group_lanes, wide, 1, 1);           \
    } else if (plain) {                                                                                              \
      decode_all(coding, payload, bytes, indices, count, flags, lanes, checksum, group_lanes, wide, 1, 0);           \
    } else {                                                                                                         \
      decode_all(coding, payload, bytes, indices, count, flags, lanes, checksum, group_lanes, wide, 0, streams);     \
    }                                                                                                                \
  }

WEFT_DECODE(decode_8_bytes, 8, 0)
WEFT_DECODE(decode_16_bytes, 16, 0)
WEFT_DECODE(decode_32_bytes, 32, 0)
WEFT_DECODE(decode_64_bytes, 64, 0)
WEFT_DECODE(decode_128_bytes, 128, 0)
WEFT_DECODE(decode_256_bytes, 256, 0)
WEFT_DECODE(decode_8_words, 8, 1)
WEFT_DECODE(decode_16_words, 16, 1)
WEFT_DECODE(decode_32_words, 32, 1)
WEFT_DECODE(decode_64_words, 64, 1)
WEFT_DECODE(decode_128_words, 128, 1)
WEFT_DECODE(decode_256_words, 256, 1)

WEFT_AVX512 void weft_avx512_decode_summing(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  if (block_lanes > (size_t)1 << coding->group_log2) {
    weft_avx512_decode_rows(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
    return;
  }
  void (*const table[2][6])(
    const weft_coding *, const uint8_t *, size_t, const uint8_t *, size_t, int, uint8_t *, uint32_t *) = {
    {decode_8_bytes, decode_16_bytes, decode_32_bytes, decode_64_bytes, decode_128_bytes, decode_256_bytes},
    {decode_8_words, decode_16_words, decode_32_words, decode_64_words, decode_128_words, decode_256_words},
  };
  table[coding->lane_bytes - 1][coding->group_log2 - 3](
    coding, payload, bytes, indices, count, flags, lanes, checksum);
}

WEFT_AVX512 void weft_avx512_decode(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes) {
  weft_avx512_decode_summing(coding, payload, bytes, indices, count, block_lanes, flags, lanes, 0);
}
#endif
