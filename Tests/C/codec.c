/* Packing and unpacking of single tensors, and the transposer. */
#include "support.h"

static void every_type_comes_back(void) {
  static const int bits[] = {4, 4, 8, 8, 16, 16};
  for (int type = WEFT_INT4; type <= WEFT_UINT16; type++) {
    for (int width = 0; width <= bits[type - 1]; width += bits[type - 1] / 2 - 1) {
      int count = 1000, range_bits = width == 0 ? bits[type - 1] : width, is_signed = type % 2;
      weft_tensor tensor = WEFT_TENSOR_INIT;
      tensor.type = type;
      tensor.width = width;
      tensor.rank = 2;
      tensor.shape[0] = 8;
      tensor.shape[1] = count / 8;
      tensor.name = "values";
      uint64_t seed = (uint64_t)(type * 100 + width);
      bytes values = allocate((size_t)count * (bits[type - 1] == 16 ? 2 : 1));
      CHECK(weft_tensor_bytes(&tensor) == (int64_t)values.count);
      for (int place = 0; place < count; place++) {
        int64_t value = (int64_t)(next_random(&seed) & (((uint64_t)1 << range_bits) - 1));
        if (is_signed) value -= (int64_t)1 << (range_bits - 1);
        if (bits[type - 1] == 16) {
          values.start[2 * place] = (uint8_t)value;
          values.start[2 * place + 1] = (uint8_t)(value >> 8);
        } else {
          values.start[place] = (uint8_t)value;
        }
      }
      bytes packed = pack(&tensor, values.start, NULL);
      weft_problem problem = WEFT_PROBLEM_INIT;
      CHECK(weft_unpacked_size(packed.start, packed.count, &problem) == (int64_t)values.count);
      bytes back = allocate(values.count);
      CHECK(weft_unpack(packed.start, packed.count, back.start, back.count, &problem) == (int64_t)values.count);
      CHECK(memcmp(values.start, back.start, values.count) == 0);
      free(packed.start), free(back.start), free(values.start);
    }
  }
}

static void every_option_comes_back(void) {
  static const int sizes[] = {0, 8, 16, 32, 64, 128, 256};
  enum { count = 6 * 5 * 4 * 20 };
  int16_t values[count], back[count];
  fill_values(values, count, 7);
  for (int place = 0; place < count; place += 3) values[place] = 0;
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 4;
  tensor.shape[0] = 6, tensor.shape[1] = 5, tensor.shape[2] = 4, tensor.shape[3] = 20;
  strcpy(tensor.layout, "OHWI");
  for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
    for (int order = WEFT_ORDER_AUTO; order <= WEFT_ORDER_FILTERS; order++) {
      for (int block = WEFT_BLOCK_DEFAULT; block <= WEFT_BLOCK_2048; block++) {
        for (int precisions = WEFT_PRECISIONS_AUTO; precisions <= WEFT_PRECISIONS_SET; precisions++) {
          weft_pack_options options = WEFT_PACK_OPTIONS_INIT;
          options.group_size = sizes[size];
          options.order = order;
          options.block = block;
          options.precisions = precisions;
          options.precision_set = 0x10111;
          options.zero_compaction = order <= WEFT_ORDER_SPATIAL ? (int)(size % 2) : WEFT_AUTO;
          bytes packed = pack(&tensor, values, &options);
          memset(back, 1, sizeof back);
          CHECK(weft_unpack(packed.start, packed.count, back, sizeof back, NULL) == (int64_t)sizeof back);
          CHECK(memcmp(values, back, sizeof back) == 0);
          free(packed.start);
        }
      }
    }
  }
}

static void every_kernel_gives_the_same_bytes(void) {
  enum { count = 70000 };
  static int16_t values[count];
  fill_values(values, count, 11);
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 1;
  tensor.shape[0] = count;
  bytes expected = pack(&tensor, values, NULL);
  char name[32];
  int kernels = 0;
  while (weft_kernel_name(kernels, name, sizeof name) >= 0) {
    weft_pack_options options = WEFT_PACK_OPTIONS_INIT;
    options.kernel = name;
    bytes packed = pack(&tensor, values, &options);
    CHECK(packed.count == expected.count && memcmp(packed.start, expected.start, packed.count) == 0);
    free(packed.start);
    kernels++;
  }
#if defined(WEFT_TEST_EMBEDDED)
  /* The portable one, and that of the CPU where it has what it takes. */
  CHECK(kernels >= 1);
#else
  CHECK(kernels >= 2);
#endif
  CHECK(weft_kernel_name(kernels, name, sizeof name) == WEFT_ERROR_NO_SUCH_ENTRY);
  free(expected.start);
}

static void empty_and_scalar_tensors_have_a_container(void) {
  for (int rank = 0; rank <= 8; rank += 4) {
    weft_tensor tensor = WEFT_TENSOR_INIT;
    tensor.rank = rank;
    for (int axis = 0; axis < rank; axis++) tensor.shape[axis] = axis == 2 ? 0 : 3;
    int8_t value = -5, back = 0;
    int64_t size = rank == 0 ? 1 : 0;
    CHECK(weft_tensor_bytes(&tensor) == size);
    bytes packed = pack(&tensor, rank == 0 ? &value : NULL, NULL);
    CHECK(weft_unpack(packed.start, packed.count, &back, 1, NULL) == size);
    CHECK(back == (rank == 0 ? -5 : 0));
    free(packed.start);
  }
}

