// Every kernel of this CPU on buffers of exactly the bytes it may touch, against the portable one: for a build with
// AddressSanitizer, which sees a read or write one byte beside a buffer, and UndefinedBehaviorSanitizer.
// usage: main [ROUNDS]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CWeftKernels.h"

static uint64_t state = 0x9E3779B97F4A7C15;

static uint32_t below(uint32_t bound) {
  state = state * 6364136223846793005 + 1442695040888963407;
  return (uint32_t)((state >> 33) % bound);
}

// Memory at any alignment, often at that of a cache line, with nothing behind it.
typedef struct {
  uint8_t *bytes;
  void *memory;
} buffer;

static buffer make(size_t count) {
  const size_t before = below(2) ? 0 : below(64);
  void *whole;
  if (posix_memalign(&whole, 64, before + count)) abort();
  uint8_t *memory = whole;
  memset(memory, 0xA5, before + count);
  return (buffer){memory + before, memory};
}

static void fail(const weft_kernel *kernel, const char *what, const weft_coding *c, size_t count, size_t block) {
  fprintf(
    stderr, "%s: %s differs: %u bytes, width %u, signed %u, group %u, rebase %u, %zu lanes, blocks of %zu\n", kernel->name,
    what, c->lane_bytes, c->width, c->is_signed, 1u << c->group_log2, c->rebase, count, block);
  exit(1);
}

static weft_coding random_coding(void) {
  weft_coding c = {.lane_bytes = (uint8_t)(1 + below(2)), .is_signed = (uint8_t)below(2)};
  const unsigned bits = 8u * c.lane_bytes;
  c.width = (uint8_t)(below(2) ? bits : 1 + below(bits));
  c.group_log2 = (uint8_t)(3 + below(6));
  c.rebase = (uint16_t)(below(2) ? 0 : below(65536));
  memset(c.index_of, 255, sizeof c.index_of);
  memset(c.precision_of, 255, sizeof c.precision_of);
  // One entry for each of some precisions; now and then the largest one is missing.
  unsigned entries = 0;
  uint8_t stored[16];
  for (unsigned p = 0; p <= bits && entries < 16; p++) {
    if (p == bits ? below(8) > 0 : below(3) > 0) stored[entries++] = (uint8_t)p;
  }
  for (unsigned i = 0; i < entries; i++) c.precision_of[i] = stored[i];
  for (unsigned needed = 0; needed <= bits; needed++) {
    for (unsigned i = entries; i-- > 0;) {
      if (stored[i] >= needed) c.index_of[needed] = (uint8_t)i, c.stored_of[needed] = stored[i];
    }
  }
  return c;
}

static void fill(const weft_coding *c, uint8_t *lanes, size_t count) {
  // Now and then one width for all, which fills counters fastest.
  const size_t every = below(4) ? 8u << below(4) : count;
  unsigned width = 0, zeros = below(3);
  for (size_t i = 0; i < count; i++) {
    if (i % every == 0) width = below(c->width + 1u);
    uint32_t value = below(1u << width);
    if (c->is_signed && below(2)) value = 0 - value;
    if (zeros == 0 && below(3)) value = 0;
    uint16_t lane = (uint16_t)(value + c->rebase);
    memcpy(lanes + i * c->lane_bytes, &lane, c->lane_bytes);
  }
}

