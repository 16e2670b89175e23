#if defined(__x86_64__)
// Packing where a block is one group: the group's rows lie together. A large group is stored whole and the next one is
// stored over what it does not need.
#include "halves.h"
#include "large.h"
#include "parts.h"

WEFT_INLINE int64_t encode_all(
  const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, const row_request *request,
  unsigned group_lanes, int wide, int plain, int is_signed) {
  const unsigned group_bytes = group_lanes * (wide ? 2 : 1);
  return group_bytes < 32    ? encode_parts(coding, lanes, count, indices, request, group_lanes, wide, plain, is_signed)
         : group_bytes == 32 ? encode_halves(coding, lanes, count, indices, request, group_lanes, wide, plain, is_signed)
                             : encode_large(coding, lanes, count, indices, request, group_lanes, wide, plain, is_signed);
}

// Functions of their own: without optimisation all that is inlined into one takes stack at once.
#define WEFT_ENCODE_ONE(name, group_lanes, wide, plain, is_signed)                                                   \
  WEFT_AVX512 static int64_t name(                                                                                   \
    const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, const row_request *request) {   \
    return encode_all(coding, lanes, count, indices, request, group_lanes, wide, plain, is_signed);                  \
  }

#define WEFT_ENCODE(name, group_lanes, wide)                                                                         \
  WEFT_ENCODE_ONE(name##_plain_signed, group_lanes, wide, 1, 1)                                                      \
  WEFT_ENCODE_ONE(name##_plain, group_lanes, wide, 1, 0)                                                             \
  WEFT_ENCODE_ONE(name##_signed, group_lanes, wide, 0, 1)                                                            \
  WEFT_ENCODE_ONE(name##_any, group_lanes, wide, 0, 0)                                                               \
  WEFT_AVX512 static int64_t name(                                                                                   \
    const weft_coding *coding, const uint8_t *lanes, size_t count, uint8_t *indices, const row_request *request) {   \
    const int plain = coding->rebase == 0 && coding->width == ((wide) ? 16 : 8);                                     \
    return plain && coding->is_signed ? name##_plain_signed(coding, lanes, count, indices, request)                  \
           : plain                    ? name##_plain(coding, lanes, count, indices, request)                         \
           : coding->is_signed        ? name##_signed(coding, lanes, count, indices, request)                        \
                                      : name##_any(coding, lanes, count, indices, request);                          \
  }

WEFT_ENCODE(encode_8_bytes, 8, 0)
WEFT_ENCODE(encode_16_bytes, 16, 0)
WEFT_ENCODE(encode_32_bytes, 32, 0)
WEFT_ENCODE(encode_64_bytes, 64, 0)
WEFT_ENCODE(encode_128_bytes, 128, 0)
WEFT_ENCODE(encode_256_bytes, 256, 0)
WEFT_ENCODE(encode_8_words, 8, 1)
WEFT_ENCODE(encode_16_words, 16, 1)
WEFT_ENCODE(encode_32_words, 32, 1)
WEFT_ENCODE(encode_64_words, 64, 1)
WEFT_ENCODE(encode_128_words, 128, 1)
WEFT_ENCODE(encode_256_words, 256, 1)

WEFT_AVX512 int64_t weft_avx512_encode_summing(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room, int flags, uint32_t *checksum) {
  const row_request request = {payload, room, checksum, (flags & weft_streams) != 0};
  if (block_lanes > (size_t)1 << coding->group_log2) {
    return weft_avx512_encode_rows(coding, lanes, count, block_lanes, indices, &request);
  }
  int64_t (*const table[2][6])(
    const weft_coding *, const uint8_t *, size_t, uint8_t *, const row_request *) = {
    {encode_8_bytes, encode_16_bytes, encode_32_bytes, encode_64_bytes, encode_128_bytes, encode_256_bytes},
    {encode_8_words, encode_16_words, encode_32_words, encode_64_words, encode_128_words, encode_256_words},
  };
  return table[coding->lane_bytes - 1][coding->group_log2 - 3](coding, lanes, count, indices, &request);
}

WEFT_AVX512 int64_t weft_avx512_encode(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room) {
  return weft_avx512_encode_summing(coding, lanes, count, block_lanes, indices, payload, room, 0, 0);
}
#endif
