// Scalar instructions that several x86 kernels use.
#if defined(__x86_64__)
#include <cpuid.h>
#include "crc32c.h"
#include "kernels.h"

int weft_has_avx2(void) {
  const unsigned first = bit_SSE4_2 | bit_PCLMUL | bit_POPCNT | bit_OSXSAVE | bit_AVX;
  const unsigned seventh = bit_BMI | bit_AVX2 | bit_BMI2;
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & first) != first) return 0;
  // The system must keep the wide registers.
  __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  if ((a & 6) != 6) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & seventh) != seventh) return 0;
  return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
}

__attribute__((target("bmi2"))) void weft_bmi2_pack_headers(
  const uint8_t *indices, size_t count, unsigned bits, uint8_t *target) {
  if (bits == 0) return;
  const uint64_t fields = 0x0101010101010101ULL * ((1u << bits) - 1);
  size_t first = 0;
  // Whole words are stored while eight bytes of room are sure.
  for (; first + 64 <= count; first += 8) {
    uint64_t word;
    memcpy(&word, indices + first, 8);
    word = _pext_u64(word, fields);
    memcpy(target, &word, 8);
    target += bits;
  }
  for (; first < count; first += 8) {
    uint64_t word = 0;
    size_t here = count - first < 8 ? count - first : 8;
    memcpy(&word, indices + first, here);
    word = _pext_u64(word, fields);
    memcpy(target, &word, (here * bits + 7) / 8);
    target += bits;
  }
}

__attribute__((target("bmi2"))) void weft_bmi2_unpack_headers(
  const uint8_t *source, size_t count, unsigned bits, uint8_t *indices) {
  if (bits == 0) {
    memset(indices, 0, count);
    return;
  }
  const uint64_t fields = 0x0101010101010101ULL * ((1u << bits) - 1);
  size_t first = 0;
  for (; first + 64 <= count; first += 8) {
    uint64_t word;
    memcpy(&word, source, 8);
    word = _pdep_u64(word, fields);
    memcpy(indices + first, &word, 8);
    source += bits;
  }
  for (; first < count; first += 8) {
    uint64_t word = 0;
    size_t here = count - first < 8 ? count - first : 8;
    memcpy(&word, source, (here * bits + 7) / 8);
    word = _pdep_u64(word, fields);
    memcpy(indices + first, &word, here);
    source += bits;
  }
}

__attribute__((target("popcnt"))) size_t weft_popcnt_count_bits(const uint8_t *bytes, size_t count) {
  size_t bits = 0;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    bits += (size_t)__builtin_popcountll(word);
  }
  for (; count > 0; count--, bytes++) bits += (size_t)__builtin_popcount(*bytes);
  return bits;
}

// x^(8 * 2^i - 33) mod the polynomial, reflected: the product has another factor x for want of a shift, and the
// instruction that reduces it multiplies by x^32.
static const uint32_t join_keys[32] = {
  0xBF818109, 0x780D5A4D, 0x05EC76F1, 0x00000001, 0x493C7D27, 0xBA4FC28E, 0x9E4ADDF8, 0x0D3B6092,
  0xB9E02B86, 0xDD7E3B0C, 0x170076FA, 0xA51B6135, 0x82F89C77, 0x54A86326, 0x1DC403CC, 0x5AE703AB,
  0xC5013A36, 0xAC2AC6DD, 0x9B4615A9, 0x688D1C61, 0xF6AF14E6, 0xB6FFE386, 0xB717425B, 0x478B0D30,
  0x54CC62E5, 0x7B2102EE, 0x8A99ADEF, 0xA7568C8F, 0xD610D67E, 0x6B086B3F, 0xD94F3C0B, 0xBF818109,
};

__attribute__((target("sse4.2,pclmul"))) uint32_t weft_sse42_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
  uint64_t state = (uint32_t)~crc;
  for (; count >= 3 * 1024; count -= 3 * 1024, bytes += 3 * 1024) {
    state = take_thirds(state, bytes, 1024, join_keys[10], join_keys[11]);
  }
  for (; count >= crc32c_stretch; count -= crc32c_stretch, bytes += crc32c_stretch) {
    state = take_thirds(state, bytes, crc32c_part, CRC32C_BY_ONE, CRC32C_BY_TWO);
  }
  for (; count >= 8; count -= 8, bytes += 8) state = take_word(state, bytes);
  for (; count > 0; count--, bytes++) state = _mm_crc32_u8((uint32_t)state, *bytes);
  return ~(uint32_t)state;
}

__attribute__((target("sse4.2,pclmul"))) uint32_t weft_pclmul_join_checksums(
  uint32_t first, uint32_t second, size_t count) {
  for (uint32_t left = (uint32_t)count; left > 0; left &= left - 1) {
    const __m128i key = _mm_cvtsi32_si128((int)join_keys[__builtin_ctz(left)]);
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128((int)first), key, 0x00);
    first = (uint32_t)_mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
  }
  return first ^ second;
}
#endif
