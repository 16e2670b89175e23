// Pieces that the AVX-512 sources share. Target attributes stand on every function, so the package needs no flags.
#ifndef WEFT_AVX512_H
#define WEFT_AVX512_H

#include <immintrin.h>
#include <string.h>

#include "CWeftKernels.h"

#define WEFT_AVX512                                                                                                  \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512cd,avx512vbmi,avx512vbmi2,gfni,bmi,bmi2,lzcnt,"    \
                        "popcnt,pclmul,vpclmulqdq,avx512bitalg,sse4.2,avx2")))
#define WEFT_INLINE static inline __attribute__((always_inline)) WEFT_AVX512

int64_t weft_avx512_encode(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room);
int64_t weft_avx512_encode_summing(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  uint8_t *payload, size_t room, int flags, uint32_t *checksum);

// What `encode_summing` is asked for beside lanes and indices.
typedef struct {
  uint8_t *payload;
  size_t room;
  uint32_t *checksum;
  int streams;
} row_request;

int64_t weft_avx512_encode_rows(
  const weft_coding *coding, const uint8_t *lanes, size_t count, size_t block_lanes, uint8_t *indices,
  const row_request *request);
void weft_avx512_decode(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes);
void weft_avx512_decode_summing(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum);
void weft_avx512_decode_rows(
  const weft_coding *coding, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count,
  size_t block_lanes, int flags, uint8_t *lanes, uint32_t *checksum);

// With a matrix of eight bytes as the second operand of the affine instruction and this as the first, the result is
// the matrix transposed, its rows taken from the last byte to the first.
#define WEFT_IDENTITY _mm512_set1_epi64((long long)0x8040201008040201ULL)

WEFT_INLINE __m512i transpose_bits(__m512i matrix) {
  return _mm512_gf2p8affine_epi64_epi8(WEFT_IDENTITY, matrix, 0);
}

// A byte permutation whose index is computed from the place; clang folds it into a constant.
#define WEFT_PERMUTATION(name, expression)                                                                           \
  WEFT_INLINE __m512i name(void) {                                                                                   \
    uint8_t index[64];                                                                                               \
    for (unsigned i = 0; i < 64; i++) index[i] = (uint8_t)(expression);                                              \
    return _mm512_loadu_si512(index);                                                                                \
  }

// Subtracting and extending: the packed values of lanes.
typedef struct {
  __m512i rebase;
  __m128i shift;     // lane bits - width
  __mmask64 is_signed; // all or nothing
  int narrow;        // width is below the lane's bits
  int rebases;
} packing;

WEFT_INLINE packing make_packing(const weft_coding *coding) {
  packing p;
  unsigned bits = 8u * coding->lane_bytes;
  p.rebase = coding->lane_bytes == 1 ? _mm512_set1_epi8((char)coding->rebase) : _mm512_set1_epi16((short)coding->rebase);
  p.shift = _mm_cvtsi32_si128((int)(bits - coding->width));
  p.is_signed = coding->is_signed ? ~0ULL : 0;
  p.narrow = coding->width != bits;
  p.rebases = coding->rebase != 0;
  return p;
}

// `plain` promises that nothing is subtracted and the width is full.
WEFT_INLINE __m512i packed16(__m512i lanes, const packing *p, int plain) {
  if (plain) return lanes;
  lanes = _mm512_sub_epi16(lanes, p->rebase);
  if (!p->narrow) return lanes;
  lanes = _mm512_sll_epi16(lanes, p->shift);
  return _mm512_mask_sra_epi16(_mm512_srl_epi16(lanes, p->shift), (__mmask32)p->is_signed, lanes, p->shift);
}

