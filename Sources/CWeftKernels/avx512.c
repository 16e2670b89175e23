// AVX-512 (BW, VL, VBMI, VBMI2) with GFNI: 64 bytes of lanes at a time.
//
// One GF2P8AFFINEQB, with the lanes as the matrix and single bits as operands, transposes eight 8 x 8 bit matrices.
// A byte permutation before it reverses and sorts bytes, one behind it brings the plane bytes of a group together.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,gfni,bmi,bmi2,lzcnt,popcnt")))
#define INLINE static inline __attribute__((always_inline)) AVX512

// Registers whose planes wait in the L1 cache before they are copied out: the copying is what takes time, and it runs
// without stores that wait for loads when they are many.
#define BATCH 32

// Single bits 1, 2, 4, ... 128 in each eight bytes.
#define UNIT_BITS 0x8040201008040201ll

INLINE __m512i transpose8x8(__m512i reversed) {
  return _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64(UNIT_BITS), reversed, 0);
}

// Byte permutations, made once: [lane bytes - 1][group log2 - 3].
static uint8_t gather_planes[2][3][64];
// For each stored precision where the plane bytes of a group lie in its rows, and which of them exist:
// [lane bytes - 1][group log2 - 3][signed][precision].
static uint8_t scatter_planes[2][3][2][17][64];
static uint64_t scatter_mask[2][3][2][17];

__attribute__((constructor)) static void make_permutations(void) {
  for (int lane_bytes = 1; lane_bytes <= 2; lane_bytes++) {
    int planes = 8 * lane_bytes;
    for (int size = 0; size < 3; size++) {
      int octets = 1 << size;
      int group_bytes = octets * planes;
      // After the transposition byte octet * planes + plane holds a plane of an octet.
      for (int group = 0; group < 64 / group_bytes; group++) {
        for (int plane = 0; plane < planes; plane++) {
          for (int octet = 0; octet < octets; octet++) {
            gather_planes[lane_bytes - 1][size][group * group_bytes + plane * octets + octet] =
                (uint8_t)((group * octets + octet) * planes + plane);
          }
        }
      }
      for (int twos = 0; twos < 2; twos++) {
        for (int stored = 0; stored <= 16; stored++) {
          uint64_t mask = 0;
          for (int octet = 0; octet < octets; octet++) {
            for (int place = 0; place < planes; place++) {
              // Matrix rows are wanted from the last plane to the first, low and high bytes apart.
              int plane = (place & ~7) + 7 - (place & 7);
              int source = plane < stored ? plane : stored - 1;
              int at = octet * planes + place;
              scatter_planes[lane_bytes - 1][size][twos][stored][at] = (uint8_t)(stored ? source * octets + octet : 0);
              if (plane < stored || (twos && stored)) mask |= 1ull << at;
            }
          }
          scatter_mask[lane_bytes - 1][size][twos][stored] = mask;
        }
      }
    }
  }
}

