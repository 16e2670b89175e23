// The AVX2 kernels: with and without the affine instruction, which the including file says by defining
// transpose_bits(x), the transposition of each eight bytes, and reverses_rows, whether it takes the last row first.
#include "avx2/row_sum.h"
#include "portable.h"

#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL_TARGET

// Bytes of eight two-byte lanes: low ones, then high ones, in the order the transposition wants.
KERNEL_INLINE __m256i part_octets(__m256i lanes) {
  const __m256i order =
    reverses_rows
      ? _mm256_setr_epi8(14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9, 7, 5, 3, 1, 14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9,
                         7, 5, 3, 1)
      : _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9,
                         11, 13, 15);
  return _mm256_shuffle_epi8(lanes, order);
}

KERNEL_INLINE __m256i reverse_octets(__m256i x) {
  if (!reverses_rows) return x;
  return _mm256_shuffle_epi8(
    x, _mm256_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12,
                        11, 10, 9, 8));
}

// Two octets of bytes in each half to words of one byte each.
KERNEL_INLINE __m256i join_octets(__m256i x) {
  return _mm256_shuffle_epi8(
    x, _mm256_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6,
                        14, 7, 15));
}

// 16 planes of 16 two-byte lanes, and the way back.
KERNEL_INLINE __m256i planes_of_words(__m256i lanes) {
  return join_octets(transpose_bits(_mm256_permute4x64_epi64(part_octets(lanes), 0xD8)));
}

KERNEL_INLINE __m256i words_of_planes(__m256i planes) {
  return join_octets(_mm256_permute4x64_epi64(transpose_bits(part_octets(planes)), 0xD8));
}

// Eight planes of twice 16 one-byte lanes, and the way back.
KERNEL_INLINE __m256i planes_of_bytes(__m256i lanes) { return join_octets(transpose_bits(reverse_octets(lanes))); }
KERNEL_INLINE __m256i bytes_of_planes(__m256i planes) { return transpose_bits(part_octets(planes)); }

// Two registers at once. Without the affine instruction bits change places between them: three rounds of interleaving
// bring one bit of the lanes' numbers after the other into that of the register. Packing words and unpacking bytes gain by
// that; the other two do not.
KERNEL_INLINE void transpose_both(__m256i x[2]) {
  zip(x, 2, 1, 1), exchange(x, 2, 1, 4);
  zip(x, 2, 1, 1), exchange(x, 2, 1, 2);
  zip(x, 2, 1, 1), exchange(x, 2, 1, 1);
}

// Lanes 0...7 of two groups of two-byte lanes and their lanes 8...15, a group in each half, to planes 0...7 of both and
// planes 8...15.
KERNEL_INLINE void planes_of_two(__m256i x[2]) {
  if (reverses_rows) {
    for (unsigned i = 0; i < 2; i++) x[i] = transpose_bits(part_octets(x[i]));
    zip(x, 2, 1, 1);
  } else {
    transpose_both(x);
    zip(x, 2, 1, 1);
    for (unsigned i = 0; i < 2; i++) x[i] = join_octets(x[i]);
  }
}

// The planes of four groups, two in each register, to their one-byte lanes.
KERNEL_INLINE void bytes_of_four(__m256i x[2]) {
  if (reverses_rows) {
    for (unsigned i = 0; i < 2; i++) x[i] = bytes_of_planes(x[i]);
  } else {
    transpose_both(x);
    zip(x, 2, 1, 1);
    zip(x, 2, 1, 8);
  }
}

KERNEL_INLINE void unit_planes(const uint16_t lanes[16], uint16_t planes[16]) {
  _mm256_storeu_si256((__m256i *)planes, planes_of_words(_mm256_loadu_si256((const __m256i *)lanes)));
}

KERNEL_INLINE void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]) {
  _mm256_storeu_si256((__m256i *)lanes, words_of_planes(_mm256_loadu_si256((const __m256i *)planes)));
}

// Tables of shuffles take room.
#if defined(WEFT_EMBEDDED)
#define WEFT_AVX2_COMPACT compact
#define WEFT_AVX2_EXPAND KERNEL(expand)
#else
#define KERNEL_COMPACTS
#define WEFT_AVX2_COMPACT weft_avx2_compact
#define WEFT_AVX2_EXPAND weft_avx2_expand
#endif

#include "generic.h"

#include "avx2/pack.h"
#include "avx2/unpack.h"

#if !defined(WEFT_EMBEDDED)
#include "avx2/octets.h"

// Whether blocks are packed in columns: all that have no loop of their own, but for several groups in 128 lanes, which
// are of eight each and lie only behind the last whole brick of channels.
KERNEL_INLINE int has_columns(const weft_coding *c, size_t block_lanes) {
  const int has_loop = block_lanes == 8 || (block_lanes == 16 && (c->lane_bytes == 2 || c->width == 8));
  return !has_loop && !(block_lanes == 128 && c->group_log2 < 7);
}
#endif

KERNEL_TARGET static int64_t encode_words(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  return c->is_signed ? encode_pairs(c, lanes, count, indices, payload, room, 0, 0, 1)
                      : encode_pairs(c, lanes, count, indices, payload, room, 0, 0, 0);
}