// All functions of a kernel on one tensor; results must be those of `reference`.
static void check(const weft_kernel *kernel, const weft_kernel *reference, const weft_coding *c, size_t count) {
  const size_t group = (size_t)1 << c->group_log2, groups = (count + group - 1) / group, bytes = count * c->lane_bytes;
  // Blocks are halved behind the last whole brick of channels.
  const size_t choices[5] = {group, 256, 2048, group < 128 ? 128 : group, 1024};
  const size_t block = choices[below(5)];
  buffer lanes = make(bytes), indices = make(groups), expected = make(groups), mask = make((count + 7) / 8);
  const size_t room = groups * group / 8 * 16;
  buffer rows = make(room), expected_rows = make(room);
  fill(c, lanes.bytes, count);
  int64_t used = kernel->encode(c, lanes.bytes, count, block, indices.bytes, rows.bytes, room);
  int64_t wanted = reference->encode(c, lanes.bytes, count, block, expected.bytes, expected_rows.bytes, room);
  if (used != wanted) fail(kernel, "length", c, count, block);
  if (used >= 0) {
    const size_t size = (size_t)used;
    if (memcmp(indices.bytes, expected.bytes, groups)) fail(kernel, "headers", c, count, block);
    if (memcmp(rows.bytes, expected_rows.bytes, size)) fail(kernel, "rows", c, count, block);
    buffer exact = make(size), again = make(bytes), same = make(bytes);
    const uint32_t before = below(1u << 30), parted = below((unsigned)size + 1);
    uint32_t sum = before;
    const int streams = below(2) ? weft_streams : 0;
    if (weft_encode(kernel, c, lanes.bytes, count, block, indices.bytes, exact.bytes, size, streams, &sum) != used)
      fail(kernel, "exact room", c, count, block);
    if (sum != reference->crc32c(before, rows.bytes, size)) fail(kernel, "checksum of rows", c, count, block);
    const uint32_t first = reference->crc32c(before, rows.bytes, parted);
    const uint32_t second = reference->crc32c(0, rows.bytes + parted, size - parted);
    if (kernel->join_checksums(first, second, size - parted) != sum) fail(kernel, "joined checksums", c, count, block);
    if (size > 0 && kernel->encode(c, lanes.bytes, count, block, indices.bytes, exact.bytes, size - 1) != -1)
      fail(kernel, "too little room", c, count, block);
    memcpy(exact.bytes, rows.bytes, size);
    const int flags = (int)below(4);
    uint32_t again_sum = before;
    weft_decode(kernel, c, exact.bytes, size, indices.bytes, count, block, flags, again.bytes, &again_sum);
    if (again_sum != sum) fail(kernel, "checksum of rows read", c, count, block);
    reference->decode(c, exact.bytes, size, indices.bytes, count, block, flags, same.bytes);
    if (memcmp(again.bytes, same.bytes, bytes)) fail(kernel, "lanes", c, count, block);
    // Rows with others behind them, which may be read but do not count.
    const size_t more = below(700);
    buffer longer = make(size + more);
    memcpy(longer.bytes, rows.bytes, size);
    weft_decode(kernel, c, longer.bytes, size + more, indices.bytes, count, block, flags, again.bytes, 0);
    if (memcmp(again.bytes, same.bytes, bytes)) fail(kernel, "lanes of longer rows", c, count, block);
    free(longer.memory);
    int64_t counts[16] = {0};
    if (kernel->sum_precisions(c, indices.bytes, groups, counts) * (int64_t)(group / 8) != used)
      fail(kernel, "sum", c, count, block);
    const unsigned bits = 4;
    buffer headers = make((groups * bits + 7) / 8), read = make(groups);
    kernel->pack_headers(indices.bytes, groups, bits, headers.bytes);
    kernel->unpack_headers(headers.bytes, groups, bits, read.bytes);
    if (memcmp(read.bytes, indices.bytes, groups)) fail(kernel, "header fields", c, count, block);
    if (kernel->crc32c(0, exact.bytes, size) != reference->crc32c(0, exact.bytes, size))
      fail(kernel, "checksum", c, count, block);
    const size_t distance = below(2) ? 8 * below(9) : below(2000);
    buffer moved = make(bytes + distance);
    memcpy(moved.bytes + distance, lanes.bytes, bytes);
    uint32_t moved_sum = 5;
    const int sums = (int)below(2);
    kernel->move_down(moved.bytes, moved.bytes + distance, bytes, sums ? &moved_sum : 0);
    if (memcmp(moved.bytes, lanes.bytes, bytes)) fail(kernel, "bytes moved", c, count, block);
    if (sums && moved_sum != reference->crc32c(5, lanes.bytes, bytes))
      fail(kernel, "sum of bytes moved", c, count, block);
    free(moved.memory);
    free(headers.memory), free(read.memory), free(exact.memory), free(again.memory), free(same.memory);
  }
  if (below(16) == 0) {
    const size_t size = below(60000);
    buffer record = make(size);
    for (size_t i = 0; i < size; i++) record.bytes[i] = (uint8_t)below(256);
    if (kernel->crc32c(3, record.bytes, size) != reference->crc32c(3, record.bytes, size))
      fail(kernel, "checksum of a long record", c, size, block);
    free(record.memory);
  }
  const size_t pieces = (count + weft_piece_lanes - 1) / weft_piece_lanes;
  const size_t kept_groups = pieces * ((weft_piece_lanes + group - 1) / group), kept_room = kept_groups * group / 8 * 16;
  uint32_t pieces_kept[16];
  buffer kept_indices = make(kept_groups), kept_rows = make(kept_room), whole = make(bytes);
  buffer dense = make(bytes), one_piece = make((count < weft_piece_lanes ? count : weft_piece_lanes) * c->lane_bytes);
  uint32_t read_sum = 0;
  int64_t kept_bytes = weft_encode_pieces(
    kernel, c, lanes.bytes, count, block, mask.bytes, one_piece.bytes, pieces_kept, kept_indices.bytes, kept_rows.bytes,
    kept_room);
  if (kept_bytes >= 0) {
    size_t all_kept = 0;
    for (size_t piece = 0; piece < pieces; piece++) all_kept += pieces_kept[piece];
    if (kernel->count_bits(mask.bytes, (count + 7) / 8) != all_kept) fail(kernel, "mask", c, count, block);
    buffer exact = make((size_t)kept_bytes);
    memcpy(exact.bytes, kept_rows.bytes, (size_t)kept_bytes);
    weft_decode_pieces(
      kernel, c, exact.bytes, (size_t)kept_bytes, kept_indices.bytes, mask.bytes, pieces_kept, count, block,
      (c->is_signed ? weft_decode_sign_extends : 0) | (int)(2 * below(2)), one_piece.bytes, whole.bytes, &read_sum);
    if (read_sum != reference->crc32c(0, exact.bytes, (size_t)kept_bytes)) fail(kernel, "sum of pieces read", c, count, block);
    if (c->width == 8u * c->lane_bytes && memcmp(whole.bytes, lanes.bytes, bytes)) fail(kernel, "pieces", c, count, block);
    free(exact.memory);
  }
  free(kept_indices.memory), free(kept_rows.memory), free(whole.memory), free(one_piece.memory);
  const size_t kept = kernel->compact(c, lanes.bytes, count, mask.bytes, dense.bytes);
  buffer kept_lanes = make(kept * c->lane_bytes), again = make(bytes), same = make(bytes);
  memcpy(kept_lanes.bytes, dense.bytes, kept * c->lane_bytes);
  const int expand_flags = (int)below(4);
  kernel->expand(c, kept_lanes.bytes, mask.bytes, count, expand_flags, again.bytes);
  reference->expand(c, kept_lanes.bytes, mask.bytes, count, expand_flags, same.bytes);
  if (memcmp(again.bytes, same.bytes, bytes)) fail(kernel, "expansion", c, count, block);
  weft_precision_counts found[2][2][weft_group_sizes];
  memset(found, 0, sizeof found);
  weft_survey surveys[2] = {{.minimum = INT32_MAX, .maximum = INT32_MIN, .is_signed = c->is_signed}};
  surveys[0].guess = below(2) ? 0 : c->lane_bytes == 1 ? (uint8_t)c->rebase : c->rebase;
  surveys[0].wants_buckets = (uint8_t)below(2);
  surveys[1] = surveys[0];
  const unsigned sizes = below(1u << weft_group_sizes);
  const uint32_t asked = 1 + below(3), is_surveyed = below(2);
  kernel->search(
    c, lanes.bytes, count, sizes, asked & 1 ? found[0][0] : 0, asked & 2 ? found[0][1] : 0, is_surveyed ? surveys : 0);
  reference->search(
    c, lanes.bytes, count, sizes, asked & 1 ? found[1][0] : 0, asked & 2 ? found[1][1] : 0,
    is_surveyed ? surveys + 1 : 0);
  if (memcmp(found[0], found[1], sizeof found[0])) fail(kernel, "precisions", c, count, block);
  if (memcmp(surveys, surveys + 1, sizeof *surveys)) fail(kernel, "survey", c, count, block);
  for (unsigned bits = 1; bits <= 4; bits++) {
    const size_t fields = 1 + below(600), bytes_of_fields = (fields * bits + 7) / 8;
    buffer values = make(fields), packed = make(bytes_of_fields), wanted_fields = make(bytes_of_fields), read = make(fields);
    for (size_t i = 0; i < fields; i++) values.bytes[i] = (uint8_t)below(1u << bits);
    kernel->pack_headers(values.bytes, fields, bits, packed.bytes);
    reference->pack_headers(values.bytes, fields, bits, wanted_fields.bytes);
    if (memcmp(packed.bytes, wanted_fields.bytes, bytes_of_fields)) fail(kernel, "fields", c, count, block);
    kernel->unpack_headers(packed.bytes, fields, bits, read.bytes);
    if (memcmp(values.bytes, read.bytes, fields)) fail(kernel, "fields again", c, count, block);
    free(values.memory), free(packed.memory), free(wanted_fields.memory), free(read.memory);
  }
  free(lanes.memory), free(indices.memory), free(expected.memory), free(mask.memory), free(rows.memory);
  free(expected_rows.memory), free(dense.memory), free(kept_lanes.memory), free(again.memory), free(same.memory);
}

