// NEON: sixteen bytes at a time, with bit transpositions by three rounds of exchanges.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "kernels.h"
#include "portable.h"

#define KERNEL(name) neon_##name
#define KERNEL_TARGET

static inline uint64x2_t exchange(uint64x2_t x, uint64x2_t t, uint64x2_t moved) {
  return veorq_u64(x, veorq_u64(t, moved));
}

// Rows and columns of 8 x 8 bits change places in each half.
static inline uint8x16_t transpose_bits(uint8x16_t bytes) {
  uint64x2_t x = vreinterpretq_u64_u8(bytes);
  uint64x2_t t = vandq_u64(veorq_u64(x, vshrq_n_u64(x, 7)), vdupq_n_u64(0x00AA00AA00AA00AAULL));
  x = exchange(x, t, vshlq_n_u64(t, 7));
  t = vandq_u64(veorq_u64(x, vshrq_n_u64(x, 14)), vdupq_n_u64(0x0000CCCC0000CCCCULL));
  x = exchange(x, t, vshlq_n_u64(t, 14));
  t = vandq_u64(veorq_u64(x, vshrq_n_u64(x, 28)), vdupq_n_u64(0x00000000F0F0F0F0ULL));
  return vreinterpretq_u8_u64(exchange(x, t, vshlq_n_u64(t, 28)));
}

// De-interleaving loads and interleaving stores part the bytes of words and join octets.
static inline void unit_planes(const uint16_t lanes[16], uint16_t planes[16]) {
  uint8x16x2_t bytes = vld2q_u8((const uint8_t *)lanes);
  uint8x16_t low = transpose_bits(bytes.val[0]);
  uint8x16_t high = transpose_bits(bytes.val[1]);
  uint8x8x2_t first = {{vget_low_u8(low), vget_high_u8(low)}};
  uint8x8x2_t second = {{vget_low_u8(high), vget_high_u8(high)}};
  vst2_u8((uint8_t *)planes, first);
  vst2_u8((uint8_t *)(planes + 8), second);
}

static inline void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]) {
  uint8x8x2_t first = vld2_u8((const uint8_t *)planes);
  uint8x8x2_t second = vld2_u8((const uint8_t *)(planes + 8));
  uint8x16x2_t bytes = {{
    transpose_bits(vcombine_u8(first.val[0], first.val[1])),
    transpose_bits(vcombine_u8(second.val[0], second.val[1])),
  }};
  vst2q_u8((uint8_t *)lanes, bytes);
}

#include "generic.h"
#include "search.h"

static int is_supported(void) { return 1; }

const weft_kernel weft_neon_kernel = {
  .name = "neon",
  .cpu = "Advanced SIMD",
  .is_supported = is_supported,
  .encode = KERNEL(encode),
  .decode = KERNEL(decode),
  .compact = KERNEL(compact),
  .expand = KERNEL(expand),
  .search = KERNEL(search),
  .pack_headers = weft_portable_pack_headers,
  .unpack_headers = weft_portable_unpack_headers,
  .sum_precisions = KERNEL(sum_precisions),
  .survey = KERNEL(survey),
  .count_bits = weft_portable_count_bits,
  .move_down = weft_portable_move_down,
  .crc32c = weft_portable_crc32c,
  .join_checksums = weft_portable_join_checksums,
};
#endif