KERNEL_TARGET static int64_t encode(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices, uint8_t *payload,
  size_t room) {
  if (block_lanes == 16 && c->lane_bytes == 2) return encode_words(c, lanes, count, indices, payload, room);
  if (block_lanes == 16 && c->width == 8) return encode_bytes(c, lanes, count, indices, payload, room);
#if defined(WEFT_EMBEDDED)
  return KERNEL(encode)(c, lanes, count, block_lanes, indices, payload, room);
#else
  if (has_columns(c, block_lanes)) {
    return weft_avx2_encode(c, lanes, count, block_lanes, indices, payload, room, 0);
  }
  if (block_lanes == 8) return encode_eights(c, lanes, count, indices, payload, room);
  return KERNEL(encode)(c, lanes, count, block_lanes, indices, payload, room);
#endif
}

KERNEL_TARGET static void decode(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes) {
  const int streams = may_stream(flags, lanes);
  if (block_lanes == 16 && c->lane_bytes == 2) {
    decode_words_all(c, payload, bytes, indices, count, flags, lanes, 0, streams);
  } else if (block_lanes == 16 && c->width == 8) {
    decode_bytes_all(c, payload, bytes, indices, count, flags, lanes, 0, streams);
  } else {
#if defined(WEFT_EMBEDDED)
    KERNEL(decode)(c, payload, bytes, indices, count, block_lanes, flags, lanes);
#else
    if (has_columns(c, block_lanes)) {
      weft_avx2_decode(c, payload, bytes, indices, count, block_lanes, flags, lanes, 0);
    } else if (block_lanes == 8) {
      decode_eights(c, payload, bytes, indices, count, flags, lanes, streams);
    } else {
      KERNEL(decode)(c, payload, bytes, indices, count, block_lanes, flags, lanes);
    }
#endif
  }
  if (streams) _mm_sfence();
}

#if !defined(WEFT_EMBEDDED)
WEFT_DECODE_UNITS(decode_words, 1, _summing)
WEFT_DECODE_UNITS(decode_bytes, 1, _summing)

KERNEL_TARGET static int64_t encode_summing(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices, uint8_t *payload,
  size_t room, uint32_t *checksum, const uint8_t *next) {
  (void)next;
  if (!checksum) return encode(c, lanes, count, block_lanes, indices, payload, room);
  if (block_lanes == 16 && c->lane_bytes == 2) {
    return c->is_signed ? encode_pairs(c, lanes, count, indices, payload, room, checksum, 1, 1)
                        : encode_pairs(c, lanes, count, indices, payload, room, checksum, 1, 0);
  }
  if (has_columns(c, block_lanes)) {
    return weft_avx2_encode(c, lanes, count, block_lanes, indices, payload, room, checksum);
  }
  // Blocks of one group of 16 bytes gain nothing by sums on the way.
  return weft_encode_by_parts(&KERNEL_ITSELF, c, lanes, count, block_lanes, indices, payload, room, checksum);
}

KERNEL_TARGET static void decode_summing(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  if (!checksum) {
    decode(c, payload, bytes, indices, count, block_lanes, flags, lanes);
    return;
  }
  const int streams = may_stream(flags, lanes);
  if (block_lanes == 16 && c->lane_bytes == 2) {
    decode_words_summing(c, payload, bytes, indices, count, flags, lanes, checksum, streams);
  } else if (block_lanes == 16 && c->width == 8) {
    decode_bytes_summing(c, payload, bytes, indices, count, flags, lanes, checksum, streams);
  } else if (has_columns(c, block_lanes)) {
    weft_avx2_decode(c, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
  } else {
    weft_decode_by_parts(&KERNEL_ITSELF, c, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
    return;
  }
  if (streams) _mm_sfence();
}
#define WEFT_AVX2_SUMMING .encode_summing = encode_summing, .decode_summing = decode_summing,
#else
#define WEFT_AVX2_SUMMING
#endif

#include "avx2/counts.h"

KERNEL_TARGET static void copy_around(uint8_t *target, const uint8_t *source, size_t count) {
  size_t at = 0;
  if (count >= 256) {
    at = (size_t)(-(uintptr_t)target & 31);
    memcpy(target, source, at);
    for (; at + 32 <= count; at += 32) {
      _mm256_stream_si256((__m256i *)(target + at), _mm256_loadu_si256((const __m256i *)(source + at)));
    }
  }
  _mm_sfence();
  memcpy(target + at, source + at, count - at);
}

#include "avx2/search.h"

#define WEFT_AVX2_FUNCTIONS                                                                                          \
  WEFT_AVX2_SUMMING .encode = encode, .decode = decode, .compact = WEFT_AVX2_COMPACT,                                \
  .expand = WEFT_AVX2_EXPAND, .count_bits = weft_popcnt_count_bits,                                                  \
  .search = search, .pack_headers = weft_bmi2_pack_headers,                                                          \
  .unpack_headers = weft_bmi2_unpack_headers, .sum_precisions = sum_precisions,                                      \
  .survey = survey, .copy_around = copy_around, .crc32c = weft_sse42_crc32c,                                          \
  .join_checksums = weft_pclmul_join_checksums