// Lanes less the rebase constant, bytes sorted and reversed for the transposition.
INLINE __m512i load_lanes(const uint8_t *lanes, int lane_bytes, __m512i rebase) {
  __m512i x = _mm512_loadu_si512(lanes);
  if (lane_bytes == 2) {
    const __m512i sort = _mm512_broadcast_i32x4(_mm_setr_epi8(14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9, 7, 5, 3, 1));
    return _mm512_shuffle_epi8(_mm512_sub_epi16(x, rebase), sort);
  }
  const __m512i sort = _mm512_broadcast_i32x4(_mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
  return _mm512_shuffle_epi8(_mm512_sub_epi8(x, rebase), sort);
}

INLINE __m512i rebase_register(const weft_coding *coding) {
  return coding->lane_bytes == 2 ? _mm512_set1_epi16((short)coding->rebase) : _mm512_set1_epi8((char)coding->rebase);
}

// One bit a plane word: set when the word is not zero, and when it differs from its group's sign plane.
typedef struct {
  uint64_t nonzero;
  uint64_t differs;
} plane_bits;

INLINE plane_bits examine(__m512i planes, __m512i sign_index, int size) {
  plane_bits bits;
  if (size == 0) {
    __m512i sign = _mm512_permutexvar_epi8(sign_index, planes);
    bits.nonzero = _mm512_test_epi8_mask(planes, planes);
    bits.differs = _mm512_cmpneq_epi8_mask(planes, sign);
  } else if (size == 1) {
    __m512i sign = _mm512_permutexvar_epi16(sign_index, planes);
    bits.nonzero = _mm512_test_epi16_mask(planes, planes);
    bits.differs = _mm512_cmpneq_epi16_mask(planes, sign);
  } else {
    __m512i sign = _mm512_permutexvar_epi32(sign_index, planes);
    bits.nonzero = _mm512_test_epi32_mask(planes, planes);
    bits.differs = _mm512_cmpneq_epi32_mask(planes, sign);
  }
  return bits;
}

// For each word of a register the number of its group's last word.
INLINE __m512i sign_indices(int planes, int size) {
  uint8_t index[64];
  int words = 64 >> size;
  for (int word = 0; word < words; word++) {
    int last = word / planes * planes + planes - 1;
    if (size == 0) index[word] = (uint8_t)last;
    if (size == 1) ((uint16_t *)(void *)index)[word] = (uint16_t)last;
    if (size == 2) ((uint32_t *)(void *)index)[word] = (uint32_t)last;
  }
  return _mm512_loadu_si512(index);
}

// Needed precisions of up to 64 groups from their plane bits: 8 or 16 bits a group, side by side in memory.
INLINE __m512i needed_precisions(const uint8_t *nonzero, const uint8_t *differs, int planes, int twos) {
  const __m512i one = _mm512_set1_epi8(1);
  // Length of a byte: that of its high half, or else of its low half.
  const __m512i low_length = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4));
  const __m512i high_length = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8));
  const __m512i half = _mm512_set1_epi8(15);
  if (planes == 8) {
    __m512i own = _mm512_loadu_si512(twos ? differs : nonzero);
    __m512i low = _mm512_shuffle_epi8(low_length, _mm512_and_si512(own, half));
    __m512i high = _mm512_shuffle_epi8(high_length, _mm512_and_si512(_mm512_srli_epi16(own, 4), half));
    __m512i length = _mm512_max_epu8(low, high);
    if (!twos) return length;
    __m512i any = _mm512_loadu_si512(nonzero);
    return _mm512_mask_add_epi8(length, _mm512_test_epi8_mask(any, any), length, one);
  }
  __m512i parts[2];
  for (int part = 0; part < 2; part++) {
    __m512i own = _mm512_loadu_si512((twos ? differs : nonzero) + 64 * part);
    __m512i low = _mm512_shuffle_epi8(low_length, _mm512_and_si512(own, half));
    __m512i high = _mm512_shuffle_epi8(high_length, _mm512_and_si512(_mm512_srli_epi16(own, 4), half));
    __m512i length = _mm512_max_epu8(low, high);
    // The high byte of a word counts 8 more where it has any bit.
    __m512i upper = _mm512_srli_epi16(length, 8);
    upper = _mm512_mask_add_epi16(upper, _mm512_test_epi16_mask(upper, upper), upper, _mm512_set1_epi16(8));
    length = _mm512_max_epu16(upper, _mm512_and_si512(length, _mm512_set1_epi16(255)));
    if (twos) {
      __m512i any = _mm512_loadu_si512(nonzero + 64 * part);
      length = _mm512_mask_add_epi16(length, _mm512_test_epi16_mask(any, any), length, _mm512_set1_epi16(1));
    }
    parts[part] = length;
  }
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(parts[0])), _mm512_cvtepi16_epi8(parts[1]), 1);
}

// Plane bits of a register's groups to their place in a batch.
INLINE void store_bits(uint8_t *to, uint64_t bits, int bytes) { memcpy(to, &bits, (size_t)bytes); }

