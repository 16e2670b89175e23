// Counts of groups by the precision that they need, of every size asked for and under both readings, from the lanes of
// a batch.
#ifndef WEFT_AVX512_GROUP_COUNTS_H
#define WEFT_AVX512_GROUP_COUNTS_H

#include "columns.h"
#include "histogram.h"

enum { batch_lanes = 1024, tile = 8, most_sizes = 6, first_joint = 2 };

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

// Where the groups of 32 lanes lie among bytes of batches, then those of 64, of 128 and of 256, as they are joined.
#define WEFT_JOINT(i, skip) ((skip) * ((i) / 2) + ((i) & 1))
WEFT_PERMUTATION(
  joint_places, i < 32   ? WEFT_JOINT(i, 4)
                : i < 48 ? WEFT_JOINT(i - 32, 8)
                : i < 56 ? WEFT_JOINT(i - 48, 16)
                         : WEFT_JOINT(i & 3, 32))

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

// Groups of 32 lanes and more are so few in a batch that they are counted together: bytes 0...31 are those of 32 lanes,
// then come 16 of 64, 8 of 128 and 4 of 256.
typedef struct {
  byte_counters now;
  uint64_t counts[most_sizes - first_joint][16];
} joint_histogram;

// Groups by length, without and with a sign, for each size that is asked for.
typedef struct {
  histogram positive[first_joint], negative[first_joint];
  joint_histogram joint_positive, joint_negative;
  unsigned batches; // since byte counters were taken out
} size_counts;

// Batches that byte counters hold: groups of eight lanes are counted twice in each.
enum { most_batches = most_added / 2 };

WEFT_INLINE void clear_joint(joint_histogram *h) {
  h->now.low = h->now.high = _mm512_setzero_si512();
  memset(h->counts, 0, sizeof h->counts);
}

static __attribute__((noinline)) WEFT_AVX512 void finish_joint(joint_histogram *h) {
  const __mmask64 words[most_sizes - first_joint] = {
    0x0F0F0F0F0F0F0F0F, 0x3030303030303030, 0x4040404040404040, 0x8080808080808080};
  for (unsigned i = 0; i < most_sizes - first_joint; i++) add_counters_of(&h->now, words[i], h->counts[i]);
  h->now.low = h->now.high = _mm512_setzero_si512();
}

// Counts the lengths of bits below 128 that are asked for: a look-up by either half, the greater one of which counts.
WEFT_INLINE void add_bits(byte_counters *c, __m512i bits, __mmask64 asked) {
  const __m512i low = _mm512_broadcast_i32x4(_mm_setr_epi8(1, 2, 4, 4, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16));
  const __m512i high =
    _mm512_broadcast_i32x4(_mm_setr_epi8(0, 32, 64, 64, -128, -128, -128, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bits, 4), _mm512_set1_epi8(15));
  __m512i places = _mm512_maskz_max_epu8(asked, _mm512_shuffle_epi8(low, bits), _mm512_shuffle_epi8(high, upper));
  c->low = _mm512_add_epi8(c->low, _mm512_popcnt_epi8(transpose_bits(places)));
}

WEFT_INLINE void add_magnitudes(byte_counters *c, __m512i magnitudes, __mmask64 asked, int wide) {
  if (wide) {
    count_bytes(c, magnitudes, asked, 0);
  } else {
    add_bits(c, magnitudes, asked);
  }
}

WEFT_INLINE void add_groups(
  byte_counters *positive, byte_counters *with_sign, __m512i magnitudes, uint64_t negative, uint64_t valid, int wide) {
  add_magnitudes(positive, magnitudes, valid & ~negative, wide);
  if (negative & valid) add_magnitudes(with_sign, magnitudes, valid & negative, wide);
}

