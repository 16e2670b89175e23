#if defined(__x86_64__) && !defined(WEFT_EMBEDDED)
#include "squeeze.h"

// How many bits of a mask are set below the place `i`, and the place of the set bit number `n`, where it has so many.
#define SET(m, i) ((m) >> (i) & 1)
#define BELOW(m, i) __builtin_popcount((m) & ((1u << (i)) - 1))
#define IS(m, i, n) (SET(m, i) && BELOW(m, i) == (n)) ? (i)
#define NTH(m, n) \
  (IS(m, 0, n) : IS(m, 1, n) : IS(m, 2, n) : IS(m, 3, n) : IS(m, 4, n) : IS(m, 5, n) : IS(m, 6, n) : IS(m, 7, n) : 128)
#define FROM(m, i) (SET(m, i) ? BELOW(m, i) : 128)
#define PAIR(x) (2 * ((x) & 127)) | ((x) & 128), (2 * ((x) & 127) + 1) | ((x) & 128)

#define SQUEEZE_WORDS(m) \
  {PAIR(NTH(m, 0)), PAIR(NTH(m, 1)), PAIR(NTH(m, 2)), PAIR(NTH(m, 3)), \
   PAIR(NTH(m, 4)), PAIR(NTH(m, 5)), PAIR(NTH(m, 6)), PAIR(NTH(m, 7))}
#define SPREAD_WORDS(m) \
  {PAIR(FROM(m, 0)), PAIR(FROM(m, 1)), PAIR(FROM(m, 2)), PAIR(FROM(m, 3)), \
   PAIR(FROM(m, 4)), PAIR(FROM(m, 5)), PAIR(FROM(m, 6)), PAIR(FROM(m, 7))}
#define SQUEEZE_BYTES(m) \
  {NTH(m, 0), NTH(m, 1), NTH(m, 2), NTH(m, 3), NTH(m, 4), NTH(m, 5), NTH(m, 6), NTH(m, 7)}
#define SPREAD_BYTES(m) \
  {FROM(m, 0), FROM(m, 1), FROM(m, 2), FROM(m, 3), FROM(m, 4), FROM(m, 5), FROM(m, 6), FROM(m, 7)}

#define EACH4(what, m) what(m), what((m) + 1), what((m) + 2), what((m) + 3)
#define EACH16(what, m) EACH4(what, m), EACH4(what, (m) + 4), EACH4(what, (m) + 8), EACH4(what, (m) + 12)
#define EACH64(what, m) EACH16(what, m), EACH16(what, (m) + 16), EACH16(what, (m) + 32), EACH16(what, (m) + 48)
#define EACH(what) EACH64(what, 0), EACH64(what, 64), EACH64(what, 128), EACH64(what, 192)

const uint8_t weft_squeeze_words[256][16] __attribute__((aligned(64))) = {EACH(SQUEEZE_WORDS)};
const uint8_t weft_spread_words[256][16] __attribute__((aligned(64))) = {EACH(SPREAD_WORDS)};
const uint8_t weft_squeeze_bytes[256][8] __attribute__((aligned(64))) = {EACH(SQUEEZE_BYTES)};
const uint8_t weft_spread_bytes[256][8] __attribute__((aligned(64))) = {EACH(SPREAD_BYTES)};
#endif
