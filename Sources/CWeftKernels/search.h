// The search of a kernel around two primitives that has none of its own: behind generic.h.

// Adds the groups of lanes that lie together: octets first, and larger groups out of these.
KERNEL_TARGET static void KERNEL(count_groups)(
  const weft_coding *c, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *into) {
  enum { stretch = 256 };
  weft_coding readings[2] = {*c, *c};
  readings[0].is_signed = 0;
  readings[1].is_signed = 1;
  for (size_t first = 0; first < count; first += stretch) {
    const size_t here = count - first < stretch ? count - first : stretch;
    const unsigned octets = (unsigned)((here + 7) / 8);
    uint16_t values[stretch];
    uint8_t plain[stretch / 8], twos[stretch / 8];
    load_values(readings, lanes + first * c->lane_bytes, here, 8 * octets, values);
    for (unsigned octet = 0; octet < octets; octet++) {
      plain[octet] = (uint8_t)needed_precision(values + 8 * octet, 8, 0);
    }
    if (c->width < 16) load_values(readings + 1, lanes + first * c->lane_bytes, here, 8 * octets, values);
    for (unsigned octet = 0; octet < octets; octet++) {
      twos[octet] = (uint8_t)needed_precision(values + 8 * octet, 8, 1);
    }
    for (unsigned size = 0; size < weft_group_sizes; size++) {
      const unsigned step = 1u << size;
      for (unsigned octet = 0; sizes >> size & 1 && octet < octets; octet += step) {
        unsigned a = 0, b = 0;
        for (unsigned i = octet; i < octet + step && i < octets; i++) {
          a = plain[i] > a ? plain[i] : a;
          b = twos[i] > b ? twos[i] : b;
        }
        into[size].as_unsigned[a]++;
        into[size].as_signed[b]++;
      }
    }
  }
}

KERNEL_TARGET static void KERNEL(search)(
  const weft_coding *coding, const uint8_t *lanes, size_t count, unsigned sizes, weft_precision_counts *whole,
  weft_precision_counts *kept, weft_survey *survey) {
  for (size_t first = 0; first < count; first += weft_piece_lanes) {
    const size_t here = count - first < weft_piece_lanes ? count - first : weft_piece_lanes;
    const uint8_t *piece = lanes + first * coding->lane_bytes;
    if (survey) KERNEL(survey)(piece, here, coding->lane_bytes, survey);
    if (whole) KERNEL(count_groups)(coding, piece, here, sizes, whole);
    if (!kept) continue;
    uint8_t mask[weft_piece_lanes / 8], dense[2 * weft_piece_lanes];
    const size_t left = KERNEL(compact)(coding, piece, here, mask, dense);
    KERNEL(count_groups)(coding, dense, left, sizes, kept);
  }
}
