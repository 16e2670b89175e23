// Packing and unpacking any number of blocks of one group of 8 or 16 lanes, part of the AVX2 kernels.
#ifndef KERNEL_INLINE
#error "part of avx2.h"
#endif

// The most bytes of the lanes of a batch, and so of its rows, and its groups.
enum { most_batch_bytes = 256, most_batch_groups = 16 };
_Static_assert(
  32 * words_at_once <= most_batch_bytes && 32 * words_back_at_once <= most_batch_bytes
    && 32 * octet_registers <= most_batch_bytes,
  "room for the bytes of a batch");
_Static_assert(
  bytes_at_once <= most_batch_groups && bytes_back_at_once <= most_batch_groups
    && 4 * octet_registers <= most_batch_groups,
  "room for the groups of a batch");

KERNEL_INLINE size_t packed_at_once(unsigned group_log2, int wide) {
  return group_log2 == 3 ? octet_registers * (wide ? 2 : 4) : wide ? words_at_once : bytes_at_once;
}

KERNEL_INLINE uint8_t *pack_batch(
  pack_state *state, const uint8_t *lanes, uint8_t *indices, uint8_t *out, int is_signed, unsigned group_log2,
  int wide) {
  return group_log2 == 3 ? pack_octets(state, lanes, indices, out, is_signed, wide)
         : wide          ? pack_words(state, lanes, indices, out, is_signed)
                         : pack_bytes(state, lanes, indices, out, is_signed);
}

#if !defined(WEFT_EMBEDDED)
// What is left near the end of lanes or of room, through copies.
KERNEL_INLINE int64_t pack_rest(
  const weft_coding *c, const group_looks *looks, const uint8_t *lanes, size_t count, uint8_t *indices,
  uint8_t *payload, size_t room, unsigned group_log2, int wide) {
  pack_state state = {.looks = looks, .rule = make_rule(c, c->is_signed, wide)};
  const size_t groups_at_once = packed_at_once(group_log2, wide), lanes_at_once = groups_at_once << group_log2;
  uint8_t *out = payload;
  for (size_t lane = 0; lane < count; lane += lanes_at_once, indices += groups_at_once) {
    const size_t here = count - lane < lanes_at_once ? count - lane : lanes_at_once;
    const size_t groups = (here + (1u << group_log2) - 1) >> group_log2;
    uint8_t padded[most_batch_bytes], rows[most_batch_bytes + 32], found[most_batch_groups];
    // Absent lanes have the packed value 0.
    for (unsigned i = 0; i < sizeof padded; i += 32) _mm256_storeu_si256((__m256i *)(padded + i), state.rule.rebase);
    memcpy(padded, lanes + (lane << wide), here << wide);
    pack_batch(&state, padded, found, rows, c->is_signed, group_log2, wide);
    size_t bytes = 0;
    for (size_t i = 0; i < groups; i++) {
      if (found[i] & 0x80) return -1;
      bytes += (size_t)c->precision_of[found[i]] << (group_log2 - 3);
    }
    if (bytes > room - (size_t)(out - payload)) return -1;
    memcpy(indices, found, groups);
    memcpy(out, rows, bytes);
    out += bytes;
  }
  return out - payload;
}

#define WEFT_PACK_REST(name, group_log2, wide)                                                                       \
  __attribute__((noinline)) KERNEL_TARGET static int64_t name(                                                       \
    const weft_coding *c, const group_looks *looks, const uint8_t *lanes, size_t count, uint8_t *indices,            \
    uint8_t *payload, size_t room) {                                                                                 \
    return pack_rest(c, looks, lanes, count, indices, payload, room, group_log2, wide);                              \
  }
WEFT_PACK_REST(pack_rest_16_words, 4, 1)
WEFT_PACK_REST(pack_rest_16_bytes, 4, 0)
WEFT_PACK_REST(pack_rest_8_words, 3, 1)
WEFT_PACK_REST(pack_rest_8_bytes, 3, 0)
#endif

