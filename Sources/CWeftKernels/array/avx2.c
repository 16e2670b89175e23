// The plain loops as the compiler vectorises them for AVX2.
#if defined(__x86_64__)
#include "generic.h"

static int is_supported(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2"); }

__attribute__((target("avx2,popcnt,bmi2"))) static void accumulate(const weft_tile *tile, const weft_factors *factors, int64_t *sums) {
  generic_accumulate(tile, factors, sums);
}

__attribute__((target("avx2,popcnt,bmi2"))) static void gather(
  const uint16_t *source, size_t plane_stride, unsigned planes, const weft_window_run *runs, size_t run_count,
  unsigned shift, uint16_t mask, unsigned rise, int adds, uint16_t *target) {
  generic_gather(source, plane_stride, planes, runs, run_count, shift, mask, rise, adds, target);
}

__attribute__((target("avx2,popcnt,bmi2"))) static void widths(const uint16_t *tile, unsigned planes, int is_signed, uint8_t *widths) {
  generic_widths(tile, planes, is_signed, widths);
}

__attribute__((target("avx2,popcnt,bmi2"))) static uint64_t limit(const uint64_t *words, size_t count, size_t rounds) {
  return generic_limit(words, count, rounds);
}

const weft_array_kernel weft_array_avx2_kernel = {
  .name = "avx2",
  .cpu = "AVX2, POPCNT",
  .is_supported = is_supported,
  .accumulate = accumulate,
  .gather = gather,
  .widths = widths,
  .limit = limit,
};
#endif