// Grids of either direction against their definition, in memory of exactly the elements and lanes they touch.
static void check_grid(void) {
  const unsigned bytes = 1 + below(2);
  weft_grid grid = {.rows = 1 + below(70), .columns = 1 + below(70)};
  grid.pitch = grid.columns + (below(2) ? 0 : below(20));
  const unsigned way = below(3);
  grid.stride = way == 0 ? 1 : way == 1 ? grid.rows + below(9) : 2 + below(3);
  grid.row_stride = way == 0 ? grid.columns + below(9) : way == 1 ? 1 : grid.columns * grid.stride + below(5);
  const size_t elements = (grid.rows - 1) * grid.row_stride + (grid.columns - 1) * grid.stride + 1;
  const size_t lanes = (grid.rows - 1) * grid.pitch + grid.columns;
  buffer source = make(elements * bytes), found = make(lanes * bytes), again = make(elements * bytes);
  for (size_t i = 0; i < elements * bytes; i++) source.bytes[i] = (uint8_t)below(256);
  weft_gather(&grid, source.bytes, found.bytes, bytes);
  weft_scatter(&grid, found.bytes, again.bytes, bytes);
  for (size_t row = 0; row < grid.rows; row++) {
    for (size_t column = 0; column < grid.columns; column++) {
      const size_t element = (row * grid.row_stride + column * grid.stride) * bytes;
      if (memcmp(source.bytes + element, found.bytes + (row * grid.pitch + column) * bytes, bytes)
          || memcmp(source.bytes + element, again.bytes + element, bytes)) {
        fprintf(stderr, "grid of %zu x %zu differs\n", grid.rows, grid.columns);
        exit(1);
      }
    }
  }
  free(source.memory), free(found.memory), free(again.memory);
}

int main(int count, char **arguments) {
  const int rounds = count > 1 ? atoi(arguments[1]) : 2000;
  const weft_kernel *reference = weft_kernel_at(0);
  for (size_t place = 0; weft_kernel_at(place); place++) {
    const weft_kernel *kernel = weft_kernel_at(place);
    if (!kernel->is_supported()) continue;
    for (int round = 0; round < rounds; round++) {
      const weft_coding coding = random_coding();
      check(kernel, reference, &coding, 1 + below(round % 100 == 0 ? 65536 : below(4) ? 600 : 12000));
    }
    printf("%s: %d rounds\n", kernel->name, rounds);
  }
  for (int round = 0; round < rounds; round++) check_grid();
  return 0;
}
