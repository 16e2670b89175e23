// Counts of groups by the precision that they need, of every size asked for and under both readings, from the lanes of
// a batch.
#ifndef WEFT_AVX512_GROUP_COUNTS_H
#define WEFT_AVX512_GROUP_COUNTS_H

#include "columns.h"
#include "histogram.h"

enum { batch_lanes = 1024, tile = 8, most_sizes = 6 };

// The bits of x as two's complement below its sign, ones where they differ from it, under the sign itself: the OR of
// these over a group tells its precision under both readings.
WEFT_INLINE __m512i spread16(__m512i x) {
  return _mm512_ternarylogic_epi64(x, _mm512_srai_epi16(x, 15), _mm512_set1_epi16(0x7FFF), 0x78);
}

WEFT_INLINE __m512i spread8(__m512i x) {
  return _mm512_gf2p8affine_epi64_epi8(x, _mm512_set1_epi64((long long)0x8182848890A0C080ULL), 0);
}

// Two tiles of words: octet o of 64 lies in tile o / 32, its low byte where joining left it.
#define WEFT_WORD(o) (64 * ((o) / 32) + 2 * (8 * ((o) % 4) + ((o) % 32 / 4 < 4 ? 2 * ((o) % 32 / 4) : 2 * ((o) % 32 / 4) - 7)))
WEFT_PERMUTATION(low_of_words, WEFT_WORD(i))
WEFT_PERMUTATION(high_of_words, WEFT_WORD(i) + 1)
// Register r, octet o: lane o / 2, then the octet's parity and the registers in the order that joining left them.
WEFT_PERMUTATION(
  octets_of_bytes, 16 * (i % 8 / 2) + 4 * (i % 8 % 2 + 2 * (i / 8 & 1)) + 2 * (i / 8 / 2 & 1) + i / 8 / 4)

WEFT_INLINE __m512i halves_64(__m512i a, __m512i b) {
  return _mm512_or_si512(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

WEFT_INLINE __m512i halves_32(__m512i a, __m512i b) {
  __m512 x = _mm512_castsi512_ps(a), y = _mm512_castsi512_ps(b);
  return _mm512_or_si512(
    _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0x88)), _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0xDD)));
}

WEFT_INLINE __m512i halves_16(__m512i a, __m512i b) {
  a = _mm512_or_si512(a, _mm512_srli_epi32(a, 16));
  b = _mm512_or_si512(b, _mm512_slli_epi32(b, 16));
  return _mm512_ternarylogic_epi64(_mm512_set1_epi32(0xFFFF), a, b, 0xCA);
}

WEFT_INLINE __m512i halves_8(__m512i a, __m512i b) {
  a = _mm512_or_si512(a, _mm512_srli_epi16(a, 8));
  b = _mm512_or_si512(b, _mm512_slli_epi16(b, 8));
  return _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), a, b, 0xCA);
}

// The OR of every eight lanes of eight registers: words as joining leaves them, bytes in their order.
WEFT_INLINE __m512i octets_of_tile(const __m512i x[tile], int wide) {
  if (wide) {
    __m512i a = halves_32(halves_64(x[0], x[1]), halves_64(x[2], x[3]));
    __m512i b = halves_32(halves_64(x[4], x[5]), halves_64(x[6], x[7]));
    return halves_16(a, b);
  }
  __m512i a = halves_16(halves_32(x[0], x[1]), halves_32(x[2], x[3]));
  __m512i b = halves_16(halves_32(x[4], x[5]), halves_32(x[6], x[7]));
  return _mm512_permutexvar_epi8(octets_of_bytes(), halves_8(a, b));
}

// Bit lengths of bytes below 128.
WEFT_INLINE __m512i lengths7(__m512i masks) {
  const __m512i low = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4));
  const __m512i high = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 5, 6, 6, 7, 7, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0));
  __m512i upper = _mm512_and_si512(_mm512_srli_epi16(masks, 4), _mm512_set1_epi8(15));
  return _mm512_max_epu8(_mm512_shuffle_epi8(low, masks), _mm512_shuffle_epi8(high, upper));
}

