#if defined(__x86_64__)
#include "pairs.h"

// Byte i: group i / 32, octet i / 16 % 2, then eight bytes for planes 7...0 and eight for planes 15...8.
#define PLANE(i) (((i) & 8) + 7 - ((i) & 7))
#define LAST(s) ((s) > 0 ? (s) - 1 : 0)
#define WORD(i, s) (PLANE(i) < (s) ? PLANE(i) : LAST(s))
#define BYTE(i, a, b) \
  (((i) < 32 ? 2 * WORD(i, a) : 2 * (a) + 2 * WORD(i, b)) + ((i) >> 4 & 1)) & 63
#define BYTES4(i, a, b) BYTE(i, a, b), BYTE(i + 1, a, b), BYTE(i + 2, a, b), BYTE(i + 3, a, b)
#define BYTES16(i, a, b) BYTES4(i, a, b), BYTES4(i + 4, a, b), BYTES4(i + 8, a, b), BYTES4(i + 12, a, b)
#define INDEX(a, b) {BYTES16(0, a, b), BYTES16(16, a, b), BYTES16(32, a, b), BYTES16(48, a, b)}

#define EACH_SECOND(what, a) \
  what(a, 0), what(a, 1), what(a, 2), what(a, 3), what(a, 4), what(a, 5), what(a, 6), what(a, 7), what(a, 8), \
    what(a, 9), what(a, 10), what(a, 11), what(a, 12), what(a, 13), what(a, 14), what(a, 15), what(a, 16)
#define EACH(what) \
  EACH_SECOND(what, 0), EACH_SECOND(what, 1), EACH_SECOND(what, 2), EACH_SECOND(what, 3), EACH_SECOND(what, 4), \
    EACH_SECOND(what, 5), EACH_SECOND(what, 6), EACH_SECOND(what, 7), EACH_SECOND(what, 8), EACH_SECOND(what, 9), \
    EACH_SECOND(what, 10), EACH_SECOND(what, 11), EACH_SECOND(what, 12), EACH_SECOND(what, 13), \
    EACH_SECOND(what, 14), EACH_SECOND(what, 15), EACH_SECOND(what, 16)

const uint8_t weft_pair_index[289][64] __attribute__((aligned(64))) = {EACH(INDEX)};

#define BIT(i, s) ((uint64_t)(PLANE(i) < (s)) << (i))
#define BITS8(i, s) \
  (BIT(i, s) | BIT(i + 1, s) | BIT(i + 2, s) | BIT(i + 3, s) | BIT(i + 4, s) | BIT(i + 5, s) | BIT(i + 6, s) | \
   BIT(i + 7, s))
#define OCTET(s) (BITS8(0, s) | BITS8(8, s))
#define GROUP(s) (OCTET(s) | OCTET(s) << 16)
#define KEEP_UNSIGNED(a, b) (GROUP(a) | GROUP(b) << 32)
#define KEEP_SIGNED(a, b) (((a) > 0 ? 0xFFFFFFFFULL : 0) | ((b) > 0 ? 0xFFFFFFFF00000000ULL : 0))

const uint64_t weft_pair_unsigned[289] = {EACH(KEEP_UNSIGNED)};
const uint64_t weft_pair_signed[289] = {EACH(KEEP_SIGNED)};
#endif
