// A whole kernel around two primitives that the including file defines first, each for 16 lanes as 16-bit patterns:
//   static inline void unit_planes(const uint16_t lanes[16], uint16_t planes[16]);
//   static inline void unit_lanes(const uint16_t planes[16], uint16_t lanes[16]);
// Plane b holds bit b of the lanes, lane 0 lowest. The file also defines KERNEL, KERNEL_TARGET, and may define faster
// inner loops of its own, and KERNEL_COMPACTS where it has all of zero compaction.
#ifndef KERNEL
#error "define KERNEL first"
#endif

#include <string.h>

#include "kernels.h"

enum { unit = 16, most_block = 2048 };

#ifndef KERNEL_INLINE
#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL_TARGET
#endif

KERNEL_INLINE unsigned bit_length(unsigned value) { return value == 0 ? 0 : 32 - (unsigned)__builtin_clz(value); }

KERNEL_INLINE uint16_t load_word(const uint8_t *from) {
  uint16_t word;
  memcpy(&word, from, 2);
  return word;
}

// Packed values of `count` lanes, zeros up to `whole` lanes.
KERNEL_INLINE void load_values(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t whole, uint16_t *values) {
  const unsigned shift = 16 - c->width;
  if (c->lane_bytes == 2 && c->rebase == 0 && shift == 0) {
    memcpy(values, lanes, 2 * count);
  } else if (c->is_signed) {
    for (size_t i = 0; i < count; i++) {
      uint16_t x = c->lane_bytes == 2 ? load_word(lanes + 2 * i) : lanes[i];
      values[i] = (uint16_t)((int16_t)(uint16_t)((uint16_t)(x - c->rebase) << shift) >> shift);
    }
  } else {
    for (size_t i = 0; i < count; i++) {
      uint16_t x = c->lane_bytes == 2 ? load_word(lanes + 2 * i) : lanes[i];
      values[i] = (uint16_t)((uint16_t)((uint16_t)(x - c->rebase) << shift) >> shift);
    }
  }
  memset(values + count, 0, 2 * (whole - count));
}

KERNEL_INLINE void store_values(
  const weft_coding *c, const uint16_t *values, size_t count, int flags, uint8_t *lanes) {
  const unsigned shift = 16 - c->width;
  const int extends = flags & weft_decode_sign_extends;
  if (c->lane_bytes == 2 && c->rebase == 0 && shift == 0) {
    memcpy(lanes, values, 2 * count);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    uint16_t top = (uint16_t)((uint16_t)(values[i] + c->rebase) << shift);
    uint16_t x = extends ? (uint16_t)((int16_t)top >> shift) : (uint16_t)(top >> shift);
    if (c->lane_bytes == 2) {
      memcpy(lanes + 2 * i, &x, 2);
    } else {
      lanes[i] = (uint8_t)x;
    }
  }
}

// The needed precision of `count` packed values.
KERNEL_INLINE unsigned needed_precision(const uint16_t *values, size_t count, int is_signed) {
  uint16_t folded = 0;
  if (is_signed) {
    // v ^ 2 v has the precision of v as its length.
    for (size_t i = 0; i < count; i++) folded |= (uint16_t)(values[i] ^ (uint16_t)(values[i] << 1));
  } else {
    for (size_t i = 0; i < count; i++) folded |= values[i];
  }
  return bit_length(folded);
}

// A whole number of units; with groups of eight, an absent second half is zeros.
KERNEL_INLINE size_t whole_units(size_t lanes) { return (lanes + unit - 1) / unit * unit; }

// Words of eight lanes are the bytes of a unit's planes.
KERNEL_INLINE uint8_t *store_words(
  const uint8_t *planes, const uint8_t *stored, unsigned groups, unsigned word, unsigned plane, uint8_t *out) {
  for (unsigned group = 0; group < groups; group++) {
    if (stored[group] <= plane) continue;
    for (unsigned byte = 0; byte < word; byte++) {
      unsigned octet = group * word + byte;
      *out++ = planes[32 * (octet / 2) + 2 * plane + octet % 2];
    }
  }
  return out;
}