// What 64 octets need without their signs: of words the length, of bytes the bits, whose greatest has the greatest
// length; and which octets have a sign.
typedef struct {
  __m512i magnitudes;
  uint64_t negative;
} octet_needs;

WEFT_INLINE octet_needs needs_of_octets(const __m512i *tiles, int wide) {
  octet_needs result;
  if (!wide) {
    result.negative = _mm512_movepi8_mask(tiles[0]);
    result.magnitudes = _mm512_and_si512(tiles[0], _mm512_set1_epi8(127));
    return result;
  }
  __m512i low = _mm512_permutex2var_epi8(tiles[0], low_of_words(), tiles[1]);
  __m512i high = _mm512_permutex2var_epi8(tiles[0], high_of_words(), tiles[1]);
  result.negative = _mm512_movepi8_mask(high);
  high = _mm512_and_si512(high, _mm512_set1_epi8(127));
  __m512i upper = _mm512_add_epi8(lengths7(high), _mm512_set1_epi8(8));
  result.magnitudes = _mm512_mask_mov_epi8(lengths8(low), _mm512_test_epi8_mask(high, high), upper);
  return result;
}

// Groups by length, without and with a sign, for each size that is asked for.
typedef struct {
  histogram positive[most_sizes], negative[most_sizes];
  unsigned batches; // since byte counters were taken out
} size_counts;

// Batches that byte counters hold: groups of eight lanes are counted twice in each.
enum { most_batches = most_added / 2 };

// Counts the lengths of bits below 128 that are asked for: a look-up by either half, the greater one of which counts.
WEFT_INLINE void add_bits(histogram *h, __m512i bits, __mmask64 asked) {
  const __m512i low = _mm512_broadcast_i32x4(_mm_setr_epi8(1, 2, 4, 4, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16));
  const __m512i high =
    _mm512_broadcast_i32x4(_mm_setr_epi8(0, 32, 64, 64, -128, -128, -128, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bits, 4), _mm512_set1_epi8(15));
  __m512i places = _mm512_maskz_max_epu8(asked, _mm512_shuffle_epi8(low, bits), _mm512_shuffle_epi8(high, upper));
  h->now.low = _mm512_add_epi8(h->now.low, _mm512_popcnt_epi8(transpose_bits(places)));
}

WEFT_INLINE void add_magnitudes(histogram *h, __m512i magnitudes, __mmask64 asked, int wide) {
  if (wide) {
    count_bytes(&h->now, magnitudes, asked, 0);
  } else {
    add_bits(h, magnitudes, asked);
  }
}

WEFT_INLINE void add_groups(
  size_counts *counts, unsigned size, __m512i magnitudes, uint64_t negative, uint64_t valid, int wide) {
  add_magnitudes(counts->positive + size, magnitudes, valid & ~negative, wide);
  if (negative & valid) add_magnitudes(counts->negative + size, magnitudes, valid & negative, wide);
}

static __attribute__((noinline)) WEFT_AVX512 void take_out_counts(size_counts *counts, unsigned sizes) {
  for (unsigned size = 0; size < most_sizes; size++) {
    if (!(sizes >> size & 1)) continue;
    finish_histogram(counts->positive + size);
    finish_histogram(counts->negative + size);
  }
  counts->batches = 0;
}

