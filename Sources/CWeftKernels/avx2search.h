// What a search asks of values, with AVX2: part of the AVX2 kernels, behind their packing.

// 16 packed values as two's complement, in their bits below the sign ones where they differ from it, under the sign
// itself: the OR of these over a group tells its precision under both readings.
KERNEL_INLINE __m256i spread_values(const uint8_t *lanes, const packing *p, int wide) {
  __m256i x = wide ? _mm256_loadu_si256((const __m256i *)lanes)
                   : _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)lanes));
  x = _mm256_sra_epi16(_mm256_sll_epi16(_mm256_sub_epi16(x, p->rebase), p->shift), p->shift);
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

// Adds the groups of lanes of one piece at most that lie together: octets first, and larger groups out of these.
KERNEL_INLINE void count_piece(
  const weft_coding *c, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *into, int wide) {
  const packing p = make_packing(c);
  const size_t lane_bytes = wide ? 2 : 1;
  uint16_t octets[weft_piece_lanes / 8 + 2];
  size_t lane = 0, left = (count + 7) / 8;
  for (; lane + 16 <= count; lane += 16) {
    fold_octets(spread_values(lanes + lane * lane_bytes, &p, wide), octets + lane / 8);
  }
  if (lane < count) {
    uint16_t values[16];
    for (unsigned i = 0; i < 16; i++) values[i] = wide ? c->rebase : (uint16_t)((c->rebase & 255) * 257);
    memcpy(values, lanes + lane * lane_bytes, (count - lane) * lane_bytes);
    fold_octets(spread_values((const uint8_t *)values, &p, wide), octets + lane / 8);
  }
  for (unsigned size = 0; sizes >> size != 0; size++) {
    if (sizes >> size & 1) {
      // Two counters for each sign and length, so that equal neighbours do not wait for one another.
      uint32_t found[2][32] = {{0}};
      for (size_t group = 0; group < left; group++) {
        const unsigned x = octets[group];
        found[group & 1][(x >> 15) << 4 | (32 - _lzcnt_u32(x & 0x7FFF))]++;
      }
      for (unsigned length = 0; length < 16; length++) {
        const int64_t without = found[0][length] + found[1][length];
        const int64_t with = found[0][16 + length] + found[1][16 + length];
        into[size].as_unsigned[length] += without;
        into[size].as_unsigned[c->width] += with;
        // Two's complement takes a bit for the sign, unless there are zeros only.
        into[size].as_signed[length == 0 ? 0 : length + 1] += without;
        into[size].as_signed[length + 1] += with;
      }
    }
    octets[left] = 0;
    left = (left + 1) / 2;
    for (size_t group = 0; group < left; group++) {
      octets[group] = (uint16_t)(octets[2 * group] | octets[2 * group + 1]);
    }
  }
}

// Lanes that are not the constant, moved together by the extraction of bits: eight bytes of lanes at a time.
KERNEL_INLINE size_t compact_lanes_at_once(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense, int wide) {
  const size_t lane_bytes = wide ? 2 : 1;
  const __m256i none = _mm256_setzero_si256();
  const __m256i rebase = wide ? _mm256_set1_epi16((short)c->rebase) : _mm256_set1_epi8((char)c->rebase);
  const unsigned bits = (1u << c->width) - 1;
  const __m256i field = wide ? _mm256_set1_epi16((short)bits) : _mm256_set1_epi8((char)bits);
  uint8_t *out = dense;
  size_t lane = 0;
  for (; lane + 32 <= count; lane += 32) {
    const uint8_t *from = lanes + lane * lane_bytes;
    const __m256i *registers = (const __m256i *)from;
    __m256i x = _mm256_loadu_si256(registers);
    uint32_t k;
    if (wide) {
      __m256i y = _mm256_loadu_si256(registers + 1);
      x = _mm256_cmpeq_epi16(_mm256_and_si256(_mm256_sub_epi16(x, rebase), field), none);
      y = _mm256_cmpeq_epi16(_mm256_and_si256(_mm256_sub_epi16(y, rebase), field), none);
      k = ~(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi16(x, y), 0xD8));
    } else {
      k = ~(uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_sub_epi8(x, rebase), field), none));
    }
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
  if (into->wants_buckets) {
    uint64_t buckets[2][16] = {{0}};
    for (size_t i = 0; i < lane; i++) buckets[i & 1][lanes[i * lane_bytes] & 15]++;
    for (unsigned i = 0; i < 16; i++) into->bucket_count[i] += buckets[0][i] + buckets[1][i];
  }
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
    const size_t left = compact(c, piece, here, mask, dense);
    count_groups(c, dense, left, sizes, kept);
  }
}
