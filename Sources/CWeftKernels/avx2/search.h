// What a search asks of values, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// 16 packed values as two's complement, in their bits below the sign ones where they differ from it, under the sign
// itself: the OR of these over a group tells its precision under both readings.
KERNEL_INLINE __m256i spread_values(const uint8_t *lanes, const value_rule *rule, int wide) {
  __m256i x = wide ? _mm256_loadu_si256((const __m256i *)lanes)
                   : _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)lanes));
  if (!rule->plain) x = value_of_lane(x, rule, 1);
  __m256i same = _mm256_max_epi16(x, _mm256_xor_si256(x, _mm256_set1_epi16(-1)));
  return _mm256_or_si256(same, _mm256_and_si256(x, _mm256_set1_epi16((short)0x8000)));
}

// The OR of each eight values.
KERNEL_INLINE void fold_octets(__m256i x, uint16_t *octets) {
  x = _mm256_or_si256(x, _mm256_bsrli_epi128(x, 8));
  x = _mm256_or_si256(x, _mm256_srli_epi64(x, 32));
  x = _mm256_or_si256(x, _mm256_srli_epi32(x, 16));
  octets[0] = (uint16_t)_mm_cvtsi128_si32(_mm256_castsi256_si128(x));
  octets[1] = (uint16_t)_mm_cvtsi128_si32(_mm256_extracti128_si256(x, 1));
}

#if !defined(WEFT_EMBEDDED)
// The same of 128 values in eight registers at once: halves of registers are joined until each word is of one octet.
KERNEL_INLINE void fold_many_octets(__m256i x[8], uint16_t *octets) {
  zip(x, 8, 1, 2);
  for (unsigned i = 0; i < 4; i++) x[i] = _mm256_or_si256(x[2 * i], x[2 * i + 1]);
  zip(x, 4, 1, 4);
  for (unsigned i = 0; i < 2; i++) x[i] = _mm256_or_si256(x[2 * i], x[2 * i + 1]);
  zip(x, 2, 1, 8);
  x[0] = _mm256_or_si256(x[0], x[1]);
  // A register's octets are two words, one in each half.
  const __m128i low = _mm256_castsi256_si128(x[0]), high = _mm256_extracti128_si256(x[0], 1);
  _mm_storeu_si128((__m128i *)octets, _mm_unpacklo_epi16(low, high));
  _mm_storeu_si128((__m128i *)(octets + 8), _mm_unpackhi_epi16(low, high));
}

