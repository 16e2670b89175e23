// Packing and unpacking blocks of one group of eight lanes, a batch of them at once, part of the AVX2 kernels: the
// planes of a group are half a register or a quarter of one.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

enum { octet_registers = 4 };

KERNEL_INLINE uint8_t *pack_octets(
  pack_state *state, const uint8_t *lanes, uint8_t *indices, uint8_t *out, int is_signed, int wide) {
  const unsigned planes = wide ? 16 : 8, groups = 32 / planes;
  __m256i x[octet_registers];
  for (unsigned i = 0; i < octet_registers; i++) x[i] = _mm256_loadu_si256((const __m256i *)lanes + i);
  if (!state->rule.plain) {
    for (unsigned i = 0; i < octet_registers; i++) x[i] = value_of_lane(x[i], &state->rule, wide);
  }
  planes_of_octets(x, octet_registers, wide);
  unsigned differ[octet_registers];
  for (unsigned i = 0; i < octet_registers; i++) {
    const __m256i shifted = wide ? _mm256_bslli_epi128(x[i], 1) : _mm256_slli_epi64(x[i], 8);
    const __m256i below = is_signed ? shifted : _mm256_setzero_si256();
    differ[i] = ~(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x[i], below));
  }
  uint8_t rows[32 * octet_registers] __attribute__((aligned(32)));
  for (unsigned i = 0; i < octet_registers; i++) _mm256_store_si256((__m256i *)rows + i, x[i]);
#pragma clang loop unroll(full)
  for (unsigned i = 0; i < octet_registers * groups; i++) {
    memcpy(out, rows + planes * i, planes);
    const unsigned shift = 32 - planes * (i % groups + 1);
    out += look_up_group(state->looks, differ[i / groups] << shift, indices + i, &state->fails);
  }
  return out;
}

// Of four groups, a quarter of a register each.
KERNEL_INLINE __m256i look_of_four(const __m256i looks[16], const unsigned *indices) {
  const __m256i low = _mm256_blend_epi32(looks[indices[0]], looks[indices[1]], 0xCC);
  const __m256i high = _mm256_blend_epi32(looks[indices[2]], looks[indices[3]], 0xCC);
  return _mm256_blend_epi32(low, high, 0xF0);
}

KERNEL_INLINE const uint8_t *unpack_octets(
  unpack_state *state, const uint8_t *rows, const uint8_t *indices, uint8_t *lanes, unpack_kind kind, int wide) {
  const row_looks *const looks = state->looks;
  const unsigned groups = wide ? 2 : 4;
  __m256i x[octet_registers];
  unsigned index[4 * octet_registers];
  for (unsigned i = 0; i < groups * octet_registers; i++) index[i] = index_at(indices, i);
  for (unsigned i = 0; i < octet_registers; i++) {
    const unsigned *const here = index + groups * i;
    const uint8_t *const second = rows + looks->step[here[0]];
    if (wide) {
      x[i] = _mm256_and_si256(load_halves(rows, second), look_of_two(looks->keep, here));
      rows = second + looks->step[here[1]];
    } else {
      const uint8_t *const third = second + looks->step[here[1]], *const fourth = third + looks->step[here[2]];
      const __m128i low = _mm_unpacklo_epi64(
        _mm_loadl_epi64((const __m128i *)rows), _mm_loadl_epi64((const __m128i *)second));
      const __m128i high = _mm_unpacklo_epi64(
        _mm_loadl_epi64((const __m128i *)third), _mm_loadl_epi64((const __m128i *)fourth));
      x[i] = _mm256_and_si256(_mm256_set_m128i(high, low), look_of_four(looks->keep, here));
      rows = fourth + looks->step[here[3]];
    }
  }
  octets_of_planes(x, octet_registers, wide);
  for (unsigned i = 0; i < octet_registers; i++) {
    if (kind.flips) {
      const __m256i flip = wide ? look_of_two(looks->flip, index + 2 * i) : look_of_four(looks->flip, index + 4 * i);
      x[i] = extend_sign(x[i], flip, wide);
    }
    if (!kind.plain) x[i] = lane_of_value(x[i], &state->rule, wide);
    store_register(lanes + 32 * i, x[i], kind.streams);
  }
  return rows;
}