static __attribute__((noinline)) WEFT_AVX512 void take_out_counts(size_counts *counts, unsigned sizes) {
  for (unsigned size = 0; size < first_joint; size++) {
    if (!(sizes >> size & 1)) continue;
    finish_histogram(counts->positive + size);
    finish_histogram(counts->negative + size);
  }
  if (sizes >> first_joint) {
    finish_joint(&counts->joint_positive);
    finish_joint(&counts->joint_negative);
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
    byte_counters *positive = &counts->positive[0].now, *with_sign = &counts->negative[0].now;
    add_groups(positive, with_sign, a.magnitudes, a.negative, there_a, wide);
    add_groups(positive, with_sign, b.magnitudes, b.negative, there_b, wide);
  }
  // From 16 lanes on both halves fit one register: the first one's groups in even bytes, the second one's in odd.
  __m512i x = _mm512_max_epu8(a.magnitudes, _mm512_srli_epi16(a.magnitudes, 8));
  __m512i y = _mm512_max_epu8(b.magnitudes, _mm512_slli_epi16(b.magnitudes, 8));
  x = _mm512_ternarylogic_epi64(_mm512_set1_epi16(0x00FF), x, y, 0xCA);
  uint64_t negative = ((a.negative | a.negative >> 1) & 0x5555555555555555)
    | ((b.negative | b.negative << 1) & 0xAAAAAAAAAAAAAAAA);
  const uint64_t valid = (there_a & 0x5555555555555555) | (there_b & 0x5555555555555555) << 1;
  if (sizes & 2) add_groups(&counts->positive[1].now, &counts->negative[1].now, x, negative, valid, wide);
  if (sizes < 4) return;
  const __m512i places = joint_places();
  const uint64_t of_32 = 0x3333333333333333, of_64 = 0x0303030303030303, of_128 = 0x0003000300030003,
                 of_256 = 0x0000000300000003;
  x = _mm512_max_epu8(x, _mm512_srli_epi32(x, 16));
  __m512i joint = _mm512_permutexvar_epi8(places, x);
  x = _mm512_max_epu8(x, _mm512_srli_epi64(x, 32));
  joint = _mm512_mask_permutexvar_epi8(joint, 0xFFFFULL << 32, places, x);
  x = _mm512_max_epu8(x, _mm512_bsrli_epi128(x, 8));
  joint = _mm512_mask_permutexvar_epi8(joint, 0xFFULL << 48, places, x);
  x = _mm512_max_epu8(x, _mm512_shuffle_i64x2(x, x, 0xB1));
  joint = _mm512_mask_permutexvar_epi8(joint, 0xFFULL << 56, places, x);
  const uint64_t n_32 = negative | negative >> 2, n_64 = n_32 | n_32 >> 4, n_128 = n_64 | n_64 >> 8,
                 n_256 = n_128 | n_128 >> 16;
  negative = _pext_u64(n_32, of_32) | _pext_u64(n_64, of_64) << 32 | _pext_u64(n_128, of_128) << 48
    | _pext_u64(n_256, of_256) << 56;
  const uint64_t there = _pext_u64(valid, of_32) | _pext_u64(valid, of_64) << 32 | _pext_u64(valid, of_128) << 48
    | _pext_u64(valid, of_256) << 56;
  add_groups(&counts->joint_positive.now, &counts->joint_negative.now, joint, negative, there, wide);
}

WEFT_INLINE void clear_counts(size_counts *counts) {
  for (unsigned size = 0; size < first_joint; size++) {
    clear_histogram(counts->positive + size);
    clear_histogram(counts->negative + size);
  }
  clear_joint(&counts->joint_positive);
  clear_joint(&counts->joint_negative);
  counts->batches = 0;
}

static __attribute__((noinline)) WEFT_AVX512 void finish_counts(
  size_counts *counts, unsigned sizes, unsigned width, weft_precision_counts *into) {
  take_out_counts(counts, sizes);
  for (unsigned size = 0; size < most_sizes; size++) {
    if (!(sizes >> size & 1)) continue;
    const int is_joint = size >= first_joint;
    const uint64_t *positive =
      is_joint ? counts->joint_positive.counts[size - first_joint] : counts->positive[size].counts;
    const uint64_t *negative =
      is_joint ? counts->joint_negative.counts[size - first_joint] : counts->negative[size].counts;
    for (unsigned length = 0; length < 16; length++) {
      const int64_t without = (int64_t)positive[length], with = (int64_t)negative[length];
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