KERNEL_TARGET static int64_t KERNEL(encode)(
  const weft_coding *c, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices, uint8_t *payload,
  size_t room) {
  const size_t group_lanes = (size_t)1 << c->group_log2;
  const unsigned word = (unsigned)(group_lanes / 8);
  // Blocks of one small group are taken many at a time.
  const size_t step = block_lanes < 256 && block_lanes == group_lanes ? 256 : block_lanes;
  uint8_t *out = payload;
  size_t left = room;
  for (size_t first = 0; first < count; first += step) {
    size_t here = count - first < step ? count - first : step;
    unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    size_t whole = whole_units(groups * group_lanes);
    uint16_t values[most_block] __attribute__((aligned(64)));
    uint8_t planes[2 * most_block] __attribute__((aligned(64)));
    uint8_t stored[256];
    load_values(c, lanes + first * c->lane_bytes, here, whole, values);
    size_t bytes = 0;
    unsigned most = 0;
    for (unsigned group = 0; group < groups; group++) {
      unsigned needed = needed_precision(values + group * group_lanes, group_lanes, c->is_signed);
      if (c->index_of[needed] == 255) return -1;
      indices[group] = c->index_of[needed];
      stored[group] = c->stored_of[needed];
      bytes += (size_t)stored[group] * word;
      if (stored[group] > most) most = stored[group];
    }
    indices += groups;
    if (bytes > left) return -1;
    left -= bytes;
    for (size_t lane = 0; lane < whole; lane += unit) {
      unit_planes(values + lane, (uint16_t *)(void *)(planes + 2 * lane));
    }
    if (block_lanes == group_lanes && group_lanes == 16) {
      // One unit is one group and its planes are its rows.
      for (unsigned group = 0; group < groups; group++) {
        memcpy(out, planes + 32 * group, 2u * stored[group]);
        out += 2u * stored[group];
      }
    } else if (block_lanes == group_lanes) {
      for (unsigned group = 0; group < groups; group++) {
        const unsigned octet = group * word;
        for (unsigned plane = 0; plane < stored[group]; plane++) {
          for (unsigned byte = 0; byte < word; byte++) {
            *out++ = planes[32 * ((octet + byte) / 2) + 2 * plane + (octet + byte) % 2];
          }
        }
      }
    } else {
      for (unsigned plane = 0; plane < most; plane++) out = store_words(planes, stored, groups, word, plane, out);
    }
  }
  return out - payload;
}

KERNEL_TARGET static void KERNEL(decode)(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes) {
  const size_t group_lanes = (size_t)1 << c->group_log2;
  const unsigned word = (unsigned)(group_lanes / 8);
  const size_t step = block_lanes < 256 && block_lanes == group_lanes ? 256 : block_lanes;
  (void)bytes;
  for (size_t first = 0; first < count; first += step) {
    size_t here = count - first < step ? count - first : step;
    unsigned groups = (unsigned)((here + group_lanes - 1) / group_lanes);
    size_t whole = whole_units(groups * group_lanes);
    uint16_t values[most_block] __attribute__((aligned(64)));
    uint8_t planes[2 * most_block] __attribute__((aligned(64)));
    uint8_t stored[256];
    for (unsigned group = 0; group < groups; group++) stored[group] = c->precision_of[indices[group]];
    indices += groups;
    memset(planes, 0, 2 * whole);
    if (block_lanes == group_lanes && group_lanes == 16) {
      for (unsigned group = 0; group < groups; group++) {
        memcpy(planes + 32 * group, payload, 2u * stored[group]);
        payload += 2u * stored[group];
      }
    } else if (block_lanes == group_lanes) {
      for (unsigned group = 0; group < groups; group++) {
        const unsigned octet = group * word;
        for (unsigned plane = 0; plane < stored[group]; plane++) {
          for (unsigned byte = 0; byte < word; byte++) {
            planes[32 * ((octet + byte) / 2) + 2 * plane + (octet + byte) % 2] = *payload++;
          }
        }
      }
    } else {
      unsigned most = 0;
      for (unsigned group = 0; group < groups; group++) most = stored[group] > most ? stored[group] : most;
      for (unsigned plane = 0; plane < most; plane++) {
        for (unsigned group = 0; group < groups; group++) {
          if (stored[group] <= plane) continue;
          for (unsigned byte = 0; byte < word; byte++) {
            unsigned octet = group * word + byte;
            planes[32 * (octet / 2) + 2 * plane + octet % 2] = *payload++;
          }
        }
      }
    }
    for (size_t lane = 0; lane < whole; lane += unit) {
      unit_lanes((const uint16_t *)(const void *)(planes + 2 * lane), values + lane);
    }
    if (c->is_signed) {
      for (unsigned group = 0; group < groups; group++) {
        // Planes above the stored ones are copies of the highest: flip and subtract its bit.
        const uint16_t flip = stored[group] > 0 ? (uint16_t)(1u << (stored[group] - 1)) : 0;
        uint16_t *v = values + group * group_lanes;
        for (size_t lane = 0; lane < group_lanes; lane++) v[lane] = (uint16_t)((v[lane] ^ flip) - flip);
      }
    }
    store_values(c, values, here, flags, lanes + first * c->lane_bytes);
  }
}