INLINE int64_t encode(const uint8_t *lanes, size_t count, const weft_coding *coding, uint8_t *indices,
                      uint8_t *payload, size_t capacity, size_t *bytes, int lane_bytes, int size, int twos) {
  const int planes = 8 * lane_bytes;
  const int word = 1 << size;
  const int group_bytes = word * planes;
  const int groups = 64 / group_bytes;
  const __m512i rebase = rebase_register(coding);
  const __m512i gather = _mm512_loadu_si512(gather_planes[lane_bytes - 1][size]);
  const __m512i sign_index = sign_indices(planes, size);
  const int mask_bytes = groups * planes / 8;
  __attribute__((aligned(64))) uint8_t index_of[64] = {0}, bytes_of[64] = {0};
  for (int precision = 0; precision <= 16; precision++) {
    index_of[precision] = coding->indices[precision];
    bytes_of[precision] =
        (uint8_t)(index_of[precision] == 255 ? 0 : coding->precisions[index_of[precision]] * word);
  }
  const __m512i index_table = _mm512_load_si512(index_of), bytes_table = _mm512_load_si512(bytes_of);
  __attribute__((aligned(64))) uint8_t buffer[BATCH * 64], nonzero[BATCH * 8], differs[BATCH * 8];
  __attribute__((aligned(64))) uint8_t lengths[BATCH * 8 + 64], headers[BATCH * 8 + 64];
  uint8_t *out = payload;
  uint8_t *const end = payload + capacity;
  size_t registers = count * (size_t)lane_bytes / 64, done = 0;
  while (done < registers) {
    size_t batch = registers - done < BATCH ? registers - done : BATCH;
    // A whole batch has room even if nothing shrinks, with whole stores: else the caller does the rest.
    if ((size_t)(end - out) < batch * 64 + 64) break;
    for (size_t at = 0; at < batch; at++) {
      const uint8_t *source = lanes + (done + at) * 64;
      _mm_prefetch((const char *)source + 2048, _MM_HINT_T0);
      __m512i x = transpose8x8(load_lanes(source, lane_bytes, rebase));
      if (size > 0) x = _mm512_permutexvar_epi8(gather, x);
      _mm512_store_si512(buffer + at * 64, x);
      plane_bits bits = examine(x, sign_index, size);
      store_bits(nonzero + at * (size_t)mask_bytes, bits.nonzero, mask_bytes);
      if (twos) store_bits(differs + at * (size_t)mask_bytes, bits.differs, mask_bytes);
    }
    size_t own = batch * (size_t)groups;
    for (size_t group = 0; group < own; group += 64) {
      size_t from = group * (size_t)planes / 8;
      __m512i needed = needed_precisions(nonzero + from, differs + from, planes, twos);
      _mm512_store_si512(headers + group, _mm512_permutexvar_epi8(needed, index_table));
      _mm512_store_si512(lengths + group, _mm512_permutexvar_epi8(needed, bytes_table));
    }
    uint64_t unfit = 0;
    for (size_t group = 0; group < own; group += 64) {
      uint64_t present = own - group >= 64 ? ~0ull : (1ull << (own - group)) - 1;
      __m512i index = _mm512_load_si512(headers + group);
      unfit |= _mm512_mask_cmpeq_epi8_mask(present, index, _mm512_set1_epi8(-1));
      _mm512_mask_storeu_epi8(indices + group, present, index);
    }
    if (unfit) return -1;
    for (size_t group = 0; group < own; group++) {
      const uint8_t *source = buffer + group * (size_t)group_bytes;
      if (group_bytes == 64) {
        _mm512_storeu_si512(out, _mm512_load_si512(source));
      } else if (group_bytes == 32) {
        _mm256_storeu_si256((void *)out, _mm256_load_si256((const void *)source));
      } else if (group_bytes == 16) {
        _mm_storeu_si128((void *)out, _mm_load_si128((const void *)source));
      } else {
        memcpy(out, source, 8);
      }
      out += lengths[group];
    }
    indices += own;
    done += batch;
  }
  *bytes = (size_t)(out - payload);
  return (int64_t)(done * 64 / (size_t)lane_bytes);
}