// Groups of every size asked for out of the octets of one batch, of which the first `octets` are there.
static __attribute__((noinline)) WEFT_AVX512 void add_batch(
  size_counts *counts, const __m512i *tiles, unsigned octets, unsigned sizes, int wide) {
  if (counts->batches == most_batches) take_out_counts(counts, sizes);
  counts->batches++;
  octet_needs a = needs_of_octets(tiles, wide), b = needs_of_octets(tiles + (wide ? 2 : 1), wide);
  const uint64_t there_a = octets >= 64 ? ~0ULL : _bzhi_u64(~0ULL, octets);
  const uint64_t there_b = octets >= 128 ? ~0ULL : octets > 64 ? _bzhi_u64(~0ULL, octets - 64) : 0;
  if (sizes & 1) {
    add_groups(counts, 0, a.magnitudes, a.negative, there_a, wide);
    add_groups(counts, 0, b.magnitudes, b.negative, there_b, wide);
  }
  // From 16 lanes on both halves fit one register: the first one's groups in even bytes, the second one's in odd.
  __m512i x = _mm512_max_epu8(a.magnitudes, _mm512_srli_epi16(a.magnitudes, 8));
  __m512i y = _mm512_max_epu8(b.magnitudes, _mm512_slli_epi16(b.magnitudes, 8));
  x = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), x, y, 0xCA);
  uint64_t negative = ((a.negative | a.negative >> 1) & 0x5555555555555555)
    | ((b.negative | b.negative << 1) & 0xAAAAAAAAAAAAAAAA);
  const uint64_t valid = (there_a & 0x5555555555555555) | (there_b & 0x5555555555555555) << 1;
  if (sizes & 2) add_groups(counts, 1, x, negative, valid, wide);
  if (sizes < 4) return;
  x = _mm512_max_epu8(x, _mm512_srli_epi32(x, 16));
  negative |= negative >> 2;
  if (sizes & 4) add_groups(counts, 2, x, negative, valid & 0x3333333333333333, wide);
  x = _mm512_max_epu8(x, _mm512_srli_epi64(x, 32));
  negative |= negative >> 4;
  if (sizes & 8) add_groups(counts, 3, x, negative, valid & 0x0303030303030303, wide);
  x = _mm512_max_epu8(x, _mm512_bsrli_epi128(x, 8));
  negative |= negative >> 8;
  if (sizes & 16) add_groups(counts, 4, x, negative, valid & 0x0003000300030003, wide);
  x = _mm512_max_epu8(x, _mm512_shuffle_i64x2(x, x, 0xB1));
  negative |= negative >> 16;
  if (sizes & 32) add_groups(counts, 5, x, negative, valid & 0x0000000300000003, wide);
}

WEFT_INLINE void clear_counts(size_counts *counts, unsigned sizes) {
  for (unsigned size = 0; size < most_sizes; size++) {
    if (!(sizes >> size & 1)) continue;
    clear_histogram(counts->positive + size);
    clear_histogram(counts->negative + size);
  }
  counts->batches = 0;
}

static __attribute__((noinline)) WEFT_AVX512 void finish_counts(
  size_counts *counts, unsigned sizes, unsigned width, weft_precision_counts *into) {
  take_out_counts(counts, sizes);
  for (unsigned size = 0; size < most_sizes; size++) {
    if (!(sizes >> size & 1)) continue;
    for (unsigned length = 0; length < 16; length++) {
      const int64_t without = (int64_t)counts->positive[size].counts[length];
      const int64_t with = (int64_t)counts->negative[size].counts[length];
      into[size].as_unsigned[length] += without;
      into[size].as_unsigned[width] += with;
      // Two's complement takes a bit for the sign, unless there are zeros only. Length 16 is an unsigned reading's.
      into[size].as_signed[length == 0 ? 0 : length + 1] += without;
      into[size].as_signed[length + 1] += with;
    }
  }
}

// Spread bits that lie together, zeros behind the last ones.
static __attribute__((noinline)) WEFT_AVX512 void add_spread(
  size_counts *counts, const uint8_t *spread, unsigned count, unsigned sizes, int wide) {
  __m512i tiles[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  const unsigned tile_lanes = tile * 64 / (wide ? 2 : 1);
  for (unsigned t = 0; t * tile_lanes < count; t++) {
    __m512i x[tile];
    for (unsigned i = 0; i < tile; i++) x[i] = _mm512_loadu_si512(spread + 64 * (tile * t + i));
    tiles[t] = octets_of_tile(x, wide);
  }
  add_batch(counts, tiles, (count + 7) / 8, sizes, wide);
}

#endif
