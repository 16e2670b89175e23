/* Containers of several tensors: reading whole, by rows and by group. usage: container FIXTURES FOLDER */
#include "support.h"

enum { tensors = 3, rows = 300, columns = 70 };

static bytes make(int16_t values[tensors][rows * columns]) {
  static const char *const names[tensors] = {"first", "zweiter \xC3\xA4", "third"};
  bytes file = allocate(0);
  for (int number = 0; number < tensors; number++) {
    fill_values(values[number], rows * columns, (uint64_t)number + 1);
    weft_tensor tensor = WEFT_TENSOR_INIT;
    tensor.type = WEFT_INT16;
    tensor.rank = 2;
    tensor.shape[0] = rows;
    tensor.shape[1] = columns;
    tensor.is_column_major = number == 2;
    tensor.has_zero_point = number == 1;
    tensor.zero_point = -7;
    tensor.name = names[number];
    weft_pack_options options = WEFT_PACK_OPTIONS_INIT;
    options.order = number == 1 ? WEFT_ORDER_FILTERS : WEFT_ORDER_LINEAR;
    if (number == 1) strcpy(tensor.layout, "OI");
    bytes one = pack(&tensor, values[number], &options);
    /* Containers one after the other are a container. */
    file.start = (uint8_t *)realloc(file.start, file.count + one.count);
    CHECK(file.start != NULL);
    memcpy(file.start + file.count, one.start, one.count);
    file.count += one.count;
    free(one.start);
  }
  return file;
}

static void check(const weft_container *container, int16_t values[tensors][rows * columns]) {
  weft_problem problem = WEFT_PROBLEM_INIT;
  CHECK(weft_container_tensor_count(container) == tensors);
  char name[32];
  CHECK(weft_container_name(container, 1, NULL, 0) == 10);
  CHECK(weft_container_name(container, 1, name, 11) == 10 && strcmp(name, "zweiter \xC3\xA4") == 0);
  CHECK(weft_container_name(container, 1, name, 10) == WEFT_ERROR_BUFFER_TOO_SMALL);
  CHECK(weft_container_find(container, "third") == 2);
  CHECK(weft_container_find(container, "fourth") == WEFT_ERROR_NO_SUCH_ENTRY);
  static int16_t back[rows * columns];
  for (int number = 0; number < tensors; number++) {
    int64_t shape[2];
    CHECK(weft_container_shape(container, number, shape, 2) == 2 && shape[0] == rows && shape[1] == columns);
    weft_tensor tensor = WEFT_TENSOR_INIT;
    CHECK(weft_container_tensor(container, number, &tensor) == (int64_t)sizeof back);
    CHECK(tensor.type == WEFT_INT16 && tensor.rank == 2 && tensor.is_column_major == (number == 2));
    CHECK(tensor.has_zero_point == (number == 1) && (number != 1 || tensor.zero_point == -7));
    memset(back, 1, sizeof back);
    CHECK(weft_container_read(container, number, back, sizeof back, &problem) == (int64_t)sizeof back);
    CHECK(memcmp(back, values[number], sizeof back) == 0);
    for (int first = 0; first < rows; first += 37) {
      int count = first + 50 < rows ? 50 : rows - first;
      memset(back, 1, sizeof back);
      int64_t size = weft_container_read_rows(container, number, first, count, back, sizeof back, &problem);
      CHECK_GOOD(size, problem);
      CHECK(size == 2 * count * columns);
      for (int row = 0; row < count; row++) {
        for (int column = 0; column < columns; column++) {
          int here = number == 2 ? column * count + row : row * columns + column;
          int there = number == 2 ? column * rows + first + row : (first + row) * columns + column;
          CHECK(back[here] == values[number][there]);
        }
      }
    }
  }
  CHECK(weft_container_read_rows(container, 0, rows, 0, NULL, 0, NULL) == 0);
  CHECK(weft_container_verify(container, &problem) == tensors);
}

/* The packed planes of each group are the values: rebuilt lane by lane. */
static void groups_hold_the_values(const weft_container *container, const int16_t *values) {
  weft_group group = WEFT_GROUP_INIT;
  uint8_t planes[32];
  int64_t lane = 0;
  for (int64_t number = 0; number == 0 || number < group.groups; number++) {
    weft_problem problem = WEFT_PROBLEM_INIT;
    int64_t size = weft_container_group(container, 0, number, &group, planes, sizeof planes, &problem);
    CHECK_GOOD(size, problem);
    CHECK(size == group.precision * group.word_bytes && group.word_bytes == 2);
    for (int place = 0; place < 16 && lane < rows * columns; place++, lane++) {
      int32_t value = 0;
      for (int plane = 0; plane < group.precision; plane++) {
        int32_t bit = planes[plane * group.word_bytes + place / 8] >> (place % 8) & 1;
        value += (group.is_signed && plane == group.precision - 1 ? -bit : bit) * ((int32_t)1 << plane);
      }
      CHECK((int16_t)(value + group.rebase) == values[lane]);
    }
  }
  CHECK(lane == rows * columns && group.groups == (rows * columns + 15) / 16);
  CHECK(weft_container_group(container, 0, group.groups, &group, planes, sizeof planes, NULL) < 0);
}

int main(int count, char **arguments) {
  CHECK(count == 3);
  static int16_t values[tensors][rows * columns];
  bytes file = make(values);
  weft_container *container;
  weft_problem problem = WEFT_PROBLEM_INIT;
  CHECK(weft_container_open(file.start, file.count, &container, &problem) == tensors);
  check(container, values);
  groups_hold_the_values(container, values[0]);
  CHECK(weft_container_close(container) == 0);

  char path[4096];
  snprintf(path, sizeof path, "%s/three.weft", arguments[2]);
  FILE *out = fopen(path, "wb");
  CHECK(out != NULL && fwrite(file.start, 1, file.count, out) == file.count && fclose(out) == 0);
  CHECK(weft_container_open_file(path, &container, &problem) == tensors);
  check(container, values);
  weft_container_close(container);
  weft_container_close(NULL);

  /* Stored entries are no tensors, and a container may have none. */
  bytes stored = read_file(arguments[1], "valid/stored.weft");
  CHECK(weft_container_open(stored.start, stored.count, &container, &problem) >= 0);
  CHECK(weft_container_verify(container, &problem) >= 0);
  weft_container_close(container);
  bytes none = read_file(arguments[1], "unusual/no-entries.weft");
  CHECK(weft_container_open(none.start, none.count, &container, &problem) == 0);
  weft_container_close(container);
  free(stored.start), free(none.start), free(file.start);
  puts("container: passed");
  return 0;
}
