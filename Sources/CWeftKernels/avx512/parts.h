// Packing of groups that fill a quarter of a register or less: the planes that are stored are moved together.
#ifndef WEFT_AVX512_PARTS_H
#define WEFT_AVX512_PARTS_H

#include "checksum.h"
#include "small.h"

enum { batch_registers = batch_bytes / 64 };

// A batch on its way: all planes, and what counts of them.
typedef struct {
  uint8_t memory[batch_bytes + page_bytes];
  small_masks found;
  __m512i *planes; // in the memory
  unsigned groups, registers;
} __attribute__((aligned(64))) part_batch;

// CPUs hold loads against stores before them by the lowest 12 bits of address, and planes are stored at the pace at
// which lanes are loaded: where both lie alike in their pages, or not far behind, each load waits. That can cost a
// quarter of the time, so planes keep away from the lanes, and from the planes that are loaded two batches later.
WEFT_INLINE void place_planes(part_batch *batch, const uint8_t *lanes, size_t number) {
  const uintptr_t distance = number & 2 ? 2048 : 3328;
  const uintptr_t place = ((uintptr_t)lanes + distance - (uintptr_t)batch->memory) % page_bytes;
  batch->planes = (__m512i *)(batch->memory + place / 64 * 64);
}

// The first step for one register of lanes.
WEFT_INLINE void make_planes(
  const packing *p, const uint8_t *lanes, unsigned i, __m512i *planes, uint8_t *masks,
  unsigned group_lanes, int wide, int plain, int is_signed) {
  uint64_t mask;
  expect_lanes(lanes + 64 * i);
  const __m512i z = planes_of_register(p, lanes + 64 * i, &mask, group_lanes, wide, plain, is_signed);
  _mm512_store_si512(planes + i, z);
  // One bit for each plane of each group.
  const unsigned bytes = group_lanes == 8 ? 8 : 4;
  memcpy(masks + bytes * i, &mask, bytes);
}

// The last one: the rows of one register. Writes 64 bytes, of which the next one overwrites what does not count.
WEFT_INLINE uint8_t *store_rows(
  const __m512i *planes, const uint8_t *masks, unsigned i, uint8_t *out, unsigned group_lanes) {
  const __m512i z = _mm512_load_si512(planes + i);
  if (group_lanes == 8) {
    __mmask64 k;
    memcpy(&k, masks + 8 * i, 8);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(k, z));
    return out + _mm_popcnt_u64(k);
  }
  __mmask32 k;
  memcpy(&k, masks + 4 * i, 4);
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(k, z));
  return out + 2 * (unsigned)_mm_popcnt_u32(k);
}

WEFT_INLINE int64_t encode_parts(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, const row_request *request,
  unsigned group_lanes, int wide, int plain, int is_signed) {
  const packing p = make_packing(coding);
  uint8_t *const payload = request->payload;
  const size_t room = request->room;
  uint32_t *const checksum = request->checksum;
  const unsigned lane_bytes = wide ? 2 : 1;
  const size_t batch_lanes = batch_bytes / lane_bytes;
  const size_t total = (count + batch_lanes - 1) / batch_lanes;
  // Four, so that each keeps its place.
  part_batch batches[4];
  row_checksum sum;
  begin_checksum(&sum, payload, checksum);
  uint8_t *out = payload;
  // Each batch's masks are read one batch late: by then they have left the store queue, from which narrow stores cannot
  // be read back as wide loads. Its rows are stored another batch later, between the planes of that one, so that lanes
  // are read at a steady pace: memory goes on working.
  for (size_t number = 0; number < total + 2; number++) {
    part_batch *const now = batches + number % 4, *const last = batches + (number + 3) % 4;
    const part_batch *const oldest = batches + (number + 2) % 4;
    uint8_t padded[batch_bytes];
    const uint8_t *source = padded;
    now->registers = 0;
    if (number < total) {
      const size_t first = number * batch_lanes, here = count - first < batch_lanes ? count - first : batch_lanes;
      source = whole_batch(&p, lanes + first * lane_bytes, here, lane_bytes, padded);
      place_planes(now, source, number);
      now->groups = (unsigned)((here + group_lanes - 1) / group_lanes);
      now->registers = (unsigned)((here * lane_bytes + 63) / 64);
    }
    // Stores are whole registers: near the end of the room they go to a copy.
    uint8_t rows[batch_bytes + 64];
    const size_t left = room - (size_t)(out - payload);
    uint8_t *target = out;
    unsigned stored = 0;
    if (number >= 2) {
      if (left < sizeof rows) target = rows;
      stored = oldest->registers;
    }
    uint8_t *end = target;
    const unsigned made = now->registers;
    // Here, or each register's would be read again.
    __m512i *const planes = now->planes;
    const __m512i *const oldest_planes = oldest->planes;
    uint8_t *const masks = now->found.masks;
    const uint8_t *const oldest_masks = oldest->found.masks;
    unsigned done = 0;
    // Of the batches before: rows that have just been stored, each over what the one before did not need, cannot be
    // loaded before they have reached the cache.
    leave_rows(&sum, out);
    if (made == batch_registers && stored == batch_registers) {
      for (; done < batch_registers; done += 8) {
        for (unsigned i = done; i < done + 8; i++) {
          make_planes(&p, source, i, planes, masks, group_lanes, wide, plain, is_signed);
          end = store_rows(oldest_planes, oldest_masks, i, end, group_lanes);
        }
        for (unsigned i = 0; i < 2; i++) take_block(&sum);
      }
    }
    for (unsigned i = done; i < made; i++) {
      make_planes(&p, source, i, planes, masks, group_lanes, wide, plain, is_signed);
    }
    for (unsigned i = done; i < stored; i++) end = store_rows(oldest_planes, oldest_masks, i, end, group_lanes);
    const size_t bytes = (size_t)(end - target);
    if (bytes > left) return -1;
    if (target == rows) memcpy(out, rows, bytes);
    out += bytes;
    if (number >= 1 && number <= total) {
      if (!find_indices(coding, &last->found, last->groups, indices, wide, 0)) return -1;
      indices += last->groups;
    }
  }
  end_checksum(&sum, out);
  return out - payload;
}

#endif
