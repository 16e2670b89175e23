// Packing of blocks of one group of 16 lanes, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// Header index and bytes of rows of a group by the planes that do not count, for each of which there are so many bits.
typedef struct {
  uint8_t index[17], step[17];
} group_looks;

KERNEL_INLINE void make_group_looks(
  const weft_coding *c, group_looks *looks, unsigned planes, unsigned bits, unsigned word) {
  for (unsigned zeros = 0; zeros <= bits * planes; zeros++) {
    const unsigned needed = planes - zeros / bits;
    looks->index[zeros] = c->index_of[needed];
    looks->step[zeros] = (uint8_t)(word * c->stored_of[needed]);
  }
}

// Bytes of rows of two groups.
typedef struct {
  uint8_t first, second;
} pair_steps;

// Of two groups, 16 bits each of `differ` telling which of their planes count. Writes their header indices; `fails` has
// its top bit set where one fits no table entry.
KERNEL_INLINE pair_steps look_up_two(const group_looks *looks, unsigned differ, uint8_t *indices, uint8_t *fails) {
  const unsigned first = (unsigned)_lzcnt_u32(differ << 16 | 0x8000);
  const unsigned second = (unsigned)_lzcnt_u32((differ & 0xFFFF0000) | 0x8000);
  indices[0] = looks->index[first];
  indices[1] = looks->index[second];
  *fails |= indices[0] | indices[1];
  return (pair_steps){looks->step[first], looks->step[second]};
}

// Two groups of 16 two-byte lanes at a time, one in the low halves of registers: each is stored whole, the next one over
// what it does not need.
KERNEL_INLINE int64_t encode_pairs(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room,
  uint32_t *checksum, int sums, int is_signed) {
  const value_rule rule = make_rule(c, is_signed, 1);
  const __m256i none = _mm256_setzero_si256();
  const uint8_t *end = payload + room;
  uint8_t *out = payload;
  uint8_t fails = 0;
  row_sum sum = begin_sum(payload, checksum);
  group_looks looks;
  make_group_looks(c, &looks, 16, 1, 2);
  size_t lane = 0;
  for (; lane + 32 <= count && end - out >= 64; lane += 32) {
    const uint8_t *from = lanes + 2 * lane;
    __m256i x[2] = {load_halves(from, from + 32), load_halves(from + 16, from + 48)};
    if (!rule.plain) x[0] = value_of_lane(x[0], &rule, 1), x[1] = value_of_lane(x[1], &rule, 1);
    planes_of_two(x);
    const __m256i low = x[0], high = x[1];
    // A plane counts when it differs from the plane below it (two's complement) or from zero.
    const __m256i below_low = is_signed ? _mm256_bslli_epi128(low, 2) : none;
    const __m256i below_high = is_signed ? _mm256_alignr_epi8(high, low, 14) : none;
    const __m256i same = _mm256_packs_epi16(_mm256_cmpeq_epi16(low, below_low), _mm256_cmpeq_epi16(high, below_high));
    const unsigned differ = ~(unsigned)_mm256_movemask_epi8(same);
    const pair_steps steps = look_up_two(&looks, differ, indices, &fails);
    indices += 2;
    uint8_t *next = out + steps.first;
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(low));
    _mm_storeu_si128((__m128i *)(out + 16), _mm256_castsi256_si128(high));
    _mm_storeu_si128((__m128i *)next, _mm256_extracti128_si256(low, 1));
    _mm_storeu_si128((__m128i *)(next + 16), _mm256_extracti128_si256(high, 1));
    out = next + steps.second;
    // What is stored now is not read before it has reached the cache: words lie across stores, for which a load waits.
    if (sums) sum_words(&sum, out, 512, 2);
  }
  if (fails & 0x80) return -1;
  int64_t rest = KERNEL(encode)(c, lanes + 2 * lane, count - lane, 16, indices, out, (size_t)(end - out));
  if (rest < 0) return -1;
  end_sum(&sum, out + rest);
  return out - payload + rest;
}

KERNEL_TARGET static int64_t encode_bytes(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room) {
  const __m256i rebase = _mm256_set1_epi8((char)c->rebase);
  const __m256i is_signed = _mm256_set1_epi8(c->is_signed ? -1 : 0);
  const uint8_t *end = payload + room;
  uint8_t *out = payload;
  uint8_t fails = 0;
  group_looks looks;
  make_group_looks(c, &looks, 8, 2, 2);
  size_t lane = 0;
  for (; lane + 32 <= count && end - out >= 32; lane += 32) {
    __m256i x = _mm256_sub_epi8(_mm256_loadu_si256((const __m256i *)(lanes + lane)), rebase);
    __m256i planes = planes_of_bytes(x);
    __m256i same = _mm256_cmpeq_epi16(planes, _mm256_and_si256(_mm256_bslli_epi128(planes, 2), is_signed));
    unsigned differ = ~(unsigned)_mm256_movemask_epi8(same);
    const pair_steps steps = look_up_two(&looks, differ, indices, &fails);
    indices += 2;
    uint8_t *next = out + steps.first;
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(planes));
    _mm_storeu_si128((__m128i *)next, _mm256_extracti128_si256(planes, 1));
    out = next + steps.second;
  }
  if (fails & 0x80) return -1;
  int64_t rest = KERNEL(encode)(c, lanes + lane, count - lane, 16, indices, out, (size_t)(end - out));
  return rest < 0 ? -1 : out - payload + rest;
}