WEFT_INLINE __m512i packed8(__m512i lanes, const packing *p, int plain) {
  if (plain) return lanes;
  lanes = _mm512_sub_epi8(lanes, p->rebase);
  if (!p->narrow) return lanes;
  // Bytes have no shifts: extend each half of a word apart.
  const __m512i low = _mm512_set1_epi16(0x00FF);
  __m512i even = _mm512_sll_epi16(_mm512_slli_epi16(lanes, 8), p->shift);
  __m512i odd = _mm512_sll_epi16(_mm512_andnot_si512(low, lanes), p->shift);
  __mmask32 k = (__mmask32)p->is_signed;
  even = _mm512_mask_sra_epi16(_mm512_srl_epi16(even, p->shift), k, even, p->shift);
  odd = _mm512_mask_sra_epi16(_mm512_srl_epi16(odd, p->shift), k, odd, p->shift);
  even = _mm512_srli_epi16(even, 8);
  return _mm512_ternarylogic_epi64(low, even, odd, 0xCA);
}

// Elements of packed values: the inverse, with the sign bit of each group's stored precision still to be copied
// upwards. `flip` holds that bit in every lane (0 where nothing is to be copied).
typedef struct {
  __m512i rebase;
  __m128i shift;
  __mmask32 extends;
  int narrow;
} unpacking;

WEFT_INLINE unpacking make_unpacking(const weft_coding *coding, int flags) {
  unpacking u;
  unsigned bits = 8u * coding->lane_bytes;
  u.rebase = coding->lane_bytes == 1 ? _mm512_set1_epi8((char)coding->rebase) : _mm512_set1_epi16((short)coding->rebase);
  u.shift = _mm_cvtsi32_si128((int)(bits - coding->width));
  u.narrow = coding->width != bits;
  u.extends = flags & weft_decode_sign_extends ? ~0u : 0;
  return u;
}

WEFT_INLINE __m512i lane16(__m512i value, __m512i flip, const unpacking *u) {
  value = _mm512_add_epi16(_mm512_xor_si512(value, flip), _mm512_sub_epi16(u->rebase, flip));
  if (!u->narrow) return value;
  value = _mm512_sll_epi16(value, u->shift);
  return _mm512_mask_sra_epi16(_mm512_srl_epi16(value, u->shift), u->extends, value, u->shift);
}

WEFT_INLINE __m512i lane8(__m512i value, __m512i flip, const unpacking *u) {
  value = _mm512_add_epi8(_mm512_xor_si512(value, flip), _mm512_sub_epi8(u->rebase, flip));
  if (!u->narrow) return value;
  const __m512i low = _mm512_set1_epi16(0x00FF);
  __m512i even = _mm512_sll_epi16(_mm512_slli_epi16(value, 8), u->shift);
  __m512i odd = _mm512_sll_epi16(_mm512_andnot_si512(low, value), u->shift);
  even = _mm512_mask_sra_epi16(_mm512_srl_epi16(even, u->shift), u->extends, even, u->shift);
  odd = _mm512_mask_sra_epi16(_mm512_srl_epi16(odd, u->shift), u->extends, odd, u->shift);
  return _mm512_ternarylogic_epi64(low, _mm512_srli_epi16(even, 8), odd, 0xCA);
}

// CPUs hold loads against stores before them by the lowest bits of address: the place in so many bytes.
enum { page_bytes = 4096 };

// Lanes come from memory in order, but the CPU's own prefetcher stays close behind and stops where a page ends: asking
// for them a little earlier gains some percent. The first-level cache loses where it is asked more than 512 bytes ahead,
// and asking the second-level one half a page ahead as well costs a tenth. Loops that take more than one register at a
// time are ahead by themselves, and lose by asking.
WEFT_INLINE void expect_lanes(const uint8_t *lanes) { _mm_prefetch((const char *)lanes + 384, _MM_HINT_T0); }

// Loads for an expansion: the instruction's own memory form is several times slower on some CPUs, so the compiler
// must not join the two.
WEFT_INLINE __m512i load_apart(const uint8_t *from) {
  __m512i x = _mm512_loadu_si512(from);
  __asm__("" : "+v"(x));
  return x;
}

WEFT_INLINE __m256i load_apart_256(const uint8_t *from) {
  __m256i x = _mm256_loadu_si256((const __m256i *)from);
  __asm__("" : "+v"(x));
  return x;
}

WEFT_INLINE void store_lanes(uint8_t *target, __m512i lanes, int streams) {
  if (streams) {
    _mm512_stream_si512((__m512i *)target, lanes);
  } else {
    _mm512_storeu_si512(target, lanes);
  }
}

#endif
