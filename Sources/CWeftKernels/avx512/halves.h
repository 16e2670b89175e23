// Packing of groups that fill half a register.
#ifndef WEFT_AVX512_HALVES_H
#define WEFT_AVX512_HALVES_H

#include "output.h"
#include "small.h"

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
  const packing *p, const row_steps *steps, const uint8_t *lanes, unsigned groups, uint8_t *masks, uint8_t *out,
  unsigned group_lanes, int wide, int plain, int is_signed) {
  size_t second = 0;
  for (unsigned i = 0; i < (groups + 1) / 2; i++) {
    uint64_t mask;
    expect_lanes(lanes + 64 * i);
    __m512i z = planes_of_register(p, lanes + 64 * i, &mask, group_lanes, wide, plain, is_signed);
    uint32_t both = (uint32_t)mask;
    // Out of the mask register once.
    __asm__("" : "+r"(both));
    size_t first;
    if (wide) {
      memcpy(masks + 4 * i, &both, 4);
      // The other group's bits, if they are reached, are zeros enough.
      first = steps->by_zeros[_lzcnt_u32(both << 16 | both >> 16)];
      second = steps->by_zeros[_lzcnt_u32(both)];
    } else {
      memcpy(masks + 2 * i, &both, 2);
      first = steps->by_mask[both & 255];
      second = steps->by_mask[both >> 8 & 255];
    }
    _mm256_storeu_si256((__m256i *)out, _mm512_castsi512_si256(z));
    _mm256_storeu_si256((__m256i *)(out + first), _mm512_extracti64x4_epi64(z, 1));
    out += first + second;
  }
  // Zeros behind the last group may need rows of their own, which are not the tensor's.
  return groups % 2 != 0 ? out - second : out;
}

WEFT_INLINE int64_t encode_halves(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices,
  const row_request *request, unsigned group_lanes, int wide, int plain, int is_signed) {
  const packing p = make_packing(coding);
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t batch_lanes = batch_bytes / lane_bytes;
  const unsigned batch_groups = (unsigned)(batch_lanes / group_lanes);
  small_masks batches[2] __attribute__((aligned(64)));
  row_steps steps;
  make_steps(coding, &steps, wide);
  uint8_t stage[stage_bytes] __attribute__((aligned(64)));
  row_output output;
  // Pieces of zero compaction are too short for a stage, and writing around the caches holds these groups up.
  begin_output(&output, request, count > weft_piece_lanes, 0, stage, lanes);
  unsigned turn = 0;
  // Masks are read one batch late: by then they have left the store queue, from which narrow stores cannot be read back
  // as wide loads.
  for (size_t first = 0; first < count; first += batch_lanes, turn ^= 1) {
    const size_t here = count - first < batch_lanes ? count - first : batch_lanes;
    const unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    const unsigned whole = (unsigned)(here * lane_bytes / 64);
    const uint8_t *source = lanes + first * lane_bytes;
    uint8_t *masks = batches[turn].masks;
    uint8_t *const target = target_of(&output, batch_bytes + 64, source);
    uint8_t *end =
      store_halves(&p, &steps, source, 2 * whole, masks, target, group_lanes, wide, plain, is_signed);
    if (groups > 2 * whole) {
      // Compacted pieces often end so: only the last register is filled up.
      uint8_t last[64];
      _mm512_storeu_si512(last, p.rebase);
      memcpy(last, source + 64 * whole, here * lane_bytes - 64 * whole);
      masks += whole * (wide ? 4 : 2);
      end = store_halves(
        &p, &steps, last, groups - 2 * whole, masks, end, group_lanes, wide, plain, is_signed);
    }
    if (!keep_rows(&output, end)) return -1;
    settle_rows(&output, source + batch_bytes, batch_bytes);
    if (first > 0) {
      if (!find_indices(coding, batches + (turn ^ 1), batch_groups, indices, wide, 1)) return -1;
      indices += batch_groups;
    }
    if (here == count - first && !find_indices(coding, batches + turn, groups, indices, wide, 1)) return -1;
  }
  return end_output(&output, request->payload);
}

#endif