static void sizes_that_nobody_has_are_only_numbers(void) {
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 1;
  tensor.shape[0] = (int64_t)1 << 48;
  CHECK(weft_pack_bound(&tensor, NULL) > (int64_t)1 << 49);
  uint16_t lanes[8] = {0};
  uint8_t rows[16] = {0};
  const size_t many = (size_t)1 << 47;
  CHECK(weft_transpose(lanes, many, 8, NULL, rows, sizeof rows) == WEFT_ERROR_BUFFER_TOO_SMALL);
  CHECK(weft_untranspose(rows, sizeof rows, 8, NULL, 0, lanes, many) == WEFT_ERROR_INVALID_ARGUMENT);
}

static void nothing_is_written_past_the_capacity(void) {
  enum { count = 5000 };
  int16_t values[count];
  fill_values(values, count, 3);
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 1;
  tensor.shape[0] = count;
  bytes packed = pack(&tensor, values, NULL);
  for (size_t capacity = 0; capacity < packed.count; capacity += 97) {
    bytes room = allocate(packed.count + 64);
    memset(room.start, 0xA5, room.count);
    CHECK(weft_pack(&tensor, values, sizeof values, room.start, capacity, NULL, NULL) == WEFT_ERROR_BUFFER_TOO_SMALL);
    for (size_t place = capacity; place < room.count; place++) CHECK(room.start[place] == 0xA5);
    free(room.start);
  }
  int64_t exact = weft_pack(&tensor, values, sizeof values, packed.start, packed.count, NULL, NULL);
  CHECK(exact == (int64_t)packed.count);
  free(packed.start);
}

static void options_of_other_versions_are_understood(void) {
  int8_t values[64] = {1, 2, 3};
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.rank = 1;
  tensor.shape[0] = 64;
  /* An earlier version whose options end after the group size. */
  weft_pack_options earlier = WEFT_PACK_OPTIONS_INIT;
  earlier.size = offsetof(weft_pack_options, order);
  earlier.group_size = 64;
  earlier.order = 99;
  bytes packed = pack(&tensor, values, &earlier);
  weft_container *container;
  CHECK(weft_container_open(packed.start, packed.count, &container, NULL) == 1);
  weft_summary summary = WEFT_SUMMARY_INIT;
  CHECK(weft_container_summary(container, 0, &summary) > 0);
  CHECK(summary.group_size == 64 && summary.order == WEFT_ORDER_LINEAR);
  /* A caller that knows less of the result gets no more than that. */
  weft_summary shorter = WEFT_SUMMARY_INIT;
  shorter.size = offsetof(weft_summary, group_size);
  shorter.group_size = 77;
  CHECK(weft_container_summary(container, 0, &shorter) > 0 && shorter.group_size == 77);
  weft_container_close(container);
  /* A later version is understood as long as it sets nothing new. */
  struct {
    weft_pack_options options;
    uint64_t later[2];
  } extended = {WEFT_PACK_OPTIONS_INIT, {0, 0}};
  extended.options.size = sizeof extended;
  uint8_t room[20000];
  CHECK(weft_pack(&tensor, values, 64, room, sizeof room, &extended.options, NULL) > 0);
  extended.later[1] = 1;
  CHECK(weft_pack(&tensor, values, 64, room, sizeof room, &extended.options, NULL) == WEFT_ERROR_UNKNOWN_OPTIONS);
  free(packed.start);
}

static void transposing_undoes_itself(void) {
  for (int group = 8; group <= 256; group *= 2) {
    for (size_t count = 0; count < 700; count += 61) {
      uint64_t seed = count + (uint64_t)group;
      uint16_t lanes[700], back[700];
      uint8_t precisions[100];
      size_t groups = (count + (size_t)group - 1) / (size_t)group;
      int64_t sum = 0;
      for (size_t place = 0; place < groups; place++) sum += precisions[place] = (uint8_t)(next_random(&seed) % 17);
      for (size_t lane = 0; lane < count; lane++) {
        unsigned precision = precisions[lane / (size_t)group];
        lanes[lane] = (uint16_t)(next_random(&seed) & (((uint32_t)1 << precision) - 1));
      }
      uint8_t rows[20000];
      int64_t written = weft_transpose(lanes, count, group, precisions, rows, sizeof rows);
      CHECK(written == sum * group / 8);
      CHECK(weft_untranspose(rows, (size_t)written, group, precisions, 0, back, count) == (int64_t)count);
      CHECK(memcmp(lanes, back, 2 * count) == 0);
      CHECK(weft_transpose(lanes, count, group, NULL, rows, sizeof rows) == (int64_t)groups * 16 * group / 8);
    }
  }
  /* By hand: lane l is the l-th bit of a word, plane after plane. */
  uint16_t lanes[8] = {1, 2, 3, 0, 0, 0, 0, 2};
  uint8_t precision = 2, rows[2];
  CHECK(weft_transpose(lanes, 8, 8, &precision, rows, 2) == 2);
  CHECK(rows[0] == 0x05 && rows[1] == 0x86);
}

int main(void) {
  CHECK(weft_version() == WEFT_VERSION);
  every_type_comes_back();
  every_option_comes_back();
  every_kernel_gives_the_same_bytes();
  empty_and_scalar_tensors_have_a_container();
  sizes_that_nobody_has_are_only_numbers();
  nothing_is_written_past_the_capacity();
  options_of_other_versions_are_understood();
  transposing_undoes_itself();
  puts("codec: passed");
  return 0;
}
