#if defined(__x86_64__)
#include "../kernels.h"
#include "avx512.h"
#include "lanes.h"

static int is_supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
    && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi")
    && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bitalg")
    && __builtin_cpu_supports("gfni") && __builtin_cpu_supports("vpclmulqdq") && __builtin_cpu_supports("bmi2")
    && __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("sse4.2")
    && __builtin_cpu_supports("pclmul");
}

const weft_kernel weft_avx512_kernel = {
  .name = "avx512",
  .cpu = "AVX-512 F, BW, VL, DQ, CD, VBMI, VBMI2 and BITALG, GFNI, VPCLMULQDQ, BMI2",
  .is_supported = is_supported,
  .encode = weft_avx512_encode,
  .encode_summing = weft_avx512_encode_summing,
  .decode = weft_avx512_decode,
  .decode_summing = weft_avx512_decode_summing,
  .compact = weft_avx512_compact,
  .expand = weft_avx512_expand,
  .search = weft_avx512_search,
  .pack_headers = weft_avx512_pack_headers,
  .unpack_headers = weft_avx512_unpack_headers,
  .sum_precisions = weft_avx512_sum_precisions,
  .sum_pieces = weft_avx512_sum_pieces,
  .survey = weft_avx512_survey,
  .count_bits = weft_avx512_count_bits,
  .move_down = weft_avx512_move_down,
  .crc32c = weft_avx512_crc32c,
  .join_checksums = weft_pclmul_join_checksums,
};
#endif