KERNEL_INLINE int64_t encode_small(
  const weft_coding *c, const uint8_t *lanes, size_t count, uint8_t *indices, uint8_t *payload, size_t room,
  int is_signed, unsigned group_log2, int wide) {
  const size_t groups_at_once = packed_at_once(group_log2, wide), lanes_at_once = groups_at_once << group_log2;
  group_looks looks;
  pack_state state = {.looks = &looks, .rule = make_rule(c, is_signed, wide)};
  // Groups of 16 bytes take two bits for each plane.
  make_group_looks(c, &looks, wide ? 16 : 8, group_log2 == 4 && !wide ? 2 : 1, 1u << (group_log2 - 3));
  const uint8_t *const end = payload + room;
  uint8_t *out = payload;
  size_t lane = 0;
  // Rows are no longer than lanes.
  for (; count - lane >= lanes_at_once && (size_t)(end - out) >= lanes_at_once << wide; lane += lanes_at_once) {
    out = pack_batch(&state, lanes + (lane << wide), indices, out, is_signed, group_log2, wide);
    indices += groups_at_once;
  }
  if (state.fails & 0x80) return -1;
  if (lane == count) return out - payload;
#if defined(WEFT_EMBEDDED)
  const int64_t more = KERNEL(encode)(
    c, lanes + (lane << wide), count - lane, (size_t)1 << group_log2, indices, out, (size_t)(end - out));
#else
  int64_t (*const rest[2][2])(
    const weft_coding *, const group_looks *, const uint8_t *, size_t, uint8_t *, uint8_t *, size_t) = {
    {pack_rest_8_bytes, pack_rest_8_words}, {pack_rest_16_bytes, pack_rest_16_words}};
  const int64_t more = rest[group_log2 - 3][wide](
    c, &looks, lanes + (lane << wide), count - lane, indices, out, (size_t)(end - out));
#endif
  return more < 0 ? -1 : out - payload + more;
}

KERNEL_INLINE size_t unpacked_at_once(unsigned group_log2, int wide) {
  return group_log2 == 3 ? octet_registers * (wide ? 2 : 4) : wide ? words_back_at_once : bytes_back_at_once;
}

KERNEL_INLINE const uint8_t *unpack_batch(
  unpack_state *state, const uint8_t *rows, const uint8_t *indices, uint8_t *lanes, unpack_kind kind,
  unsigned group_log2, int wide) {
  return group_log2 == 3 ? unpack_octets(state, rows, indices, lanes, kind, wide)
         : wide          ? unpack_words(state, rows, indices, lanes, kind)
                         : unpack_bytes(state, rows, indices, lanes, kind);
}

#if !defined(WEFT_EMBEDDED)
// What is left near the end of lanes or of rows, through copies.
KERNEL_INLINE void unpack_rest(
  const weft_coding *c, const row_looks *looks, const uint8_t *rows, const uint8_t *end, const uint8_t *indices,
  size_t count, int flags, uint8_t *lanes, unsigned group_log2, int wide) {
  unpack_state state = {.looks = looks, .rule = make_rule(c, flags & weft_decode_sign_extends, wide)};
  const size_t groups_at_once = unpacked_at_once(group_log2, wide), lanes_at_once = groups_at_once << group_log2;
  for (size_t lane = 0; lane < count; lane += lanes_at_once, indices += groups_at_once) {
    const size_t here = count - lane < lanes_at_once ? count - lane : lanes_at_once;
    const size_t left = (size_t)(end - rows);
    uint8_t copy[most_batch_bytes + 32], found[most_batch_groups] = {0}, whole[most_batch_bytes];
    memcpy(copy, rows, left < sizeof copy ? left : sizeof copy);
    memcpy(found, indices, (here + (1u << group_log2) - 1) >> group_log2);
    rows += unpack_batch(&state, copy, found, whole, (unpack_kind){.flips = 1}, group_log2, wide) - copy;
    memcpy(lanes + (lane << wide), whole, here << wide);
  }
}

