// CPU kernels of the codec. Each is the twin of a function of ScalarKernel (Sources/Weft/Kernels), which defines it.
//
// No function reads or writes outside the counts it is given. Pointers may have any alignment.
#ifndef WEFT_KERNELS_H
#define WEFT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// What a kernel knows of a tensor: the C form of GroupCoding. Lanes fill their container (width 8 or 16).
typedef struct {
  uint16_t rebase;
  uint8_t lane_bytes;
  uint8_t is_signed;
  uint8_t group_log2;
  /// Header index for each needed precision 0...16; 255 where none is large enough.
  uint8_t indices[17];
  /// Stored precision for each header index; 255 past the last.
  uint8_t precisions[16];
} weft_coding;

/// The functions of one instruction set. Those that pack and unpack take whole runs of `unit` lanes (blocks of one
/// group) and stop early where a buffer ends too close for whole registers; the caller does the rest.
typedef struct {
  const char *name;
  /// Packs up to `count` lanes; writes header indices and rows. Returns the lanes packed, a multiple of the group;
  /// `*bytes` gets the bytes of rows. Returns -1 when a group fits no table entry.
  int64_t (*encode)(const void *lanes, size_t count, const weft_coding *coding, uint8_t *indices, uint8_t *payload,
                    size_t capacity, size_t *bytes);
  /// Unpacks up to `count` lanes; returns the lanes unpacked, a multiple of the group; `*bytes` gets the bytes read.
  size_t (*decode)(const uint8_t *payload, size_t available, const uint8_t *indices, size_t count,
                   const weft_coding *coding, void *lanes, size_t *bytes);
  /// Adds needed precisions of whole groups to 17 counts a reading; returns the lanes counted.
  size_t (*count_precisions)(const void *lanes, size_t count, const weft_coding *coding, uint64_t *plain,
                             uint64_t *twos);
  /// Moves lanes that differ from the rebase constant together; returns how many there are.
  size_t (*compact)(const void *lanes, size_t count, const weft_coding *coding, uint8_t *mask, void *dense);
  /// The inverse of compact.
  void (*expand)(const void *dense, const uint8_t *mask, size_t count, const weft_coding *coding, void *lanes);
  /// Packs header indices, eight at a time; `count` is a multiple of 8 and the target begins at a byte.
  void (*pack_headers)(const uint8_t *indices, size_t count, unsigned bits, uint8_t *target);
  /// Unpacks header indices, eight at a time; `count` is a multiple of 8 and the source begins at a byte.
  void (*unpack_headers)(const uint8_t *source, size_t count, unsigned bits, uint8_t *indices);
  /// How often each of the 16 header indices occurs.
  void (*count_indices)(const uint8_t *indices, size_t count, uint64_t *counts);
  /// Sum of the stored precisions of header indices; -1 when one is past the table's last entry.
  int64_t (*stored_bits)(const uint8_t *indices, size_t count, const weft_coding *coding);
  /// CRC-32C of bytes appended to bytes whose CRC is `crc`.
  uint32_t (*crc32c)(uint32_t crc, const uint8_t *bytes, size_t count);
} weft_kernel;

/// The kernels that this CPU can run, slowest first; `*count` gets their number.
const weft_kernel *const *weft_kernels(size_t *count);

#endif
