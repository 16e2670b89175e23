// Lanes to planes and back for 32 to 256 lanes at a time, without regard to what is stored of the planes.
#ifndef WEFT_AVX512_COLUMNS_H
#define WEFT_AVX512_COLUMNS_H

#include "avx512.h"

// Eight lanes, low bytes and high bytes apart, last lane first.
WEFT_PERMUTATION(split_octets, (i % 16 < 8 ? 2 * (7 - i % 8) : 2 * (7 - i % 8) + 1))
WEFT_PERMUTATION(split_low, 2 * (8 * (i / 8) + 7 - i % 8))
WEFT_PERMUTATION(split_high, 2 * (8 * (i / 8) + 7 - i % 8) + 1)
WEFT_PERMUTATION(reverse_octets, (i & 8) + 7 - i % 8)
WEFT_PERMUTATION(join_octets, (i & 1) * 8 + i % 16 / 2)
// Bytes [octet][plane] to [plane][octet] for words of 2, 4 and 8 bytes.
WEFT_PERMUTATION(words_of_2, (i & 32) + (i & 1) * 16 + i % 32 / 2)
WEFT_PERMUTATION(words_of_2_before, ((i & 32) + (i & 1) * 16 + i % 32 / 2 - 1) & 63)
WEFT_PERMUTATION(words_of_4, 16 * (i & 3) + i / 4)
WEFT_PERMUTATION(words_of_8, 8 * (i & 7) + i / 8)
WEFT_PERMUTATION(bytes_words_of_2, (i & 1) * 8 + i % 16 / 2)
WEFT_PERMUTATION(bytes_words_of_4, (i & 32) + 8 * (i & 3) + i % 32 / 4)
// Two octet sets of 64 lanes to four words of 16 bytes: planes 0...3, planes 4...7.
WEFT_PERMUTATION(words_of_16_low, (i & 8 ? 64 : 0) + 8 * (i & 7) + i / 16)
WEFT_PERMUTATION(words_of_16_high, (i & 8 ? 64 : 0) + 8 * (i & 7) + i / 16 + 4)

// Bit lengths of bytes.
WEFT_INLINE __m512i lengths8(__m512i masks) {
  const __m512i table =
    _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4));
  const __m512i nibble = _mm512_set1_epi8(15);
  __m512i high = _mm512_and_si512(_mm512_srli_epi16(masks, 4), nibble);
  __m512i low = _mm512_shuffle_epi8(table, _mm512_and_si512(masks, nibble));
  __mmask64 tall = _mm512_test_epi8_mask(high, high);
  return _mm512_mask_add_epi8(low, tall, _mm512_shuffle_epi8(table, high), _mm512_set1_epi8(4));
}

// Rows of 16 bytes, eight planes of 128 lanes.
WEFT_INLINE void rows_of_16(const __m512i octets[2], __m512i rows[2]) {
  rows[0] = _mm512_permutex2var_epi8(octets[0], words_of_16_low(), octets[1]);
  rows[1] = _mm512_permutex2var_epi8(octets[0], words_of_16_high(), octets[1]);
}

// Octet sets of 64 lanes, and of those after the next 64, to words of 8 bytes: two planes of the first, the same of the
// second, and the two planes above them of both. Words of two such registers that are interleaved then join.
#define WEFT_OF_TWO(i) (((i) & 16 ? 64 : 0) + 8 * ((i) & 7) + ((i) >> 5) + 2 * ((i) >> 3 & 1))
WEFT_PERMUTATION(words_of_two_low, WEFT_OF_TWO(i))
WEFT_PERMUTATION(words_of_two_high, WEFT_OF_TWO(i) + 4)

// Rows of 32 bytes, eight planes of 256 lanes, two a register.
WEFT_INLINE void rows_of_32(const __m512i octets[4], __m512i rows[4]) {
  for (unsigned half = 0; half < 2; half++) {
    const __m512i words = half ? words_of_two_high() : words_of_two_low();
    const __m512i even = _mm512_permutex2var_epi8(octets[0], words, octets[2]);
    const __m512i odd = _mm512_permutex2var_epi8(octets[1], words, octets[3]);
    rows[2 * half] = _mm512_unpacklo_epi64(even, odd);
    rows[2 * half + 1] = _mm512_unpackhi_epi64(even, odd);
  }
}

