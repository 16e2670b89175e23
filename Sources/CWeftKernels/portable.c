// C without any instruction set of its own: eight bytes at a time in ordinary registers.
#define KERNEL(name) portable_##name
#define KERNEL_TARGET
#include <stdint.h>

#include "bits.h"
#include "generic.h"
#include "search.h"
#include "portable.h"

static int is_supported(void) { return 1; }

const weft_kernel weft_portable_kernel = {
  .name = "portable",
  .cpu = "any, little-endian",
  .is_supported = is_supported,
  .encode = KERNEL(encode),
  .decode = KERNEL(decode),
  .compact = KERNEL(compact),
  .expand = KERNEL(expand),
  .search = KERNEL(search),
  .pack_headers = weft_portable_pack_headers,
  .unpack_headers = weft_portable_unpack_headers,
  .sum_precisions = KERNEL(sum_precisions),
  .survey = KERNEL(survey),
  .count_bits = weft_portable_count_bits,
  .move_down = weft_portable_move_down,
  .crc32c = weft_portable_crc32c,
  .join_checksums = weft_portable_join_checksums,
};