#if !defined(KERNEL_COMPACTS)
// `lane_bytes` is known where these are called, so that a lane is a move and not a call.
KERNEL_INLINE size_t compact_lanes(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense, size_t lane_bytes) {
  size_t kept = 0;
  for (size_t first = 0; first < count; first += 8) {
    size_t here = count - first < 8 ? count - first : 8;
    uint16_t values[8];
    unsigned bits = 0;
    load_values(c, lanes + first * lane_bytes, here, 8, values);
    for (size_t lane = 0; lane < here; lane++) {
      // Written whether wanted or not, in place of a branch; never past the lanes read so far.
      memcpy(dense + kept * lane_bytes, lanes + (first + lane) * lane_bytes, lane_bytes);
      unsigned is_kept = values[lane] != 0;
      bits |= is_kept << lane;
      kept += is_kept;
    }
    mask[first / 8] = (uint8_t)bits;
  }
  return kept;
}

KERNEL_TARGET static size_t KERNEL(compact)(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *mask, uint8_t *dense) {
  return c->lane_bytes == 2 ? compact_lanes(c, lanes, count, mask, dense, 2)
                            : compact_lanes(c, lanes, count, mask, dense, 1);
}

KERNEL_INLINE void expand_lanes(
  const weft_coding *c, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes,
  size_t lane_bytes) {
  uint8_t zero[2];
  const uint16_t none = 0;
  store_values(c, &none, 1, flags, zero);
  for (size_t lane = 0; lane < count; lane++) {
    const int is_kept = mask[lane / 8] >> (lane % 8) & 1;
    memcpy(lanes + lane * lane_bytes, is_kept ? dense : zero, lane_bytes);
    dense += is_kept ? lane_bytes : 0;
  }
}

KERNEL_TARGET static void KERNEL(expand)(
  const weft_coding *c, const uint8_t *dense, const uint8_t *mask, size_t count, int flags, uint8_t *lanes) {
  if (c->lane_bytes == 2) {
    expand_lanes(c, dense, mask, count, flags, lanes, 2);
  } else {
    expand_lanes(c, dense, mask, count, flags, lanes, 1);
  }
}
#endif

KERNEL_TARGET static void KERNEL(survey)(
  const uint8_t *lanes, size_t count, unsigned lane_bytes, weft_survey *into) {
  uint64_t buckets[2][16] = {{0}};
  // A sign becomes an offset, so that one unsigned comparison serves both.
  const uint16_t bias = into->is_signed ? (lane_bytes == 2 ? 0x8000 : 0x80) : 0;
  uint16_t low = 0xFFFF, high = 0;
  uint64_t guesses = 0;
  for (size_t i = 0; i < count; i++) {
    uint16_t x = lane_bytes == 2 ? load_word(lanes + 2 * i) : lanes[i];
    uint16_t ordinal = x ^ bias;
    low = ordinal < low ? ordinal : low;
    high = ordinal > high ? ordinal : high;
    guesses += x == into->guess;
  }
  if (into->wants_buckets) {
    for (size_t i = 0; i < count; i++) buckets[i & 1][lanes[i * lane_bytes] & 15]++;
  }
  if (count > 0) {
    if ((int32_t)low - bias < into->minimum) into->minimum = (int32_t)low - bias;
    if ((int32_t)high - bias > into->maximum) into->maximum = (int32_t)high - bias;
  }
  into->guess_count += guesses;
  for (unsigned i = 0; i < 16; i++) into->bucket_count[i] += buckets[0][i] + buckets[1][i];
}

KERNEL_TARGET static int64_t KERNEL(sum_precisions)(
  const weft_coding *c, const uint8_t *indices, size_t count, int64_t *counts) {
  uint64_t found[2][16] = {{0}};
  for (size_t group = 0; group < count; group++) found[group & 1][indices[group] & 15]++;
  int64_t sum = 0;
  int wrong = 0;
  for (unsigned index = 0; index < 16; index++) {
    uint64_t here = found[0][index] + found[1][index];
    if (here > 0 && c->precision_of[index] == 255) wrong = 1;
    sum += (int64_t)here * c->precision_of[index];
    if (counts) counts[index] += (int64_t)here;
  }
  return wrong ? -1 : sum;
}
