// Lanes to planes and back by the affine instruction, part of the AVX2 kernel that has it: what `planes.h` does in
// pairs, in each register by itself, but for `planes_of_pairs`.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// With a matrix of eight bytes as the second operand and the identity as the first, the result is the matrix
// transposed, its rows taken from the last byte to the first.
KERNEL_INLINE __m256i transpose_bits(__m256i x) {
  return _mm256_gf2p8affine_epi64_epi8(_mm256_set1_epi64x((long long)0x8040201008040201ULL), x, 0);
}

KERNEL_INLINE __m256i shuffle_halves(__m256i x, __m128i order) {
  return _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(order));
}

// Octets of bytes turned round, the low bytes of two-byte lanes before the high ones where `wide`.
KERNEL_INLINE __m256i reverse_octets(__m256i x, int wide) {
  return shuffle_halves(
    x, wide ? _mm_setr_epi8(14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9, 7, 5, 3, 1)
            : _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
}

// Two octets of bytes in each half to words of one byte each.
KERNEL_INLINE __m256i join_octets(__m256i x) {
  return shuffle_halves(x, _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
}

KERNEL_INLINE void planes_of_pairs(__m256i *x, unsigned registers) {
  for (unsigned i = 0; i < registers; i++) x[i] = transpose_bits(reverse_octets(x[i], 1));
  zip(x, registers, 1, 1);
}

KERNEL_INLINE void words_of_planes(__m256i *x, unsigned registers) {
  for (unsigned i = 0; i < registers; i++) {
    x[i] = join_octets(_mm256_permute4x64_epi64(transpose_bits(reverse_octets(x[i], 1)), 0xD8));
  }
}

KERNEL_INLINE void planes_of_bytes(__m256i *x, unsigned registers) {
  for (unsigned i = 0; i < registers; i++) x[i] = join_octets(transpose_bits(reverse_octets(x[i], 0)));
}

KERNEL_INLINE void bytes_of_planes(__m256i *x, unsigned registers) {
  for (unsigned i = 0; i < registers; i++) x[i] = transpose_bits(reverse_octets(x[i], 1));
}

KERNEL_INLINE void planes_of_octets(__m256i *x, unsigned registers, int wide) {
  for (unsigned i = 0; i < registers; i++) x[i] = transpose_bits(reverse_octets(x[i], wide));
}

KERNEL_INLINE void octets_of_planes(__m256i *x, unsigned registers, int wide) {
  for (unsigned i = 0; i < registers; i++) {
    x[i] = transpose_bits(reverse_octets(x[i], 0));
    if (wide) x[i] = join_octets(x[i]);
  }
}
