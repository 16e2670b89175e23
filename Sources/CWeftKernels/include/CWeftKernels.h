// The inner loops of the codec for one instruction set each; every one gives the bytes of Weft's `ScalarKernel`.
#ifndef CWEFTKERNELS_H
#define CWEFTKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CWeftArray.h"

// One tensor's settings in looked-up form, as Weft's `GroupCoding` holds them.
typedef struct {
  uint8_t lane_bytes;       // 1 or 2
  uint8_t width;            // bits of a packed value before it is extended
  uint8_t is_signed;        // packed values are two's complement
  uint8_t group_log2;       // 3...8
  uint16_t rebase;
  uint8_t index_of[32];     // needed precision to header index, 255 where none fits
  uint8_t stored_of[32];    // needed precision to stored precision, 0 where none fits
  uint8_t precision_of[16]; // header index to stored precision, 255 past the last entry
} weft_coding;

// What a search wants to know of values as they lie in memory. Callers start with `minimum` at the largest and
// `maximum` at the smallest number, and the counts 0.
typedef struct {
  uint16_t guess;        // the pattern to count
  uint8_t is_signed;     // values are two's complement
  uint8_t wants_buckets; // count in buckets as well
  int32_t minimum;
  int32_t maximum;
  uint64_t guess_count;
  uint64_t bucket_count[16]; // values by their lowest four bits
} weft_survey;

// Groups by the precision that they need, 0...16, under both readings.
typedef struct {
  int64_t as_unsigned[17];
  int64_t as_signed[17];
} weft_precision_counts;

enum {
  weft_piece_lanes = 4096, // zero compaction moves lanes together within pieces of so many
  weft_group_sizes = 6     // 8, 16, ... 256 lanes
};

enum {
  weft_decode_sign_extends = 1, // elements continue above `width` as copies of their top bit
  weft_streams = 2              // what is written is not read again soon: write around the caches (weft_settle_stores)
};

// Every function reads and writes exactly what its arguments say and nothing beside it. `count` is lanes.
typedef struct {
  const char *name;
  const char *cpu; // what the CPU must have
  int (*is_supported)(void);
  // Rows to `payload` (`room` bytes), one header index a group to `indices`; returns the bytes of rows, or -1 when
  // a group fits no table entry or the rows do not fit.
  int64_t (*encode)(
    const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
    uint8_t *payload, size_t room);
  // The same, and takes the rows into `checksum`, where there is one, on the way; may write around the caches where
  // `flags` say so. Null where a kernel gains nothing by that: `weft_encode` asks.
  int64_t (*encode_summing)(
    const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
    uint8_t *payload, size_t room, int flags, uint32_t *checksum);
  // The inverse; `payload` has at least the bytes that the valid `indices` ask for, and all `bytes` may be read.
  void (*decode)(
    const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
    size_t block_lanes, int flags, uint8_t *lanes);
  // The same, and takes the rows of these groups into `checksum`, where there is one, on the way; null as above:
  // `weft_decode` asks.
  void (*decode_summing)(
    const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
    size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum);
  // Moves lanes with a packed value other than 0 together; returns how many.
  size_t (*compact)(const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense);
  void (*expand)(
    const weft_coding *coding, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes);
  // One look at lanes for a search over settings. Adds the groups of each size 8 << i whose bit i `sizes` has to
  // whole[i], and with the lanes whose packed value is not 0 moved together in each piece to kept[i], unless null;
  // takes the lanes into `survey` where there is one.
  void (*search)(
    const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
    weft_precision_counts *kept, weft_survey *survey);
  // Writes fields of `bits` bits, 8 to `bits` bytes; the last byte's unused bits are 0.
  void (*pack_headers)(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target);
  void (*unpack_headers)(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices);
  // Sum of stored precisions; -1 when an index names no entry, and then the counts are not to be used. Adds to 16 counts
  // of indices where there are any.
  int64_t (*sum_precisions)(const weft_coding *coding, const uint8_t *indices, size_t count, int64_t *counts);
  // `weft_sum_pieces` in one pass; null where a kernel has no use for that.
  int (*sum_pieces)(
    const weft_coding *coding, const uint8_t *indices, const uint32_t *groups, size_t pieces, int64_t *counts,
    uint32_t *sums);
  void (*survey)(const uint8_t *lanes, size_t count, unsigned lane_bytes, weft_survey *into);
  // Set bits of `count` bytes.
  size_t (*count_bits)(const uint8_t *bytes, size_t count);
  uint32_t (*crc32c)(uint32_t crc, const uint8_t *bytes, size_t count);
  // The checksum of bytes that `first` is the checksum of, and of `count` more, fewer than 2^32, whose own is `second`.
  uint32_t (*join_checksums)(uint32_t first, uint32_t second, size_t count);
  // Moves bytes to a place that does not lie above theirs, and takes them into `checksum`, where there is one.
  void (*move_down)(uint8_t *target, const uint8_t *source, size_t count, uint32_t *checksum);
} weft_kernel;

// `encode` with any kernel; takes the rows into `checksum` unless null, which then means nothing after -1. `flags` may
// be `weft_streams`.
int64_t weft_encode(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes,
  uint8_t *indices, uint8_t *payload, size_t room, int flags, uint32_t *checksum);
// Frames with zero compaction, up to 16 pieces, with any kernel; `dense` has room for one piece. Packs the lanes that are
// not 0 as `weft_encode` does; `kept` takes their number for each piece.
int64_t weft_encode_pieces(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes,
  uint8_t *mask, uint8_t *dense, uint32_t *kept, uint8_t *indices, uint8_t *payload, size_t room);
// The inverse of both. Where a checksum is wanted, `weft_decode` gets just the rows that the indices ask for.
void weft_decode(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices,
  size_t count, size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum);
void weft_decode_pieces(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices,
  const uint8_t *mask, const uint32_t *kept, size_t count, size_t block_lanes, int flags, uint8_t *dense,
  uint8_t *lanes, uint32_t *checksum);
// The sum of stored precisions for each piece of so many groups, whose indices are added to 16 counts; returns whether
// all are valid.
int weft_sum_pieces(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *indices, const uint32_t *groups, size_t pieces,
  int64_t *counts, uint32_t *sums);

// Part of a tensor in another order: `rows` rows of `columns` lanes, the rows `pitch` lanes apart. Their elements lie
// `row_stride` from row to row and `stride` from lane to lane.
typedef struct {
  size_t rows, columns, pitch, row_stride, stride;
} weft_grid;

// Elements of `bytes` bytes, 1 or 2, to lanes, and back.
void weft_gather(const weft_grid *grid, const uint8_t *elements, uint8_t *lanes, unsigned bytes);
void weft_scatter(const weft_grid *grid, const uint8_t *lanes, uint8_t *elements, unsigned bytes);
// Elements of one byte to lanes of two.
void weft_widen(const uint8_t *bytes, size_t count, int is_signed, uint8_t *lanes);

// Asks for the lines of `count` bytes that are written soon.
void weft_expect_stores(const uint8_t *target, size_t count);
// Makes what this thread has written around the caches come before what it writes next, for other threads: who asked a
// kernel for that (`weft_streams`) calls this before anyone is told.
void weft_settle_stores(void);

// The kernels of this build, the slowest first; null past the last one.
const weft_kernel *weft_kernel_at(size_t place);

#endif