// Planes of 64 two-byte lanes: bytes [octet][plane], planes 0...7 and 8...15 apart.
WEFT_INLINE void octets16(const __m512i lanes[2], __m512i *low, __m512i *high) {
  *low = transpose_bits(_mm512_permutex2var_epi8(lanes[0], split_low(), lanes[1]));
  *high = transpose_bits(_mm512_permutex2var_epi8(lanes[0], split_high(), lanes[1]));
}

WEFT_INLINE __m512i octets8(__m512i lanes) { return transpose_bits(_mm512_shuffle_epi8(lanes, reverse_octets())); }

// Octets of two-byte lanes are taken in the order that makes interleaving put lanes in theirs.
#define WEFT_OCTET(q, wide) ((wide) ? ((q) & 1) * 4 + (q) / 2 : (q))

// Words of 8 bytes back to octets, last plane first as the transposition wants them.
WEFT_PERMUTATION(from_words_of_8_narrow, 8 * (7 - i % 8) + WEFT_OCTET(i / 8, 0))
WEFT_PERMUTATION(from_words_of_8_wide, 8 * (7 - i % 8) + WEFT_OCTET(i / 8, 1))

WEFT_INLINE __m512i from_words_of_8(__m512i rows, int wide) {
  return transpose_bits(_mm512_permutexvar_epi8(wide ? from_words_of_8_wide() : from_words_of_8_narrow(), rows));
}

// Permutations of whole words first and of bytes then: byte permutations of two registers take twice the time.
WEFT_INLINE void from_rows_of_16(const __m512i rows[2], __m512i octets[2], int wide) {
  const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
  const __m512i odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
  octets[0] = from_words_of_8(_mm512_permutex2var_epi64(rows[0], even, rows[1]), wide);
  octets[1] = from_words_of_8(_mm512_permutex2var_epi64(rows[0], odd, rows[1]), wide);
}

// Four rows of 32 bytes to groups of their bytes that belong to one octet, last row first: octets of 64 lanes and the
// next 64 by turns, in the order that unpacking two such registers wants.
#define WEFT_ROW(i) ((3 - (i) % 4) / 2 * 64 + (3 - (i) % 4) % 2 * 32)
#define WEFT_PLACE(i, wide) (((i) / 8 & 1) * 8 + WEFT_OCTET((i) / 16 * 2 + ((i) / 4 & 1), wide))
WEFT_PERMUTATION(from_four_rows_narrow, WEFT_ROW(i) + WEFT_PLACE(i, 0))
WEFT_PERMUTATION(from_four_rows_wide, WEFT_ROW(i) + WEFT_PLACE(i, 1))

WEFT_INLINE void from_rows_of_32(const __m512i rows[4], __m512i octets[4], int wide) {
  const __m512i first = wide ? from_four_rows_wide() : from_four_rows_narrow();
  const __m512i second = _mm512_add_epi8(first, _mm512_set1_epi8(16));
  __m512i low01 = _mm512_permutex2var_epi8(rows[0], first, rows[1]);
  __m512i low23 = _mm512_permutex2var_epi8(rows[0], second, rows[1]);
  __m512i high01 = _mm512_permutex2var_epi8(rows[2], first, rows[3]);
  __m512i high23 = _mm512_permutex2var_epi8(rows[2], second, rows[3]);
  octets[0] = transpose_bits(_mm512_unpacklo_epi32(high01, low01));
  octets[1] = transpose_bits(_mm512_unpackhi_epi32(high01, low01));
  octets[2] = transpose_bits(_mm512_unpacklo_epi32(high23, low23));
  octets[3] = transpose_bits(_mm512_unpackhi_epi32(high23, low23));
}

#endif
