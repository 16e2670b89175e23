// Where packed rows go: to their place, or by a stage in the first-level cache.
#ifndef WEFT_AVX512_OUTPUT_H
#define WEFT_AVX512_OUTPUT_H

#include "checksum.h"

// Rows of a batch and the rest of the register that ends them; what the stage takes of it beside what waits there, and
// wherever in a page it begins.
enum {
  most_rows = 4096 + 64,
  stage_bytes = page_bytes + 64 + 3 * checksum_block + most_rows
};

// A stage keeps rows away from lanes: CPUs hold loads against the stores before them by the place in a page, and rows
// that are stored where lanes are loaded, or not far behind, make each load wait, which can cost half of the
// time. What comes to lie so in memory is chance. It also lets a checksum be taken from registers that are moved anyway,
// and large tensors be written around the caches.
typedef struct {
  uint8_t *at;        // rows that are not taken yet: moved, or summed
  uint8_t *end;       // where the next rows are written
  uint8_t *out;       // where `at` belongs, and is where rows are not staged
  size_t left;        // bytes of room behind all rows so far
  size_t last;        // bytes of the last batch
  uint8_t *stage;     // `stage_bytes` of memory
  uint32_t *checksum; // null where none is wanted
  int is_staged;
  int streams;        // around the caches
  int has_begun;      // at a line of `out`
  __m512i sums[4];
} row_output;

// Rows lie this far from the lanes that are loaded when they are stored: measured.
enum { stage_distance = 2304 };

// Where the stage begins for the rows of `lanes`: at a line, so that large words lie in as few as they can, wherever
// they belong.
WEFT_INLINE uint8_t *place_of_stage(const row_output *output, const uint8_t *lanes) {
  const uintptr_t distance = (uintptr_t)lanes + stage_distance - (uintptr_t)output->stage;
  return output->stage + distance % page_bytes / 64 * 64;
}

WEFT_INLINE void begin_output(
  row_output *output, const row_request *request, int begins_staged, int streams, uint8_t *stage,
  const uint8_t *lanes) {
  output->out = request->payload;
  output->left = request->room;
  output->last = 0;
  output->checksum = request->checksum;
  output->is_staged = begins_staged;
  output->streams = streams;
  output->has_begun = 0;
  output->stage = stage;
  output->at = output->end = begins_staged ? place_of_stage(output, lanes) : output->out;
}

// Takes a block.
WEFT_INLINE void take_rows(row_output *output, int is_first) {
  for (unsigned i = 0; i < 4; i++) {
    const __m512i rows = _mm512_loadu_si512(output->at + 64 * i);
    if (output->checksum) output->sums[i] = is_first ? rows : fold_on(output->sums[i], by_block(), rows);
    if (output->is_staged) store_lanes(output->out + 64 * i, rows, output->streams);
  }
  output->at += checksum_block;
  output->out += checksum_block;
}

// Takes all rows, but for less than a block, or than two where that is all so far.
WEFT_INLINE void take_all_rows(row_output *output) {
  if (!output->is_staged && !output->checksum) {
    output->at = output->out = output->end;
    output->has_begun = 0;
    return;
  }
  if (!output->has_begun) {
    if (output->end - output->at < 2 * checksum_block) return;
    const size_t head = (size_t)(-(uintptr_t)output->out & 63);
    uint32_t crc = 0;
    if (output->checksum) crc = weft_sse42_crc32c(*output->checksum, output->at, head);
    if (output->is_staged) memcpy(output->out, output->at, head);
    output->at += head;
    output->out += head;
    take_rows(output, 1);
    output->sums[0] = _mm512_xor_si512(output->sums[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
    output->has_begun = 1;
  }
  for (size_t blocks = (size_t)(output->end - output->at) / checksum_block; blocks > 0; blocks--) take_rows(output, 0);
}

// Takes a block, if there is any, beside other work, which hides most of what that costs. Rows are no longer than their
// lanes: who does so beside as many bytes of lanes leaves none over.
WEFT_INLINE void take_beside(row_output *output) {
  if (output->has_begun && output->end - output->at >= checksum_block) take_rows(output, 0);
}

// Where the next rows are written, up to `most` bytes: near the end of the room that is always the stage.
WEFT_INLINE uint8_t *target_of(row_output *output, size_t most, const uint8_t *lanes) {
  if (output->left < most && !output->is_staged) {
    take_all_rows(output);
    const size_t rest = (size_t)(output->end - output->at);
    output->at = place_of_stage(output, lanes);
    memcpy(output->at, output->out, rest);
    output->end = output->at + rest;
    output->is_staged = 1;
  }
  return output->end;
}

// Keeps the rows up to `end`; returns 0 where they are more than the room.
WEFT_INLINE int keep_rows(row_output *output, uint8_t *end) {
  output->last = (size_t)(end - output->end);
  if (output->last > output->left) return 0;
  output->left -= output->last;
  output->end = end;
  return 1;
}

// Takes what is left of the rows, before those of `lanes`; the last ones had `lane_bytes`.
WEFT_INLINE void settle_rows(row_output *output, const uint8_t *lanes, size_t lane_bytes) {
  // Loads of rows wait for the places of all of them: CPUs guess that a load and an earlier store to a place that is
  // not known yet are apart, and begin anew where they are not.
  size_t waiting = (size_t)(output->end - output->at);
  __asm__("" : "+r"(waiting));
  output->at = output->end - waiting;
  take_all_rows(output);
  if (!output->is_staged) return;
  const size_t rest = (size_t)(output->end - output->at);
  if (!output->streams && output->last > lane_bytes / 4 * 3) {
    // Rows that are hardly shorter than their lanes come as fast as memory takes them: the stage would hold them up.
    memcpy(output->out, output->at, rest);
    output->at = output->out;
    output->end = output->out + rest;
    output->is_staged = 0;
    return;
  }
  if (!output->has_begun) return;
  // Both places may overlap.
  __m512i lines[4];
  for (unsigned i = 0; i < 4; i++) lines[i] = _mm512_loadu_si512(output->at + 64 * i);
  output->at = place_of_stage(output, lanes) + ((uintptr_t)output->at & 63);
  output->end = output->at + rest;
  for (unsigned i = 0; i < 4 && 64 * i < rest; i++) _mm512_storeu_si512(output->at + 64 * i, lines[i]);
}

// Takes the rest; returns all bytes of rows.
WEFT_INLINE int64_t end_output(row_output *output, const uint8_t *payload) {
  take_all_rows(output);
  const size_t rest = (size_t)(output->end - output->at);
  if (output->is_staged) memcpy(output->out, output->at, rest);
  if (output->checksum) {
    *output->checksum = output->has_begun ? end_sums(output->sums, output->at, rest)
                                          : weft_avx512_crc32c(*output->checksum, output->at, rest);
  }
  return output->out + rest - payload;
}

#endif
