// The plain loops, for any CPU.
#include "generic.h"

static int is_supported(void) { return 1; }

static void accumulate(const weft_tile *tile, const weft_factors *factors, int64_t *sums) {
  generic_accumulate(tile, factors, sums);
}

static void gather(
  const uint16_t *source, size_t plane_stride, unsigned planes, const weft_window_run *runs, size_t run_count,
  unsigned shift, uint16_t mask, unsigned rise, int adds, uint16_t *target) {
  generic_gather(source, plane_stride, planes, runs, run_count, shift, mask, rise, adds, target);
}

static void widths(const uint16_t *tile, unsigned planes, int is_signed, uint8_t *widths) {
  generic_widths(tile, planes, is_signed, widths);
}

static void values(
  const uint16_t *words, size_t plane_stride, unsigned planes, int is_signed, unsigned count, int32_t *target,
  size_t stride) {
  generic_values(words, plane_stride, planes, is_signed, count, target, stride);
}

static int64_t finish(
  int64_t *sums, int32_t *outputs, size_t count, unsigned scale, int64_t bias, unsigned shift, int64_t zero_point,
  int64_t low, int64_t high, int64_t limit) {
  return generic_finish(sums, outputs, count, scale, bias, shift, zero_point, low, high, limit);
}

static uint64_t limit(const uint64_t *words, size_t count, size_t rounds) {
  return generic_limit(words, count, rounds);
}

const weft_array_kernel weft_array_portable_kernel = {
  .name = "portable",
  .cpu = "",
  .is_supported = is_supported,
  .accumulate = accumulate,
  .gather = gather,
  .widths = widths,
  .values = values,
  .finish = finish,
  .limit = limit,
};
