// The inner loops of the bit-serial array for one instruction set each; every one gives the numbers of Loom's
// `ScalarArrayKernel`.
#ifndef CWEFTARRAY_H
#define CWEFTARRAY_H

#include <stddef.h>
#include <stdint.h>

enum { weft_tile_windows = 32 }; // windows side by side in a tile

// Neighbouring windows of a tile whose operands lie at equal distances.
typedef struct {
  int32_t window;   // first window of the tile
  int32_t count;
  int32_t stride;   // positions from one window to the next
  int64_t position; // first position in the source
} weft_window_run;

// One-bit operands of 32 windows: words of 16 products, plane by plane, brick by brick.
typedef struct {
  const uint16_t *words;   // word of (brick, plane, window) at brick * brick_stride + plane * 32 + window
  size_t brick_stride;
  const uint16_t *order;   // brick numbers, the widest first
  uint32_t at_least[18];   // how many bricks of `order` have this many planes or more
  int is_signed;           // the top plane of each brick is subtracted
} weft_tile;

// The other operand: words of 16 products of `item_count` items (filters).
typedef struct {
  const uint16_t *words;   // word of (item, plane, brick) at item * item_stride + plane * plane_stride + brick
  size_t item_stride;
  size_t plane_stride;
  uint32_t plane_count;
  int is_signed;           // the top plane is subtracted
  size_t item_count;
} weft_factors;

// Every function reads and writes exactly what its arguments say and nothing beside it.
typedef struct {
  const char *name;
  const char *cpu; // what the CPU must have
  int (*is_supported)(void);
  // Adds the inner products of every item with every window to sums[item * 32 + window]. At most 2,047 bricks.
  void (*accumulate)(const weft_tile *tile, const weft_factors *factors, int64_t *sums);
  // Lays the words of some windows side by side, `planes` planes of 32 words: `(word >> shift & mask) << rise`.
  // Windows without a run become 0; with `adds` they, and all bits, are kept.
  void (*gather)(
    const uint16_t *source, size_t plane_stride, unsigned planes, const weft_window_run *runs, size_t run_count,
    unsigned shift, uint16_t mask, unsigned rise, int adds, uint16_t *target);
  // The bits that each of 32 windows needs; 0 where its lanes are all 0.
  void (*widths)(const uint16_t *tile, unsigned planes, int is_signed, uint8_t *widths);
  // Puts the values of 16 lanes together: lane l's of window w at target[l * stride + w], for `count` (at most 32)
  // words a plane. Planes lie `plane_stride` words apart.
  void (*values)(
    const uint16_t *words, size_t plane_stride, unsigned planes, int is_signed, unsigned count, int32_t *target,
    size_t stride);
  // Completes `count` sums, `sum << scale` plus `bias`, and requantises them by a shift: `sum + 2^(shift-1) >> shift`
  // plus `zero_point`, clamped. Returns a negative number when a sum lies beyond `limit` or `-limit - 1`. No sum may
  // leave 62 bits; `shift` is 1...61.
  int64_t (*finish)(
    int64_t *sums, int32_t *outputs, size_t count, unsigned scale, int64_t bias, unsigned shift, int64_t zero_point,
    int64_t low, int64_t high, int64_t limit);
  // `rounds` times AND, popcount and add in four independent chains over `count` words of 64 bits, a multiple of 32
  // that stays in the L1 cache: the limit that `accumulate` is measured against. Returns a number to keep.
  uint64_t (*limit)(const uint64_t *words, size_t count, size_t rounds);
} weft_array_kernel;

// The kernels of this build, the slowest first; null past the last one.
const weft_array_kernel *weft_array_kernel_at(size_t place);

#endif
