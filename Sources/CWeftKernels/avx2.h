// The AVX2 kernels, with and without the affine instruction: the including file defines KERNEL_HAS_AFFINE where they
// have it.
#include "avx2/row_sum.h"
#include "portable.h"

#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL_TARGET

#if defined(KERNEL_HAS_AFFINE)
#include "avx2/affine_planes.h"
#else
#include "avx2/planes.h"
#endif

KERNEL_INLINE void unit_planes(const uint16_t lanes[16], uint16_t planes[16]) {
  const __m256i lane = _mm256_loadu_si256((const __m256i *)lanes);
  __m256i x[2] = {lane, _mm256_permute4x64_epi64(lane, 0xEE)};
  planes_of_pairs(x, 2);
  _mm256_storeu_si256((__m256i *)planes, _mm256_permute2x128_si256(x[0], x[1], 0x20));
}

KERNEL_INLINE void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]) {
  const __m256i plane = _mm256_loadu_si256((const __m256i *)planes);
  __m256i x[2] = {plane, plane};
  words_of_planes(x, 2);
  _mm256_storeu_si256((__m256i *)lanes, x[0]);
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
#include "avx2/octets.h"
#include "avx2/batches.h"

KERNEL_INLINE int64_t encode_sixteens(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room, int wide) {
#if defined(WEFT_EMBEDDED)
  return encode_small(c, lanes, count, indices, payload, room, c->is_signed, 4, wide);
#else
  return c->is_signed ? encode_small(c, lanes, count, indices, payload, room, 1, 4, wide)
                      : encode_small(c, lanes, count, indices, payload, room, 0, 4, wide);
#endif
}

KERNEL_TARGET static int64_t encode_words(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  return encode_sixteens(c, lanes, count, indices, payload, room, 1);
}

KERNEL_TARGET static int64_t encode_bytes(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  return encode_sixteens(c, lanes, count, indices, payload, room, 0);
}

#if defined(WEFT_EMBEDDED)
// Room counts for more there than what is known before a loop.
#define WEFT_EACH_KIND(c, flags, lanes, sums, call)                                                                  \
  do {                                                                                                               \
    const unpack_kind kind = {may_stream(flags, lanes), 1, 0, sums};                                                 \
    call;                                                                                                            \
  } while (0)
#else
// One loop for each answer that is known before it; what is seldom asked shares one.
#define WEFT_EACH_KIND(c, flags, lanes, sums, call)                                                                  \
  do {                                                                                                               \
    const int plain = (c)->rebase == 0 && (c)->width == 8 * (c)->lane_bytes;                                         \
    if (may_stream(flags, lanes)) {                                                                                  \
      if (!plain) {                                                                                                  \
        const unpack_kind kind = {1, 1, 0, sums};                                                                    \
        call;                                                                                                        \
      } else if ((c)->is_signed) {                                                                                   \
        const unpack_kind kind = {1, 1, 1, sums};                                                                    \
        call;                                                                                                        \
      } else {                                                                                                       \
        const unpack_kind kind = {1, 0, 1, sums};                                                                    \
        call;                                                                                                        \
      }                                                                                                              \
    } else if (!plain) {                                                                                             \
      const unpack_kind kind = {0, 1, 0, sums};                                                                      \
      call;                                                                                                          \
    } else if ((c)->is_signed) {                                                                                     \
      const unpack_kind kind = {0, 1, 1, sums};                                                                      \
      call;                                                                                                          \
    } else {                                                                                                         \
      const unpack_kind kind = {0, 0, 1, sums};                                                                      \
      call;                                                                                                          \
    }                                                                                                                \
  } while (0)
#endif

#define WEFT_DECODE_SIXTEENS(name, wide)                                                                             \
  KERNEL_TARGET static void name(                                                                                    \
    const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,     \
    uint8_t *lanes) {                                                                                                \
    WEFT_EACH_KIND(                                                                                                  \
      c, flags, lanes, 0, decode_small(c, payload, bytes, indices, count, flags, lanes, kind, 4, wide));             \
  }
WEFT_DECODE_SIXTEENS(decode_words, 1)
WEFT_DECODE_SIXTEENS(decode_bytes, 0)

#if !defined(WEFT_EMBEDDED)
#define WEFT_DECODE_SUMMING(name, wide, decode_rest)                                                                 \
  KERNEL_TARGET static void name(                                                                                    \
    const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,     \
    uint8_t *lanes, uint32_t *checksum) {                                                                            \
    const uint8_t *const end = payload + bytes;                                                                      \
    row_sum sum = begin_sum(payload, checksum);                                                                      \
    size_t done = 0;                                                                                                 \
    WEFT_EACH_KIND(                                                                                                  \
      c, flags, lanes, 1,                                                                                            \
      done = decode_stretches(c, &payload, end, indices, count, flags, lanes, &sum, kind, wide));                    \
    decode_rest(                                                                                                     \
      c, payload, (size_t)(end - payload), indices + done / 16, count - done, flags, lanes + (done << (wide)));      \
    end_sum(&sum, end);                                                                                              \
  }
WEFT_DECODE_SUMMING(decode_words_summing, 1, decode_words)
WEFT_DECODE_SUMMING(decode_bytes_summing, 0, decode_bytes)

KERNEL_TARGET static int64_t encode_eights(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  return c->lane_bytes == 2 ? encode_small(c, lanes, count, indices, payload, room, c->is_signed, 3, 1)
                            : encode_small(c, lanes, count, indices, payload, room, c->is_signed, 3, 0);
}

KERNEL_INLINE void decode_octets(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, int wide) {
  const int streams = may_stream(flags, lanes);
  if (c->rebase == 0 && c->width == 8 * c->lane_bytes) {
    const unpack_kind kind = {streams, 1, 1, 0};
    decode_small(c, payload, bytes, indices, count, flags, lanes, kind, 3, wide);
  } else {
    const unpack_kind kind = {streams, 1, 0, 0};
    decode_small(c, payload, bytes, indices, count, flags, lanes, kind, 3, wide);
  }
}

KERNEL_TARGET static void decode_eights(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes) {
  if (c->lane_bytes == 2) {
    decode_octets(c, payload, bytes, indices, count, flags, lanes, 1);
  } else {
    decode_octets(c, payload, bytes, indices, count, flags, lanes, 0);
  }
}

// Whether blocks are packed in columns: all that have no loop of their own, but for several groups in 128 lanes, which
// are of eight each and lie only behind the last whole brick of channels.
KERNEL_INLINE int has_columns(const weft_coding *c, size_t block_lanes) {
  return block_lanes > 16 && !(block_lanes == 128 && c->group_log2 < 7);
}
#endif

KERNEL_TARGET static int64_t encode(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices, uint8_t *payload,
  size_t room) {
  const int wide = c->lane_bytes == 2;
  if (block_lanes == 16) return (wide ? encode_words : encode_bytes)(c, lanes, count, indices, payload, room);
#if !defined(WEFT_EMBEDDED)
  if (block_lanes == 8) return encode_eights(c, lanes, count, indices, payload, room);
  if (has_columns(c, block_lanes)) {
    return weft_avx2_encode(c, lanes, count, block_lanes, indices, payload, room, 0);
  }
#endif
  return KERNEL(encode)(c, lanes, count, block_lanes, indices, payload, room);
}

KERNEL_TARGET static void decode(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes) {
  const int wide = c->lane_bytes == 2;
  if (block_lanes == 16) {
    (wide ? decode_words : decode_bytes)(c, payload, bytes, indices, count, flags, lanes);
#if !defined(WEFT_EMBEDDED)
  } else if (block_lanes == 8) {
    decode_eights(c, payload, bytes, indices, count, flags, lanes);
  } else if (has_columns(c, block_lanes)) {
    weft_avx2_decode(c, payload, bytes, indices, count, block_lanes, flags, lanes, 0);
#endif
  } else {
    KERNEL(decode)(c, payload, bytes, indices, count, block_lanes, flags, lanes);
  }
}

#if !defined(WEFT_EMBEDDED)
KERNEL_TARGET static int64_t encode_summing(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices, uint8_t *payload,
  size_t room, int flags, uint32_t *checksum) {
  (void)flags;
  if (!checksum) return encode(c, lanes, count, block_lanes, indices, payload, room);
  if (has_columns(c, block_lanes)) {
    return weft_avx2_encode(c, lanes, count, block_lanes, indices, payload, room, checksum);
  }
  // A few words between groups make packing wait longer than all rows of a part do behind it.
  return weft_encode_by_parts(&KERNEL_ITSELF, c, lanes, count, block_lanes, indices, payload, room, checksum);
}

KERNEL_TARGET static void decode_summing(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  if (!checksum) {
    decode(c, payload, bytes, indices, count, block_lanes, flags, lanes);
  } else if (block_lanes == 16) {
    (c->lane_bytes == 2 ? decode_words_summing : decode_bytes_summing)(
      c, payload, bytes, indices, count, flags, lanes, checksum);
  } else if (has_columns(c, block_lanes)) {
    weft_avx2_decode(c, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
  } else {
    weft_decode_by_parts(&KERNEL_ITSELF, c, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
  }
}
#define WEFT_AVX2_SUMMING .encode_summing = encode_summing, .decode_summing = decode_summing,
#else
#define WEFT_AVX2_SUMMING
#endif

#include "avx2/counts.h"

KERNEL_TARGET static void move_down(uint8_t *target, const uint8_t *source, size_t count, uint32_t *checksum) {
  if (checksum) *checksum = weft_sse42_crc32c(*checksum, source, count);
  memmove(target, source, count);
}

#include "avx2/search.h"

#define WEFT_AVX2_FUNCTIONS                                                                                          \
  WEFT_AVX2_SUMMING .encode = encode, .decode = decode, .compact = WEFT_AVX2_COMPACT,                                \
  .expand = WEFT_AVX2_EXPAND, .count_bits = weft_popcnt_count_bits,                                                  \
  .search = search, .pack_headers = weft_bmi2_pack_headers,                                                          \
  .unpack_headers = weft_bmi2_unpack_headers, .sum_precisions = sum_precisions,                                      \
  .survey = survey, .move_down = move_down, .crc32c = weft_sse42_crc32c,                                             \
  .join_checksums = weft_pclmul_join_checksums
