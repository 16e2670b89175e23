// Lanes out of elements in other orders, and back: two-dimensional parts of a tensor at a time. Plain vectors of 16
// bytes, which every CPU has.
#include <string.h>

#include "CWeftKernels.h"

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint16_t words8 __attribute__((vector_size(16)));

#define ZIP_LOW_WORDS(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH_WORDS(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define ZIP_LOW_BYTES(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH_BYTES(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

// A square of 16-byte rows, `from_pitch` bytes apart, changes rows and columns: as many perfect shuffles of the rows as
// it takes bits to number them.
static inline void transpose_words(const uint8_t *from, size_t from_pitch, uint8_t *to, size_t to_pitch) {
  words8 x[8], y[8];
  for (unsigned i = 0; i < 8; i++) memcpy(x + i, from + i * from_pitch, 16);
  for (unsigned round = 0; round < 3; round++) {
    for (unsigned i = 0; i < 4; i++) {
      y[2 * i] = ZIP_LOW_WORDS(x[i], x[i + 4]);
      y[2 * i + 1] = ZIP_HIGH_WORDS(x[i], x[i + 4]);
    }
    memcpy(x, y, sizeof x);
  }
  for (unsigned i = 0; i < 8; i++) memcpy(to + i * to_pitch, x + i, 16);
}

static inline void transpose_bytes(const uint8_t *from, size_t from_pitch, uint8_t *to, size_t to_pitch) {
  bytes16 x[16], y[16];
  for (unsigned i = 0; i < 16; i++) memcpy(x + i, from + i * from_pitch, 16);
  for (unsigned round = 0; round < 4; round++) {
    for (unsigned i = 0; i < 8; i++) {
      y[2 * i] = ZIP_LOW_BYTES(x[i], x[i + 8]);
      y[2 * i + 1] = ZIP_HIGH_BYTES(x[i], x[i + 8]);
    }
    memcpy(x, y, sizeof x);
  }
  for (unsigned i = 0; i < 16; i++) memcpy(to + i * to_pitch, x + i, 16);
}

// Elements (row, column) at row * from_row + column * from_column to row * to_row + column * to_column, all in bytes.
static inline void move_each(
  const uint8_t *from, size_t from_row, size_t from_column, uint8_t *to, size_t to_row, size_t to_column, size_t rows,
  size_t columns, unsigned bytes) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      memcpy(to + row * to_row + column * to_column, from + row * from_row + column * from_column, bytes);
    }
  }
}

// `from` has its columns next to each other and `to` its rows. A cache line of rows is finished before the next one is
// begun, as rows may be far apart.
static inline void move_across(
  const uint8_t *from, size_t from_row, uint8_t *to, size_t to_column, size_t rows, size_t columns, unsigned bytes) {
  const size_t edge = 16 / bytes, band = 64 / bytes;
  for (size_t first = 0; first < rows; first += band) {
    const size_t here = rows - first < band ? rows - first : band;
    const size_t whole_rows = here / edge * edge, whole_columns = columns / edge * edge;
    const uint8_t *source = from + first * from_row;
    uint8_t *target = to + first * bytes;
    for (size_t column = 0; column < whole_columns; column += edge) {
      for (size_t row = 0; row < whole_rows; row += edge) {
        (bytes == 1 ? transpose_bytes : transpose_words)(
          source + row * from_row + column * bytes, from_row, target + row * bytes + column * to_column, to_column);
      }
    }
    move_each(
      source + whole_columns * bytes, from_row, bytes, target + whole_columns * to_column, bytes, to_column, whole_rows,
      columns - whole_columns, bytes);
    move_each(
      source + whole_rows * from_row, from_row, bytes, target + whole_rows * bytes, bytes, to_column, here - whole_rows,
      columns, bytes);
  }
}

static inline void move_rows(
  const uint8_t *from, size_t from_row, uint8_t *to, size_t to_row, size_t rows, size_t bytes) {
  // The two lengths that bricks of 16 lanes have, each a few instructions.
  if (bytes == 16) {
    for (size_t row = 0; row < rows; row++) memcpy(to + row * to_row, from + row * from_row, 16);
  } else if (bytes == 32) {
    for (size_t row = 0; row < rows; row++) memcpy(to + row * to_row, from + row * from_row, 32);
  } else {
    for (size_t row = 0; row < rows; row++) memcpy(to + row * to_row, from + row * from_row, bytes);
  }
}

// Where the elements of a part lie: bytes from row to row and from column to column.
typedef struct {
  size_t row, column;
} steps;

static inline void move(
  const uint8_t *from, steps source, uint8_t *to, steps target, size_t rows, size_t columns, unsigned bytes) {
  if (source.column == bytes && target.column == bytes) {
    move_rows(from, source.row, to, target.row, rows, columns * bytes);
  } else if (source.row == bytes && target.column == bytes) {
    move_across(from, source.column, to, target.row, columns, rows, bytes);
  } else if (source.column == bytes && target.row == bytes) {
    move_across(from, source.row, to, target.column, rows, columns, bytes);
  } else {
    move_each(from, source.row, source.column, to, target.row, target.column, rows, columns, bytes);
  }
}

static void move_elements(
  const weft_grid *grid, const uint8_t *from, steps source, uint8_t *to, steps target, unsigned bytes) {
  if (bytes == 1) {
    move(from, source, to, target, grid->rows, grid->columns, 1);
  } else {
    move(from, source, to, target, grid->rows, grid->columns, 2);
  }
}

static steps steps_of_elements(const weft_grid *grid, unsigned bytes) {
  return (steps){grid->row_stride * bytes, grid->stride * bytes};
}

static steps steps_of_lanes(const weft_grid *grid, unsigned bytes) { return (steps){grid->pitch * bytes, bytes}; }

void weft_gather(const weft_grid *grid, const uint8_t *elements, uint8_t *lanes, unsigned bytes) {
  move_elements(grid, elements, steps_of_elements(grid, bytes), lanes, steps_of_lanes(grid, bytes), bytes);
}

void weft_scatter(const weft_grid *grid, const uint8_t *lanes, uint8_t *elements, unsigned bytes) {
  move_elements(grid, lanes, steps_of_lanes(grid, bytes), elements, steps_of_elements(grid, bytes), bytes);
}

void weft_widen(const uint8_t *bytes, size_t count, int is_signed, uint8_t *lanes) {
  for (size_t i = 0; i < count; i++) {
    const uint16_t lane = is_signed ? (uint16_t)(int8_t)bytes[i] : bytes[i];
    memcpy(lanes + 2 * i, &lane, 2);
  }
}