INLINE size_t decode(const uint8_t *payload, size_t available, const uint8_t *indices, size_t count,
                     const weft_coding *coding, uint8_t *lanes, size_t *bytes, int lane_bytes, int size, int twos) {
  const int planes = 8 * lane_bytes;
  const int word = 1 << size;
  const int group_bytes = word * planes;
  const int groups = 64 / group_bytes;
  const __m512i rebase = rebase_register(coding);
  const uint8_t(*scatter)[64] = scatter_planes[lane_bytes - 1][size][twos];
  const uint64_t *mask_of = scatter_mask[lane_bytes - 1][size][twos];
  const __m512i join = _mm512_broadcast_i32x4(
      lane_bytes == 2 ? _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)
                      : _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  const uint8_t *in = payload;
  const uint8_t *const end = payload + available;
  size_t registers = count * (size_t)lane_bytes / 64, done = 0;
  for (; done < registers; done++) {
    if ((size_t)(end - in) < 64) break;
    __m512i index = _mm512_setzero_si512();
    uint64_t mask = 0;
    unsigned offset = 0;
    // Where each group's bytes begin depends on the groups before it in the register only.
#pragma GCC unroll 8
    for (int group = 0; group < groups; group++) {
      unsigned stored = coding->precisions[indices[group]];
      mask |= mask_of[stored] << (group * group_bytes & 63);
      if (group_bytes == 64) {
        index = _mm512_loadu_si512(scatter[stored]);
      } else if (group_bytes == 32) {
        __m256i own = _mm256_add_epi8(_mm256_loadu_si256((const void *)scatter[stored]), _mm256_set1_epi8((char)offset));
        index = group == 0 ? _mm512_castsi256_si512(own) : _mm512_inserti64x4(index, own, 1);
      } else if (group_bytes == 16) {
        __m128i own = _mm_add_epi8(_mm_loadu_si128((const void *)scatter[stored]), _mm_set1_epi8((char)offset));
        index = group == 0   ? _mm512_castsi128_si512(own)
                : group == 1 ? _mm512_inserti32x4(index, own, 1)
                : group == 2 ? _mm512_inserti32x4(index, own, 2)
                             : _mm512_inserti32x4(index, own, 3);
      } else {
        uint64_t own;
        memcpy(&own, scatter[stored], 8);
        own += 0x0101010101010101ull * offset;
        index = _mm512_mask_set1_epi64(index, (__mmask8)(1u << group), (long long)own);
      }
      offset += stored * (unsigned)word;
    }
    _mm_prefetch((const char *)in + 1024, _MM_HINT_T0);
    __m512i x = _mm512_maskz_permutexvar_epi8(mask, index, _mm512_loadu_si512(in));
    x = transpose8x8(x);
    if (lane_bytes == 2) {
      x = _mm512_add_epi16(_mm512_shuffle_epi8(x, join), rebase);
    } else {
      x = _mm512_add_epi8(x, rebase);
    }
    _mm512_storeu_si512(lanes + done * 64, x);
    in += offset;
    indices += groups;
  }
  *bytes = (size_t)(in - payload);
  return done * 64 / (size_t)lane_bytes;
}

INLINE size_t count_precisions(const uint8_t *lanes, size_t count, const weft_coding *coding, uint64_t *plain,
                               uint64_t *twos, int lane_bytes, int size) {
  const int planes = 8 * lane_bytes;
  const int groups = 64 / ((1 << size) * planes);
  const __m512i rebase = rebase_register(coding);
  const __m512i gather = _mm512_loadu_si512(gather_planes[lane_bytes - 1][size]);
  const __m512i sign_index = sign_indices(planes, size);
  const int mask_bytes = groups * planes / 8;
  __attribute__((aligned(64))) uint8_t nonzero[BATCH * 8], differs[BATCH * 8], needed[2][BATCH * 8 + 64];
  // Four tables in turn, so that equal precisions in a row do not wait for each other's store.
  uint32_t tables[2][4][32] = {{{0}}};
  size_t registers = count * (size_t)lane_bytes / 64;
  for (size_t done = 0; done < registers; done += BATCH) {
    size_t batch = registers - done < BATCH ? registers - done : BATCH;
    for (size_t at = 0; at < batch; at++) {
      __m512i x = transpose8x8(load_lanes(lanes + (done + at) * 64, lane_bytes, rebase));
      if (size > 0) x = _mm512_permutexvar_epi8(gather, x);
      plane_bits bits = examine(x, sign_index, size);
      store_bits(nonzero + at * (size_t)mask_bytes, bits.nonzero, mask_bytes);
      store_bits(differs + at * (size_t)mask_bytes, bits.differs, mask_bytes);
    }
    size_t own = batch * (size_t)groups;
    for (size_t group = 0; group < own; group += 64) {
      size_t from = group * (size_t)planes / 8;
      _mm512_store_si512(needed[0] + group, needed_precisions(nonzero + from, differs + from, planes, 0));
      _mm512_store_si512(needed[1] + group, needed_precisions(nonzero + from, differs + from, planes, 1));
    }
    for (size_t group = 0; group < own; group++) {
      tables[0][group & 3][needed[0][group]]++;
      tables[1][group & 3][needed[1][group]]++;
    }
  }
  for (int precision = 0; precision <= 16; precision++) {
    for (int turn = 0; turn < 4; turn++) {
      plain[precision] += tables[0][turn][precision];
      twos[precision] += tables[1][turn][precision];
    }
  }
  return registers * 64 / (size_t)lane_bytes;
}

