// Lanes to planes and back in pairs of registers, part of the AVX2 kernel without the affine instruction. Each function
// takes an even number of registers.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// Of each pair lanes 0...7 of two groups of two-byte lanes and their lanes 8...15, a group in each half, to their
// planes 0...7 and 8...15.
KERNEL_INLINE void planes_of_pairs(__m256i *x, unsigned registers) { turn_pairs(x, registers, 1, 2); }

// 16 planes of 16 two-byte lanes in each register to these.
KERNEL_INLINE void words_of_planes(__m256i *x, unsigned registers) {
  swap_halves(x, registers);
  turn_pairs(x, registers, 1, 2);
  swap_halves(x, registers);
}

// Twice 16 one-byte lanes in each register to eight planes of each, and back.
KERNEL_INLINE void planes_of_bytes(__m256i *x, unsigned registers) {
  zip(x, registers, 1, 1);
  turn_pairs(x, registers, 1, 2);
}

KERNEL_INLINE void bytes_of_planes(__m256i *x, unsigned registers) { turn_pairs(x, registers, 2, 1); }

// The same of groups of eight lanes: two in each register, or four of one byte.
KERNEL_INLINE void planes_of_octets(__m256i *x, unsigned registers, int wide) {
  if (!wide) zip(x, registers, 1, 1);
  turn_pairs(x, registers, wide ? 2 : 1, 1);
}

KERNEL_INLINE void octets_of_planes(__m256i *x, unsigned registers, int wide) {
  zip(x, registers, 1, 1);
  turn_pairs(x, registers, 1, wide ? 2 : 1);
}
