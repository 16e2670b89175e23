// The transposer alone: a block of values to rows of bits and back, with the bytes that each precision takes.
//
//   c++ -std=c++17 transpose.cpp $(pkg-config --cflags --libs weft) -o transpose && ./transpose
#include <weft.h>

#include <cinttypes>
#include <cstdio>
#include <vector>

int main() {
  // Four groups of 16 lanes; group g needs 3 g + 1 bits.
  constexpr int group = 16, groups = 4;
  std::vector<uint16_t> lanes(group * groups), back(lanes.size());
  std::vector<uint8_t> precisions(groups);
  for (int g = 0; g < groups; g++) {
    precisions[g] = uint8_t(3 * g + 1);
    for (int lane = 0; lane < group; lane++) lanes[g * group + lane] = uint16_t((lane * 37) & ((1 << precisions[g]) - 1));
  }
  std::vector<uint8_t> rows(2 * lanes.size());
  const int64_t size = weft_transpose(lanes.data(), lanes.size(), group, precisions.data(), rows.data(), rows.size());
  if (size < 0) {
    std::fprintf(stderr, "%s\n", weft_error_name(size));
    return 1;
  }
  std::printf("%zu bytes of values, %" PRId64 " bytes of rows; the first row:", 2 * lanes.size(), size);
  for (int byte = 0; byte < group / 8 * groups; byte++) std::printf(" %02x", rows[size_t(byte)]);
  std::printf("\n");
  const int64_t count =
      weft_untranspose(rows.data(), size_t(size), group, precisions.data(), 0, back.data(), back.size());
  return count == int64_t(lanes.size()) && back == lanes ? 0 : 1;
}