#define WEFT_UNPACK_REST(name, group_log2, wide)                                                                     \
  __attribute__((noinline)) KERNEL_TARGET static void name(                                                          \
    const weft_coding *c, const row_looks *looks, const uint8_t *rows, const uint8_t *end, const uint8_t *indices,   \
    size_t count, int flags, uint8_t *lanes) {                                                                       \
    unpack_rest(c, looks, rows, end, indices, count, flags, lanes, group_log2, wide);                                \
  }
WEFT_UNPACK_REST(unpack_rest_16_words, 4, 1)
WEFT_UNPACK_REST(unpack_rest_16_bytes, 4, 0)
WEFT_UNPACK_REST(unpack_rest_8_words, 3, 1)
WEFT_UNPACK_REST(unpack_rest_8_bytes, 3, 0)
#endif

KERNEL_INLINE void decode_small(
  const weft_coding *c, const uint8_t *payload, size_t bytes, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, unpack_kind kind, unsigned group_log2, int wide) {
  const size_t groups_at_once = unpacked_at_once(group_log2, wide), lanes_at_once = groups_at_once << group_log2;
  const uint8_t *const end = payload + bytes;
  row_looks looks;
  make_row_looks(c, &looks, 1u << (group_log2 - 3));
  unpack_state state = {.looks = &looks, .rule = make_rule(c, flags & weft_decode_sign_extends, wide)};
  size_t lane = 0;
  // Rows are no longer than lanes.
  for (; count - lane >= lanes_at_once && (size_t)(end - payload) >= lanes_at_once << wide; lane += lanes_at_once) {
    _mm_prefetch((const char *)payload + 1024, _MM_HINT_T0);
    payload = unpack_batch(&state, payload, indices, lanes + (lane << wide), kind, group_log2, wide);
    indices += groups_at_once;
  }
  if (lane == count) return;
#if defined(WEFT_EMBEDDED)
  KERNEL(decode)(
    c, payload, (size_t)(end - payload), indices, count - lane, (size_t)1 << group_log2, flags, lanes + (lane << wide));
#else
  void (*const rest[2][2])(
    const weft_coding *, const row_looks *, const uint8_t *, const uint8_t *, const uint8_t *, size_t, int,
    uint8_t *) = {{unpack_rest_8_bytes, unpack_rest_8_words}, {unpack_rest_16_bytes, unpack_rest_16_words}};
  rest[group_log2 - 3][wide](c, &looks, payload, end, indices, count - lane, flags, lanes + (lane << wide));
#endif
}

// Groups of 16 lanes while there are whole stretches of the checksum, each taken beside as many batches as have so many
// bytes of rows at 0.36 of their lanes; returns the lanes. Where there are more rows, the rest is taken behind them.
KERNEL_INLINE size_t decode_stretches(
  const weft_coding *c, const uint8_t **payload, const uint8_t *end, const uint8_t *indices, size_t count, int flags,
  uint8_t *lanes, row_sum *sum, unpack_kind kind, int wide) {
  const size_t groups_at_once = unpacked_at_once(4, wide), lanes_at_once = 16 * groups_at_once;
  // Every second register takes a share.
  const size_t batches = stretch_shares / (wide ? words_back_at_once / 2 : bytes_back_at_once / 4);
  const size_t lanes_of_stretch = batches * lanes_at_once;
  const uint8_t *rows = *payload;
  row_looks looks;
  make_row_looks(c, &looks, 2);
  unpack_state state = {.looks = &looks, .rule = make_rule(c, flags & weft_decode_sign_extends, wide)};
  row_sum taken = *sum;
  size_t lane = 0;
  while (has_stretch(&taken, end) && count - lane >= lanes_of_stretch
         && (size_t)(end - rows) >= lanes_of_stretch << wide) {
    state.sum = (stretch_sum){begin_stretch(&taken), taken.at};
    for (size_t batch = 0; batch < batches; batch++, lane += lanes_at_once, indices += groups_at_once) {
      _mm_prefetch((const char *)rows + 1024, _MM_HINT_T0);
      rows = unpack_batch(&state, rows, indices, lanes + (lane << wide), kind, 4, wide);
    }
    end_stretch(&state.sum.thirds, &taken);
  }
  *payload = rows;
  *sum = taken;
  return lane;
}