// One copy of each loop for every shape, so that nothing in it is decided at run time.
#define FOR_SHAPE(CALL)                                    \
  switch ((coding->lane_bytes - 1) * 3 + coding->group_log2 - 3) { \
    case 0: CALL(1, 0);                                    \
    case 1: CALL(1, 1);                                    \
    case 2: CALL(1, 2);                                    \
    case 3: CALL(2, 0);                                    \
    case 4: CALL(2, 1);                                    \
    case 5: CALL(2, 2);                                    \
  }

AVX512 static int64_t encode_any(const void *lanes, size_t count, const weft_coding *coding, uint8_t *indices,
                                 uint8_t *payload, size_t capacity, size_t *bytes) {
#define CALL(L, S)                                                                                         \
  return coding->is_signed ? encode(lanes, count, coding, indices, payload, capacity, bytes, L, S, 1) \
                           : encode(lanes, count, coding, indices, payload, capacity, bytes, L, S, 0)
  FOR_SHAPE(CALL)
#undef CALL
  *bytes = 0;
  return 0;
}

AVX512 static size_t decode_any(const uint8_t *payload, size_t available, const uint8_t *indices, size_t count,
                                const weft_coding *coding, void *lanes, size_t *bytes) {
#define CALL(L, S)                                                                                     \
  return coding->is_signed ? decode(payload, available, indices, count, coding, lanes, bytes, L, S, 1) \
                           : decode(payload, available, indices, count, coding, lanes, bytes, L, S, 0)
  FOR_SHAPE(CALL)
#undef CALL
  *bytes = 0;
  return 0;
}

AVX512 static size_t count_any(const void *lanes, size_t count, const weft_coding *coding, uint64_t *plain,
                               uint64_t *twos) {
#define CALL(L, S) return count_precisions(lanes, count, coding, plain, twos, L, S)
  FOR_SHAPE(CALL)
#undef CALL
  return 0;
}

AVX512 static size_t compact(const void *lanes, size_t count, const weft_coding *coding, uint8_t *mask, void *dense) {
  const __m512i rebase = rebase_register(coding);
  uint8_t *out = dense;
  size_t kept = 0;
  if (coding->lane_bytes == 2) {
    const uint16_t *in = lanes;
    for (size_t at = 0; at < count; at += 32) {
      uint32_t present = count - at >= 32 ? 0xFFFFFFFFu : (1u << (count - at)) - 1;
      __m512i x = _mm512_maskz_loadu_epi16(present, in + at);
      uint32_t keep = _mm512_mask_cmpneq_epi16_mask(present, x, rebase);
      size_t own = (size_t)__builtin_popcount(keep);
      // Compressed in the register: the form that compresses to memory is slow on some CPUs.
      _mm512_mask_storeu_epi16((uint16_t *)(void *)out + kept, own == 32 ? 0xFFFFFFFFu : (1u << own) - 1,
                               _mm512_maskz_compress_epi16(keep, x));
      memcpy(mask + at / 8, &keep, count - at >= 32 ? 4 : (count - at + 7) / 8);
      kept += own;
    }
  } else {
    const uint8_t *in = lanes;
    for (size_t at = 0; at < count; at += 64) {
      uint64_t present = count - at >= 64 ? ~0ull : (1ull << (count - at)) - 1;
      __m512i x = _mm512_maskz_loadu_epi8(present, in + at);
      uint64_t keep = _mm512_mask_cmpneq_epi8_mask(present, x, rebase);
      size_t own = (size_t)__builtin_popcountll(keep);
      _mm512_mask_storeu_epi8(out + kept, own == 64 ? ~0ull : (1ull << own) - 1, _mm512_maskz_compress_epi8(keep, x));
      memcpy(mask + at / 8, &keep, count - at >= 64 ? 8 : (count - at + 7) / 8);
      kept += own;
    }
  }
  return kept;
}

