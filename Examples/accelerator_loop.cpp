// An accelerator's loop over one layer: takes packed weights filter row by filter row, runs each tile of filters on the
// array from packed bytes, and checks a few sums against AND and popcount of the packed planes themselves.
//
//   c++ -std=c++17 accelerator_loop.cpp $(pkg-config --cflags --libs weft) -o accelerator_loop && ./accelerator_loop
#include <weft.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

namespace {

constexpr int filters = 96, channels = 80, positions = 49;

int64_t good(int64_t result, const weft_problem &problem) {
  if (result >= 0) return result;
  std::fprintf(stderr, "%s: %s\n", weft_error_name(result), problem.text);
  std::exit(1);
}

struct Close {
  void operator()(weft_container *container) const { weft_container_close(container); }
};

// A packed tensor with the bytes that it lies in.
class Packed {
 public:
  Packed(const weft_tensor &tensor, const std::vector<int8_t> &values, int order) {
    weft_pack_options options = WEFT_PACK_OPTIONS_INIT;
    options.order = order;
    // The array reads values as they are; so does the loop over planes below.
    options.zero_compaction = WEFT_OFF;
    options.rebase_choice = WEFT_OFF;
    weft_problem problem = WEFT_PROBLEM_INIT;
    bytes.resize(size_t(good(weft_pack_bound(&tensor, &options), problem)));
    bytes.resize(size_t(
        good(weft_pack(&tensor, values.data(), values.size(), bytes.data(), bytes.size(), &options, &problem), problem)));
    weft_container *opened = nullptr;
    good(weft_container_open(bytes.data(), bytes.size(), &opened, &problem), problem);
    container.reset(opened);
  }

  std::vector<uint8_t> bytes;
  std::unique_ptr<weft_container, Close> container;
};

weft_tensor matrix(const char *layout, int rows, int columns, const char *name) {
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.rank = 2;
  tensor.shape[0] = rows, tensor.shape[1] = columns;
  std::strcpy(tensor.layout, layout);
  tensor.name = name;
  return tensor;
}

}  // namespace

int main() {
  std::mt19937 random(1);
  std::normal_distribution<double> bell(0, 12);
  std::vector<int8_t> weights(filters * channels), inputs(positions * channels);
  for (int8_t &value : weights) value = int8_t(bell(random));
  for (int8_t &value : inputs) value = int8_t(std::max(0.0, bell(random)));

  Packed activations(matrix("NC", positions, channels, "activations"), inputs, WEFT_ORDER_CHANNELS);
  Packed stored(matrix("OI", filters, channels, "weights"), weights, WEFT_ORDER_LINEAR);

  // Weight memory holds a tile of 32 filters. Each of its rows is read alone from the packed tensor.
  constexpr int tile = 32;
  int64_t cycles = 0, packedBytes = 0;
  std::vector<int64_t> sums(positions * filters);
  weft_layer layer = WEFT_LAYER_INIT;
  layer.kind = WEFT_LAYER_FULLY_CONNECTED;
  weft_run_options options = WEFT_RUN_OPTIONS_INIT;
  options.array = "loom-1b:32x16";
  weft_problem problem = WEFT_PROBLEM_INIT;
  for (int first = 0; first < filters; first += tile) {
    std::vector<int8_t> rows(tile * channels);
    for (int row = 0; row < tile; row++) {
      good(weft_container_read_rows(stored.container.get(), 0, first + row, 1, rows.data() + row * channels, channels,
                                    &problem),
           problem);
    }
    Packed weightMemory(matrix("OI", tile, channels, "tile"), rows, WEFT_ORDER_FILTERS);
    std::vector<int64_t> part(positions * tile);
    weft_layer_run run = WEFT_LAYER_RUN_INIT;
    good(weft_array_run(&layer, weightMemory.container.get(), 0, activations.container.get(), 0, part.data(),
                        part.size(), &run, &options, &problem),
         problem);
    cycles += run.cycles;
    weft_summary summary = WEFT_SUMMARY_INIT;
    packedBytes += weft_container_summary(weightMemory.container.get(), 0, &summary);
    for (int position = 0; position < positions; position++) {
      std::memcpy(&sums[position * filters + first], &part[position * tile], tile * sizeof(int64_t));
    }
  }

  // What the array computed, from values...
  for (int position = 0; position < positions; position++) {
    for (int filter = 0; filter < filters; filter++) {
      int64_t sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += inputs[position * channels + channel] * weights[filter * channels + channel];
      }
      if (sum != sums[position * filters + filter]) return 1;
    }
  }
  // ... and filter 0 at position 0 from the planes: 16 lanes a group, a bit of each in a word.
  int64_t serial = 0;
  for (int brick = 0; brick < channels / 16; brick++) {
    weft_group a = WEFT_GROUP_INIT, w = WEFT_GROUP_INIT;
    uint16_t activation[16], weight[16];
    // In channels order come all positions of a brick, then the next brick; in linear order row after row.
    good(weft_container_group(activations.container.get(), 0, brick * positions, &a, activation, sizeof activation,
                              &problem),
         problem);
    good(weft_container_group(stored.container.get(), 0, brick, &w, weight, sizeof weight, &problem), problem);
    for (int i = 0; i < a.precision; i++) {
      for (int j = 0; j < w.precision; j++) {
        const bool isNegative = (a.is_signed && i == a.precision - 1) != (w.is_signed && j == w.precision - 1);
        const int64_t ones = __builtin_popcount(activation[i] & weight[j]);
        serial += (isNegative ? -ones : ones) * (int64_t(1) << (i + j));
      }
    }
  }
  const bool isEqual = serial == sums[0];
  std::printf("%d x %d sums right, %" PRId64 " cycles, weights %" PRId64 " of %d bytes; bit-serial by hand: %s\n", positions,
              filters, cycles, packedBytes, filters * channels, isEqual ? "equal" : "DIFFERENT");
  return isEqual ? 0 : 1;
}
