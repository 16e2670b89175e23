// Frames with any kernel: checksums part by part, and zero compaction piece by piece.
#include "kernels.h"

// So many lanes' rows are in the first-level cache when their checksum is taken, or in the second-level one where hardly
// anything is saved.
enum { part_lanes = 4 * weft_piece_lanes };

static size_t lanes_of(size_t count, size_t first, size_t most) {
  return count - first < most ? count - first : most;
}

static size_t lanes_of_piece(size_t count, size_t piece) {
  return lanes_of(count, piece * weft_piece_lanes, weft_piece_lanes);
}

static size_t groups_of(const weft_coding *coding, size_t lanes) {
  return (lanes + ((size_t)1 << coding->group_log2) - 1) >> coding->group_log2;
}

int64_t weft_encode_by_parts(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes,
  uint8_t *indices, uint8_t *payload, size_t room, uint32_t *checksum) {
  int64_t bytes = 0;
  for (size_t first = 0; first < count; first += part_lanes) {
    const size_t here = lanes_of(count, first, part_lanes);
    const int64_t more = kernel->encode(
      coding, lanes + first * coding->lane_bytes, here, block_lanes, indices, payload + bytes, room - (size_t)bytes);
    if (more < 0) return -1;
    *checksum = kernel->crc32c(*checksum, payload + bytes, (size_t)more);
    bytes += more;
    indices += groups_of(coding, here);
  }
  return bytes;
}

int64_t weft_encode(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes,
  uint8_t *indices, uint8_t *payload, size_t room, int flags, uint32_t *checksum) {
  return kernel->encode_summing
           ? kernel->encode_summing(coding, lanes, count, block_lanes, indices, payload, room, flags, checksum)
         : checksum
           ? weft_encode_by_parts(kernel, coding, lanes, count, block_lanes, indices, payload, room, checksum)
           : kernel->encode(coding, lanes, count, block_lanes, indices, payload, room);
}

int64_t weft_encode_pieces(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes,
  uint8_t *mask, uint8_t *dense, uint32_t *kept, uint8_t *indices, uint8_t *payload, size_t room) {
  const size_t piece_bytes = (size_t)weft_piece_lanes * coding->lane_bytes;
  int64_t bytes = 0;
  for (size_t piece = 0; piece * weft_piece_lanes < count; piece++) {
    const size_t here = lanes_of_piece(count, piece);
    const uint8_t *const first = lanes + piece * piece_bytes;
    kept[piece] = (uint32_t)kernel->compact(coding, first, here, mask + piece * (weft_piece_lanes / 8), dense);
    if (kept[piece] == 0) continue;
    const int64_t more =
      kernel->encode(coding, dense, kept[piece], block_lanes, indices, payload + bytes, room - (size_t)bytes);
    if (more < 0) return -1;
    bytes += more;
    indices += groups_of(coding, kept[piece]);
  }
  return bytes;
}

void weft_decode_by_parts(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices,
  size_t count, size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  const size_t word = (size_t)1 << (coding->group_log2 - 3);
  for (size_t first = 0; first < count; first += part_lanes) {
    const size_t here = lanes_of(count, first, part_lanes), groups = groups_of(coding, here);
    const size_t used = (size_t)kernel->sum_precisions(coding, indices, groups, 0) * word;
    *checksum = kernel->crc32c(*checksum, payload, used);
    kernel->decode(coding, payload, bytes, indices, here, block_lanes, flags, lanes + first * coding->lane_bytes);
    payload += used;
    bytes -= used;
    indices += groups;
  }
}

void weft_decode(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices,
  size_t count, size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum) {
  if (!checksum) {
    kernel->decode(coding, payload, bytes, indices, count, block_lanes, flags, lanes);
  } else if (kernel->decode_summing) {
    kernel->decode_summing(coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
  } else {
    weft_decode_by_parts(kernel, coding, payload, bytes, indices, count, block_lanes, flags, lanes, checksum);
  }
}

void weft_decode_pieces(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices,
  const uint8_t *mask, const uint32_t *kept, size_t count, size_t block_lanes, int flags, uint8_t *dense,
  uint8_t *lanes, uint32_t *checksum) {
  const size_t piece_bytes = (size_t)weft_piece_lanes * coding->lane_bytes;
  const size_t word = (size_t)1 << (coding->group_log2 - 3);
  // Pieces of one-byte lanes are so short that writing them around the caches stalls more than it saves.
  if (coding->lane_bytes == 1) flags &= ~weft_streams;
  const uint8_t *const first = payload;
  for (size_t piece = 0; piece * weft_piece_lanes < count; piece++) {
    const size_t groups = groups_of(coding, kept[piece]);
    const size_t used = (size_t)kernel->sum_precisions(coding, indices, groups, 0) * word;
    if (kept[piece] > 0) {
      // What may be read is all that is left, which spares copies.
      kernel->decode(
        coding, payload, bytes, indices, kept[piece], block_lanes, flags & ~weft_streams, dense);
    }
    kernel->expand(
      coding, dense, mask + piece * (weft_piece_lanes / 8), lanes_of_piece(count, piece), flags,
      lanes + piece * piece_bytes);
    payload += used;
    bytes -= used;
    indices += groups;
  }
  if (checksum) *checksum = kernel->crc32c(*checksum, first, (size_t)(payload - first));
}

int weft_sum_pieces(
  const weft_kernel *kernel, const weft_coding *coding, const uint8_t *indices, const uint32_t *groups, size_t pieces,
  int64_t *counts, uint32_t *sums) {
  if (kernel->sum_pieces) return kernel->sum_pieces(coding, indices, groups, pieces, counts, sums);
  const uint8_t *next = indices;
  for (size_t piece = 0; piece < pieces; piece++) {
    const int64_t sum = kernel->sum_precisions(coding, next, groups[piece], 0);
    if (sum < 0) return 0;
    sums[piece] = (uint32_t)sum;
    next += groups[piece];
  }
  // Counting once costs less than beginning and ending a count for every piece.
  return kernel->sum_precisions(coding, indices, (size_t)(next - indices), counts) >= 0;
}
