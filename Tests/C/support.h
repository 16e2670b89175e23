/* What the C tests share. They are C99 and C++ alike. */
#ifndef WEFT_TEST_SUPPORT_H
#define WEFT_TEST_SUPPORT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weft.h"

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);   \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

/* Fails with the text of the problem. */
#define CHECK_GOOD(result, problem)                                             \
  do {                                                                          \
    if ((result) < 0) {                                                         \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, weft_error_name(result), (problem).text); \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

/* A repeatable stream of numbers (SplitMix64). */
static inline uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

typedef struct bytes {
  uint8_t *start;
  size_t count;
} bytes;

static inline bytes allocate(size_t count) {
  bytes made;
  made.start = (uint8_t *)malloc(count == 0 ? 1 : count);
  made.count = count;
  CHECK(made.start != NULL);
  return made;
}

static inline bytes read_file(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "cannot open %s\n", path);
    exit(1);
  }
  CHECK(fseek(file, 0, SEEK_END) == 0);
  long size = ftell(file);
  CHECK(size >= 0);
  rewind(file);
  bytes made = allocate((size_t)size);
  CHECK(fread(made.start, 1, made.count, file) == made.count);
  fclose(file);
  return made;
}

static inline bytes copy_of(bytes source) {
  bytes made = allocate(source.count);
  memcpy(made.start, source.start, source.count);
  return made;
}

/* int16 values with groups of differing precision. */
static inline void fill_values(int16_t *values, size_t count, uint64_t seed) {
  for (size_t first = 0; first < count; first += 16) {
    unsigned bits = (unsigned)(next_random(&seed) % 13);
    for (size_t place = first; place < count && place < first + 16; place++) {
      uint64_t mask = ((uint64_t)1 << bits) - 1;
      values[place] = (int16_t)((int64_t)(next_random(&seed) & mask) - (int64_t)(mask >> 1));
    }
  }
}

/* Packs into fresh memory with room for the bound. */
static inline bytes pack(const weft_tensor *tensor, const void *values, const weft_pack_options *options) {
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t size = weft_tensor_bytes(tensor);
  CHECK(size >= 0);
  int64_t bound = weft_pack_bound(tensor, options);
  CHECK(bound > 0);
  bytes made = allocate((size_t)bound);
  int64_t written = weft_pack(tensor, values, (size_t)size, made.start, made.count, options, &problem);
  CHECK_GOOD(written, problem);
  CHECK(written <= bound);
  made.count = (size_t)written;
  return made;
}

#endif