// Sign and length of 16 groups in a byte of each word, the sign being worth 16.
KERNEL_INLINE __m256i classes_of(__m256i groups) {
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i lengths = _mm256_setr_epi8(
    0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4);
  const __m256i high_lengths = _mm256_setr_epi8(
    0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8, 0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8);
  const __m256i x = _mm256_and_si256(groups, _mm256_set1_epi16(0x7FFF));
  const __m256i low = _mm256_shuffle_epi8(lengths, _mm256_and_si256(x, nibble));
  const __m256i high = _mm256_shuffle_epi8(high_lengths, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
  __m256i length = _mm256_max_epu8(low, high);
  // Bytes above the lowest are worth eight more.
  const __m256i more = _mm256_and_si256(_mm256_cmpgt_epi8(length, _mm256_setzero_si256()), _mm256_set1_epi16(0x0800));
  length = _mm256_add_epi8(length, more);
  length = _mm256_and_si256(_mm256_max_epu8(length, _mm256_srli_epi16(length, 8)), _mm256_set1_epi16(255));
  return _mm256_or_si256(length, _mm256_slli_epi16(_mm256_srli_epi16(groups, 15), 4));
}
#endif

// Counts groups of one size by sign and length.
KERNEL_INLINE void count_classes(const uint16_t *groups, size_t count, int64_t found[32], int wide) {
  size_t group = 0;
#if !defined(WEFT_EMBEDDED)
  uint8_t classes[weft_piece_lanes / 8];
  for (; group + 32 <= count; group += 32) {
    const __m256i a = classes_of(_mm256_loadu_si256((const __m256i *)(groups + group)));
    const __m256i b = classes_of(_mm256_loadu_si256((const __m256i *)(groups + group + 16)));
    // Their order does not count.
    _mm256_storeu_si256((__m256i *)(classes + group), _mm256_packus_epi16(a, b));
  }
  // Bytes have at most seven bits and a sign.
  for (unsigned entry = 0; entry < 32; entry += wide ? 8 : 16) count_indices(classes, group / 32, entry, found);
#endif
  for (; group < count; group++) {
    const unsigned x = groups[group];
    found[(x >> 15) << 4 | (32 - _lzcnt_u32(x & 0x7FFF))]++;
  }
}

// Joins neighbours.
KERNEL_INLINE void join_pairs(uint16_t *groups, size_t count) {
  size_t group = 0;
#if !defined(WEFT_EMBEDDED)
  const __m256i low = _mm256_set1_epi32(0xFFFF);
  for (; group + 16 <= count; group += 16) {
    __m256i x[2];
    for (unsigned i = 0; i < 2; i++) {
      x[i] = _mm256_loadu_si256((const __m256i *)(groups + 2 * group) + i);
      x[i] = _mm256_and_si256(_mm256_or_si256(x[i], _mm256_srli_epi32(x[i], 16)), low);
    }
    const __m256i both = _mm256_permute4x64_epi64(_mm256_packus_epi32(x[0], x[1]), 0xD8);
    _mm256_storeu_si256((__m256i *)(groups + group), both);
  }
#endif
  for (; group < count; group++) groups[group] = (uint16_t)(groups[2 * group] | groups[2 * group + 1]);
}

// Adds the groups of lanes of one piece at most that lie together: octets first, and larger groups out of these.
KERNEL_INLINE void count_piece(
  const weft_coding *c, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *into, int wide) {
  // Lanes of one byte become words first.
  const value_rule rule = make_rule(c, 1, 1);
  const size_t lane_bytes = wide ? 2 : 1;
  uint16_t octets[weft_piece_lanes / 8 + 2];
  size_t lane = 0, left = (count + 7) / 8;
#if !defined(WEFT_EMBEDDED)
  for (; lane + 128 <= count; lane += 128) {
    __m256i x[8];
    for (unsigned i = 0; i < 8; i++) x[i] = spread_values(lanes + (lane + 16 * i) * lane_bytes, &rule, wide);
    fold_many_octets(x, octets + lane / 8);
  }
#endif
  for (; lane + 16 <= count; lane += 16) {
    fold_octets(spread_values(lanes + lane * lane_bytes, &rule, wide), octets + lane / 8);
  }
  if (lane < count) {
    uint16_t values[16];
    for (unsigned i = 0; i < 16; i++) values[i] = wide ? c->rebase : (uint16_t)((c->rebase & 255) * 257);
    memcpy(values, lanes + lane * lane_bytes, (count - lane) * lane_bytes);
    fold_octets(spread_values((const uint8_t *)values, &rule, wide), octets + lane / 8);
  }
  for (unsigned size = 0; sizes >> size != 0; size++) {
    if (sizes >> size & 1) {
      int64_t found[32] = {0};
      count_classes(octets, left, found, wide);
      for (unsigned length = 0; length < 16; length++) {
        into[size].as_unsigned[length] += found[length];
        into[size].as_unsigned[c->width] += found[16 + length];
        // Two's complement takes a bit for the sign, unless there are zeros only.
        into[size].as_signed[length == 0 ? 0 : length + 1] += found[length];
        into[size].as_signed[length + 1] += found[16 + length];
      }
    }
    octets[left] = 0;
    left = (left + 1) / 2;
    join_pairs(octets, left);
  }
}

#if defined(WEFT_EMBEDDED)
// Lanes that are not the constant, moved together by the extraction of bits: eight bytes of lanes at a time.
KERNEL_INLINE size_t compact_lanes_at_once(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense, int wide) {
  const size_t lane_bytes = wide ? 2 : 1;
  const value_rule rule = make_rule(c, 0, wide);
  uint8_t *out = dense;
  size_t lane = 0;
  for (; lane + 32 <= count; lane += 32) {
    const uint8_t *from = lanes + lane * lane_bytes;
    const uint32_t k = kept_lanes(from, &rule, wide);
    memcpy(mask + lane / 8, &k, 4);
    const unsigned step = wide ? 4 : 8;
    for (unsigned i = 0; i < 32; i += step) {
      uint64_t word;
      memcpy(&word, from + i * lane_bytes, 8);
      const uint64_t here = k >> i & ((1u << step) - 1);
      word = _pext_u64(
        word, wide ? _pdep_u64(here, 0x0001000100010001ULL) * 0xFFFF : _pdep_u64(here, 0x0101010101010101ULL) * 0xFF);
      // Never past the lanes read so far, for which `dense` has room.
      memcpy(out, &word, 8);
      out += (size_t)_mm_popcnt_u64(here) * lane_bytes;
    }
  }
  const size_t rest = KERNEL(compact)(c, lanes + lane * lane_bytes, count - lane, mask + lane / 8, out);
  return (size_t)(out - dense) / lane_bytes + rest;
}

KERNEL_TARGET static size_t compact(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense) {
  return c->lane_bytes == 2 ? compact_lanes_at_once(c, lanes, count, mask, dense, 1)
                            : compact_lanes_at_once(c, lanes, count, mask, dense, 0);
}
#endif

// Adds lanes, whole registers of them, by their lowest four bits.
KERNEL_INLINE void count_buckets(const uint8_t *lanes, size_t count, uint64_t *buckets, int wide) {
#if defined(WEFT_EMBEDDED)
  for (size_t i = 0; i < count; i++) buckets[lanes[i << wide] & 15]++;
#else
  const __m256i low = wide ? _mm256_set1_epi16(15) : _mm256_set1_epi8(15);
  int64_t found[16] = {0};
  size_t lane = 0;
  while (count - lane >= 32) {
    uint8_t nibbles[weft_piece_lanes];
    const size_t left = (count - lane) / 32, registers = left < sizeof nibbles / 32 ? left : sizeof nibbles / 32;
    for (size_t i = 0; i < registers; i++, lane += 32) {
      const __m256i *from = (const __m256i *)(lanes + (lane << wide));
      __m256i x = _mm256_and_si256(_mm256_loadu_si256(from), low);
      // The order of lanes does not count.
      if (wide) x = _mm256_packus_epi16(x, _mm256_and_si256(_mm256_loadu_si256(from + 1), low));
      _mm256_storeu_si256((__m256i *)(nibbles + 32 * i), x);
    }
    count_indices(nibbles, registers, 0, found);
    count_indices(nibbles, registers, 8, found);
  }
  for (; lane < count; lane++) found[lanes[lane << wide] & 15]++;
  for (unsigned i = 0; i < 16; i++) buckets[i] += (uint64_t)found[i];
#endif
}

KERNEL_INLINE void survey_lanes(const uint8_t *lanes, size_t count, weft_survey *into, int wide) {
  const size_t step = wide ? 16 : 32, lane_bytes = wide ? 2 : 1;
  // A sign becomes an offset, so that one unsigned comparison serves both.
  const int32_t bias = into->is_signed ? (wide ? 0x8000 : 0x80) : 0;
  const __m256i offset = wide ? _mm256_set1_epi16((short)bias) : _mm256_set1_epi8((char)bias);
  const __m256i guess = wide ? _mm256_set1_epi16((short)into->guess) : _mm256_set1_epi8((char)into->guess);
  __m256i low = _mm256_set1_epi8(-1), high = _mm256_setzero_si256();
  uint64_t guesses = 0;
  size_t lane = 0;
  for (; lane + step <= count; lane += step) {
    __m256i x = _mm256_loadu_si256((const __m256i *)(lanes + lane * lane_bytes));
    __m256i equal = wide ? _mm256_cmpeq_epi16(x, guess) : _mm256_cmpeq_epi8(x, guess);
    guesses += (unsigned)_mm_popcnt_u32((unsigned)_mm256_movemask_epi8(equal));
    x = _mm256_xor_si256(x, offset);
    low = wide ? _mm256_min_epu16(low, x) : _mm256_min_epu8(low, x);
    high = wide ? _mm256_max_epu16(high, x) : _mm256_max_epu8(high, x);
  }
  if (lane > 0) {
    uint16_t lows[16], highs[16];
    _mm256_storeu_si256((__m256i *)lows, low);
    _mm256_storeu_si256((__m256i *)highs, high);
    for (unsigned i = 0; i < step; i++) {
      const int32_t a = (wide ? lows[i] : ((const uint8_t *)lows)[i]) - bias;
      const int32_t b = (wide ? highs[i] : ((const uint8_t *)highs)[i]) - bias;
      into->minimum = a < into->minimum ? a : into->minimum;
      into->maximum = b > into->maximum ? b : into->maximum;
    }
    into->guess_count += guesses / lane_bytes;
  }
  if (into->wants_buckets) count_buckets(lanes, lane, into->bucket_count, wide);
  KERNEL(survey)(lanes + lane * lane_bytes, count - lane, (unsigned)lane_bytes, into);
}

KERNEL_TARGET static void survey(const uint8_t *lanes, size_t count, unsigned lane_bytes, weft_survey *into) {
  if (lane_bytes == 2) {
    survey_lanes(lanes, count, into, 1);
  } else {
    survey_lanes(lanes, count, into, 0);
  }
}

KERNEL_TARGET static void count_groups(
  const weft_coding *c, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *into) {
  if (c->lane_bytes == 2) {
    count_piece(c, lanes, count, sizes, into, 1);
  } else {
    count_piece(c, lanes, count, sizes, into, 0);
  }
}

KERNEL_TARGET static void search(
  const weft_coding *c, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *into) {
  for (size_t first = 0; first < count; first += weft_piece_lanes) {
    const size_t here = count - first < weft_piece_lanes ? count - first : weft_piece_lanes;
    const uint8_t *piece = lanes + first * c->lane_bytes;
    if (into) survey(piece, here, c->lane_bytes, into);
    if (whole) count_groups(c, piece, here, sizes, whole);
    if (!kept) continue;
    uint8_t mask[weft_piece_lanes / 8], dense[2 * weft_piece_lanes];
    const size_t left = WEFT_AVX2_COMPACT(c, piece, here, mask, dense);
    count_groups(c, dense, left, sizes, kept);
  }
}
