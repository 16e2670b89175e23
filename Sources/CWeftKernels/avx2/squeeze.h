// Rows of blocks of several groups without the words that are not stored, and back; eight units of a word or a part of
// one at a time, by shuffles from a table.
#ifndef WEFT_AVX2_SQUEEZE_H
#define WEFT_AVX2_SQUEEZE_H

#include "registers.h"

// By a mask of eight units: where the bytes of those that are kept come from, and where they return to. Units have two
// bytes, or one.
extern const uint8_t weft_squeeze_words[256][16];
extern const uint8_t weft_spread_words[256][16];
extern const uint8_t weft_squeeze_bytes[256][8];
extern const uint8_t weft_spread_bytes[256][8];

WEFT_INLINE __m128i squeezed_words(__m128i x, unsigned mask) {
  return _mm_shuffle_epi8(x, _mm_load_si128((const __m128i *)weft_squeeze_words[mask]));
}

WEFT_INLINE __m128i spread_words(__m128i x, unsigned mask) {
  return _mm_shuffle_epi8(x, _mm_load_si128((const __m128i *)weft_spread_words[mask]));
}

WEFT_INLINE __m128i squeezed_bytes(__m128i x, unsigned mask) {
  return _mm_shuffle_epi8(x, _mm_loadl_epi64((const __m128i *)weft_squeeze_bytes[mask]));
}

WEFT_INLINE __m128i spread_bytes(__m128i x, unsigned mask) {
  return _mm_shuffle_epi8(x, _mm_loadl_epi64((const __m128i *)weft_spread_bytes[mask]));
}

// Which of 16 units have more than `level` planes.
WEFT_INLINE unsigned units_above(const uint8_t *stored, __m128i level) {
  return (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(_mm_loadu_si128((const __m128i *)stored), level));
}

// Squeezes `planes` rows of `units` units, a multiple of 16, `stored` being each one's planes. Writes up to 16 bytes
// past the end that it returns.
WEFT_INLINE uint8_t *squeeze_rows(
  const uint8_t *rows, size_t pitch, const uint8_t *stored, unsigned units, unsigned planes, uint8_t *out,
  unsigned unit_bytes) {
  for (unsigned plane = 0; plane < planes; plane++) {
    const __m128i level = _mm_set1_epi8((char)plane);
    const uint8_t *row = rows + plane * pitch;
    for (unsigned unit = 0; unit < units; unit += 16) {
      const unsigned kept = units_above(stored + unit, level);
      for (unsigned half = 0; half < 2; half++, row += 8 * unit_bytes) {
        const unsigned mask = kept >> (8 * half) & 255;
        if (unit_bytes == 2) {
          _mm_storeu_si128((__m128i *)out, squeezed_words(_mm_load_si128((const __m128i *)row), mask));
        } else {
          _mm_storel_epi64((__m128i *)out, squeezed_bytes(_mm_loadl_epi64((const __m128i *)row), mask));
        }
        out += (unsigned)_mm_popcnt_u32(mask) * unit_bytes;
      }
    }
  }
  return out;
}

// The inverse, zeros where nothing is stored. Reads up to 16 bytes past the end that it returns.
WEFT_INLINE const uint8_t *spread_rows(
  const uint8_t *from, size_t pitch, const uint8_t *stored, unsigned units, unsigned planes, uint8_t *rows,
  unsigned unit_bytes) {
  for (unsigned plane = 0; plane < planes; plane++) {
    const __m128i level = _mm_set1_epi8((char)plane);
    uint8_t *row = rows + plane * pitch;
    for (unsigned unit = 0; unit < units; unit += 16) {
      const unsigned kept = units_above(stored + unit, level);
      for (unsigned half = 0; half < 2; half++, row += 8 * unit_bytes) {
        const unsigned mask = kept >> (8 * half) & 255;
        if (unit_bytes == 2) {
          _mm_store_si128((__m128i *)row, spread_words(_mm_loadu_si128((const __m128i *)from), mask));
        } else {
          _mm_storel_epi64((__m128i *)row, spread_bytes(_mm_loadl_epi64((const __m128i *)from), mask));
        }
        from += (unsigned)_mm_popcnt_u32(mask) * unit_bytes;
      }
    }
  }
  return from;
}

#endif