AVX512 static void expand(const void *dense, const uint8_t *mask, size_t count, const weft_coding *coding,
                          void *lanes) {
  const __m512i rebase = rebase_register(coding);
  size_t taken = 0;
  if (coding->lane_bytes == 2) {
    const uint16_t *in = dense;
    for (size_t at = 0; at < count; at += 32) {
      uint32_t present = count - at >= 32 ? 0xFFFFFFFFu : (1u << (count - at)) - 1, keep = 0;
      memcpy(&keep, mask + at / 8, count - at >= 32 ? 4 : (count - at + 7) / 8);
      unsigned own = (unsigned)__builtin_popcount(keep);
      __m512i x = _mm512_maskz_loadu_epi16(own == 32 ? 0xFFFFFFFFu : (1u << own) - 1, in + taken);
      _mm512_mask_storeu_epi16((uint16_t *)lanes + at, present, _mm512_mask_expand_epi16(rebase, keep, x));
      taken += own;
    }
  } else {
    const uint8_t *in = dense;
    for (size_t at = 0; at < count; at += 64) {
      uint64_t present = count - at >= 64 ? ~0ull : (1ull << (count - at)) - 1, keep = 0;
      memcpy(&keep, mask + at / 8, count - at >= 64 ? 8 : (count - at + 7) / 8);
      unsigned own = (unsigned)__builtin_popcountll(keep);
      __m512i x = _mm512_maskz_loadu_epi8(own == 64 ? ~0ull : (1ull << own) - 1, in + taken);
      _mm512_mask_storeu_epi8((uint8_t *)lanes + at, present, _mm512_mask_expand_epi8(rebase, keep, x));
      taken += own;
    }
  }
}

AVX512 static void count_indices(const uint8_t *indices, size_t count, uint64_t *counts) {
  memset(counts, 0, 16 * sizeof *counts);
  for (size_t at = 0; at < count; at += 64) {
    uint64_t present = count - at >= 64 ? ~0ull : (1ull << (count - at)) - 1;
    __m512i x = _mm512_maskz_loadu_epi8(present, indices + at);
    for (int index = 0; index < 16; index++) {
      uint64_t equal = _mm512_mask_cmpeq_epi8_mask(present, x, _mm512_set1_epi8((char)index));
      counts[index] += (uint64_t)__builtin_popcountll(equal);
    }
  }
}

AVX512 static int64_t stored_bits(const uint8_t *indices, size_t count, const weft_coding *coding) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)coding->precisions));
  __m512i sums = _mm512_setzero_si512();
  uint64_t invalid = 0;
  for (size_t at = 0; at < count; at += 64) {
    uint64_t present = count - at >= 64 ? ~0ull : (1ull << (count - at)) - 1;
    __m512i precisions = _mm512_maskz_shuffle_epi8(present, table, _mm512_maskz_loadu_epi8(present, indices + at));
    invalid |= _mm512_movepi8_mask(precisions);
    sums = _mm512_add_epi64(sums, _mm512_sad_epu8(precisions, _mm512_setzero_si512()));
  }
  return invalid ? -1 : (int64_t)_mm512_reduce_add_epi64(sums);
}

const weft_kernel weft_kernel_avx512 = {
    "avx512",
    encode_any,
    decode_any,
    count_any,
    compact,
    expand,
    weft_pack_headers_bmi2,
    weft_unpack_headers_bmi2,
    count_indices,
    stored_bits,
    weft_crc32c_sse42,
};
#endif
