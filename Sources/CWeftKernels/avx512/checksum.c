#if defined(__x86_64__)
// Checksums: carry-less multiplication and the checksum's own instruction side by side, since each keeps only one part
// of the CPU busy.
#include "../crc32c.h"
#include "checksum.h"

// A stretch of bytes: what the instruction takes, in four parts that do not wait for one another, and then what is
// multiplied, 256 bytes at a time beside 32 of each part.
enum { part = 256, steps = 8, stretch = 4 * part + steps * checksum_block };

// What fits the first-level cache gains little by both at once, and measured packing from memory, which goes on after the
// checksum of a frame, is slowed by more than that.
enum { shortest = 10 * stretch };

// Takes one stretch: `keys` move the sums from their place to the first block of this one.
WEFT_INLINE void take_stretch(__m512i sums[4], __m512i keys, uint32_t crc, const uint8_t *bytes, int is_first) {
  // From the end of each part to the beginning of the last block, or to 16 bytes behind it.
  const __m256i of_parts = _mm256_set_epi32(
    0, (int)0x88F61445, 0, (int)0xE0863E56, 0, (int)0x6E221ADC, 0, (int)0xB8B67C1C);
  uint64_t a = crc, b = 0, c = 0, d = 0;
  const uint8_t *blocks = bytes + 4 * part;
#pragma clang loop unroll(full)
  for (unsigned step = 0; step < steps; step++) {
    for (unsigned i = 0; i < 4; i++) {
      __m512i next = _mm512_loadu_si512(blocks + checksum_block * step + 64 * i);
      sums[i] = step > 0 ? fold_on(sums[i], by_block(), next) : is_first ? next : fold_on(sums[i], keys, next);
      const uint8_t *words = bytes + 32 * step + 8 * i;
      a = take_word(a, words);
      b = take_word(b, words + part);
      c = take_word(c, words + 2 * part);
      d = take_word(d, words + 3 * part);
      // The compiler must leave them side by side.
      __asm__("" : "+v"(sums[i]), "+r"(a), "+r"(b), "+r"(c), "+r"(d));
    }
  }
  const __m256i parts = _mm256_set_epi64x((long long)d, (long long)c, (long long)b, (long long)a);
  const __m256i sum = _mm256_xor_si256(
    _mm256_clmulepi64_epi128(parts, of_parts, 0x00), _mm256_clmulepi64_epi128(parts, of_parts, 0x11));
  sums[0] = _mm512_xor_si512(sums[0], _mm512_zextsi256_si512(sum));
}

WEFT_AVX512 uint32_t weft_avx512_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
  if (count < 2 * checksum_block) return weft_sse42_crc32c(crc, bytes, count);
  const uint8_t *const end = bytes + count;
  if (count >= 2 * stretch) {
    // Registers that lie in two lines each take more time than the few bytes before the first line that is whole.
    const size_t head = (size_t)(-(uintptr_t)bytes & 63);
    crc = weft_sse42_crc32c(crc, bytes, head);
    bytes += head;
  }
  __m512i sums[4];
  if (count >= shortest) {
    const __m512i by_parts = keys_of(0x74922601, 0xDD66CBBB);
    take_stretch(sums, by_parts, ~crc, bytes, 1);
    for (bytes += stretch; end - bytes >= stretch; bytes += stretch) take_stretch(sums, by_parts, 0, bytes, 0);
  } else {
    begin_sums(sums, crc, bytes);
    bytes += checksum_block;
  }
  bytes = take_blocks(sums, bytes, end);
  return end_sums(sums, bytes, (size_t)(end - bytes));
}

// Moves a block; all of it is loaded before anything is stored.
WEFT_INLINE void move_block(uint8_t *target, const uint8_t *source, __m512i sums[4], int is_first) {
  __m512i lines[4];
  for (unsigned i = 0; i < 4; i++) lines[i] = _mm512_loadu_si512(source + 64 * i);
  for (unsigned i = 0; i < 4; i++) {
    sums[i] = is_first ? lines[i] : fold_on(sums[i], by_block(), lines[i]);
    _mm512_storeu_si512(target + 64 * i, lines[i]);
  }
}

WEFT_AVX512 void weft_avx512_move_down(uint8_t *target, const uint8_t *source, size_t count, uint32_t *checksum) {
  if (!checksum || count < 2 * checksum_block) {
    if (checksum) *checksum = weft_avx512_crc32c(*checksum, source, count);
    memmove(target, source, count);
    return;
  }
  // Up to the first whole line.
  const size_t head = (size_t)(-(uintptr_t)target & 63);
  const uint32_t crc = weft_sse42_crc32c(*checksum, source, head);
  memmove(target, source, head);
  __m512i sums[4];
  size_t at = head;
  move_block(target + at, source + at, sums, 1);
  sums[0] = _mm512_xor_si512(sums[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
  for (at += checksum_block; count - at >= checksum_block; at += checksum_block) {
    move_block(target + at, source + at, sums, 0);
  }
  *checksum = end_sums(sums, source + at, count - at);
  memmove(target + at, source + at, count - at);
}
#endif
