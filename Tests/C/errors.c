/* Every error code, provoked. usage: errors FIXTURES FOLDER [INT8-NETWORK.weft FIXED16-NETWORK.weft]
 * Without a network (and with the embedded library) the [full] part is left out. */
#include "support.h"

static char provoked[128];

/* Notes a code; the problem must tell the same and more. */
static void expect(int64_t result, int64_t code, const weft_problem *problem) {
  if (result != code) {
    fprintf(stderr, "expected %s, found %s (%lld): %s\n", weft_error_name(code), weft_error_name(result),
            (long long)result, problem == NULL ? "" : problem->text);
    exit(1);
  }
  CHECK(code >= -127 && weft_error_name(code) != NULL);
  if (problem != NULL) CHECK(problem->code == code && problem->text[0] != 0);
  provoked[-code] = 1;
}

static uint32_t crc32c(uint32_t crc, const uint8_t *data, size_t count) {
  crc = ~crc;
  for (size_t place = 0; place < count; place++) {
    crc ^= data[place];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
  }
  return ~crc;
}

static uint64_t record_size(const uint8_t *record) {
  uint64_t body = 0;
  for (int byte = 7; byte >= 0; byte--) body = body << 8 | record[8 + byte];
  return 16 + ((body + 7) & ~(uint64_t)7);
}

/* Makes the checksums of all records right again, so that deeper rules are met. */
static void reseal(bytes file) {
  size_t place = 16;
  while (place < file.count) {
    uint8_t *record = file.start + place;
    uint64_t size = record_size(record);
    CHECK(size <= file.count - place);
    uint32_t crc = crc32c(crc32c(0, record, 4), record + 8, (size_t)size - 8);
    for (int byte = 0; byte < 4; byte++) record[4 + byte] = (uint8_t)(crc >> (8 * byte));
    place += (size_t)size;
  }
}

static int64_t open_and_verify(bytes file, weft_problem *problem) {
  weft_container *container;
  int64_t result = weft_container_open(file.start, file.count, &container, problem);
  if (result >= 0) result = weft_container_verify(container, problem);
  weft_container_close(container);
  return result;
}

static void expect_file(bytes file, int64_t code) {
  weft_problem problem = WEFT_PROBLEM_INIT;
  expect(open_and_verify(file, &problem), code, &problem);
}

/* Replaces every occurrence of a text by one of the same length. */
static bytes replaced(bytes file, const char *from, const char *to) {
  size_t length = strlen(from);
  CHECK(strlen(to) == length);
  bytes copy = copy_of(file);
  int found = 0;
  for (size_t place = 0; place + length <= copy.count; place++) {
    if (memcmp(copy.start + place, from, length) == 0) memcpy(copy.start + place, to, length), found++;
  }
  CHECK(found > 0);
  reseal(copy);
  return copy;
}

static void damaged_containers(const char *fixtures) {
  static const struct {
    const char *name;
    int64_t code;
  } files[] = {
    {"invalid/truncated.weft", WEFT_ERROR_TRUNCATED},
    {"invalid/magic.weft", WEFT_ERROR_BAD_MAGIC},
    {"invalid/version.weft", WEFT_ERROR_UNSUPPORTED_VERSION},
    {"invalid/reserved-flag.weft", WEFT_ERROR_RESERVED_NOT_ZERO},
    {"invalid/checksum.weft", WEFT_ERROR_CHECKSUM_MISMATCH},
    {"invalid/header-index.weft", WEFT_ERROR_INVALID_HEADER_INDEX},
    {"invalid/larger-header.weft", WEFT_ERROR_NOT_CANONICAL},
    {"invalid/index-differs.weft", WEFT_ERROR_INDEX_MISMATCH},
    {"invalid/duplicate-name.weft", WEFT_ERROR_DUPLICATE_NAME},
  };
  for (size_t place = 0; place < sizeof files / sizeof *files; place++) {
    bytes file = read_file(fixtures, files[place].name);
    expect_file(file, files[place].code);
    free(file.start);
  }
  bytes good = read_file(fixtures, "valid/linear.weft");
  size_t end = good.count - 32, index = end;
  /* The index lies where the end mark says. */
  for (int byte = 7, first = 1; byte >= 0; byte--, first = 0) index = (first ? 0 : index << 8) | good.start[end + 24 + (size_t)byte];

  bytes file = copy_of(good);
  file.start[index] ^= 0x40;
  expect_file(file, WEFT_ERROR_UNKNOWN_RECORD);
  memcpy(file.start + index, "WFRM", 4);
  expect_file(file, WEFT_ERROR_UNEXPECTED_RECORD);
  memcpy(file.start + index, good.start + index, 4);
  file.start[index + 8] ^= 8;
  expect_file(file, WEFT_ERROR_SIZE_MISMATCH);
  file.start[index + 8] ^= 8;
  file.start[index + 15] = 1;
  expect_file(file, WEFT_ERROR_LIMIT_EXCEEDED);
  file.start[index + 15] = 0;
  file.start[end + 16] ^= 1;
  reseal(file);
  expect_file(file, WEFT_ERROR_FIELD_OUT_OF_RANGE);
  free(file.start);
  /* The body of the index grows into its padding, or shrinks. */
  file = copy_of(good);
  file.start[index + 16] = 0;
  reseal(file);
  expect_file(file, WEFT_ERROR_TRAILING_BYTES);
  free(file.start);

  int8_t value = 1;
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.name = "namesake";
  bytes one = pack(&tensor, &value, NULL);
  file = replaced(one, "namesake", "name\xFF\xFE\xFF\xFF");
  expect_file(file, WEFT_ERROR_INVALID_TEXT);
  free(file.start), free(one.start), free(good.start);
}

static void tensors_that_cannot_be_packed(const char *folder) {
  weft_problem problem = WEFT_PROBLEM_INIT;
  static uint8_t room[100000];
  int16_t values[64];
  for (int place = 0; place < 64; place++) values[place] = (int16_t)(place * 900 - 32000);
  weft_tensor tensor = WEFT_TENSOR_INIT;
  tensor.type = WEFT_INT16;
  tensor.rank = 2;
  tensor.shape[0] = tensor.shape[1] = 8;
  strcpy(tensor.layout, "HW");
  weft_pack_options options = WEFT_PACK_OPTIONS_INIT;
#define PACK(options) weft_pack(&tensor, values, sizeof values, room, sizeof room, options, &problem)
  options.order = WEFT_ORDER_CHANNELS;
  expect(PACK(&options), WEFT_ERROR_ORDER_NOT_APPLICABLE, &problem);
  strcpy(tensor.layout, "NC");
  options.zero_compaction = WEFT_ON;
  expect(PACK(&options), WEFT_ERROR_SETTING_NOT_APPLICABLE, &problem);
  options.zero_compaction = WEFT_AUTO;
  options.precisions = WEFT_PRECISIONS_SET;
  options.precision_set = 1 << 3;
  expect(PACK(&options), WEFT_ERROR_PRECISION_TOO_SMALL, &problem);
  options.precisions = WEFT_PRECISIONS_AUTO;
  tensor.has_zero_point = 1;
  tensor.zero_point = 32000;
  options.rebase_choice = WEFT_ON;
  options.rebase = 32000;
  expect(PACK(&options), WEFT_ERROR_PRECISION_ABOVE_SIXTEEN, &problem);
  options.rebase_choice = WEFT_AUTO;
  tensor.has_zero_point = 0;
  options.kernel = "abacus";
  expect(PACK(&options), WEFT_ERROR_UNKNOWN_KERNEL, &problem);
  options.kernel = NULL;
  options.group_size = 24;
  expect(PACK(&options), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  options.size = 3;
  expect(PACK(&options), WEFT_ERROR_UNKNOWN_OPTIONS, &problem);
  expect(weft_pack(&tensor, values, sizeof values, room, 100, NULL, &problem), WEFT_ERROR_BUFFER_TOO_SMALL, &problem);
  expect(weft_pack(NULL, values, sizeof values, room, sizeof room, NULL, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  expect(weft_pack(&tensor, NULL, sizeof values, room, sizeof room, NULL, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  expect(weft_pack(&tensor, values, 7, room, sizeof room, NULL, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  expect(weft_pack(&tensor, values, sizeof values, NULL, sizeof room, NULL, &problem), WEFT_ERROR_BUFFER_TOO_SMALL, &problem);
  weft_tensor wrong = tensor;
  wrong.rank = 9;
  expect(weft_tensor_bytes(&wrong), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  wrong = tensor, wrong.shape[1] = -1;
  expect(weft_tensor_bytes(&wrong), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  wrong = tensor, wrong.shape[0] = wrong.shape[1] = (int64_t)1 << 40;
  expect(weft_tensor_bytes(&wrong), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  wrong = tensor, wrong.width = 12;
  expect(weft_pack(&wrong, values, sizeof values, room, sizeof room, NULL, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  wrong = tensor, wrong.name = "\xFF";
  expect(weft_pack(&wrong, values, sizeof values, room, sizeof room, NULL, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  expect(weft_transpose(NULL, 3, 16, NULL, room, sizeof room), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  expect(weft_transpose((const uint16_t *)values, 3, 15, NULL, room, sizeof room), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  uint8_t seventeen = 17;
  expect(weft_transpose((const uint16_t *)values, 3, 16, &seventeen, room, sizeof room), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  expect(weft_untranspose(room, 31, 16, NULL, 0, (uint16_t *)values, 16), WEFT_ERROR_INVALID_ARGUMENT, NULL);

  bytes packed = pack(&tensor, values, NULL);
  bytes two = allocate(2 * packed.count);
  memcpy(two.start, packed.start, packed.count);
  tensor.name = "another";
  bytes other = pack(&tensor, values, NULL);
  two.count = packed.count + other.count;
  two.start = (uint8_t *)realloc(two.start, two.count);
  CHECK(two.start != NULL);
  memcpy(two.start + packed.count, other.start, other.count);
  expect(weft_unpack(two.start, two.count, values, sizeof values, &problem), WEFT_ERROR_NOT_ONE_TENSOR, &problem);
  expect(weft_unpack(packed.start, packed.count, values, sizeof values - 1, &problem), WEFT_ERROR_BUFFER_TOO_SMALL, &problem);
  weft_container *container;
  CHECK(weft_container_open(two.start, two.count, &container, &problem) == 2);
  expect(weft_container_read(container, 2, values, sizeof values, &problem), WEFT_ERROR_NO_SUCH_ENTRY, &problem);
  expect(weft_container_read_rows(container, 0, 5, 4, values, sizeof values, &problem), WEFT_ERROR_FIELD_OUT_OF_RANGE, &problem);
  expect(weft_container_read_rows(container, 0, INT64_MAX, INT64_MAX, values, sizeof values, &problem), WEFT_ERROR_FIELD_OUT_OF_RANGE, &problem);
  expect(weft_container_name(container, -1, NULL, 0), WEFT_ERROR_NO_SUCH_ENTRY, NULL);
  weft_container_close(container);
  expect(weft_container_tensor_count(NULL), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  char path[4096];
  snprintf(path, sizeof path, "%s/there is none", folder);
  expect(weft_container_open_file(path, &container, &problem), WEFT_ERROR_READ_FAILED, &problem);
  expect(weft_container_open_file(folder, &container, &problem), WEFT_ERROR_READ_FAILED, &problem);
  /* The text is cut where it does not fit, and a problem that has no size is left alone. */
  weft_problem none;
  memset(&none, 0, sizeof none);
  CHECK(weft_container_open_file(path, &container, &none) == WEFT_ERROR_READ_FAILED && none.code == 0);
  free(packed.start), free(other.start), free(two.start);
}

static void channels_that_cannot_be(void) {
  weft_problem problem = WEFT_PROBLEM_INIT;
  weft_channel *channel;
  weft_channel_options options = WEFT_CHANNEL_OPTIONS_INIT;
  options.queue = 0;
  expect(weft_channel_create(&options, &channel, &problem), WEFT_ERROR_CHANNEL_CONFIGURATION, &problem);
  CHECK(channel == NULL);
  options.queue = 32, options.postponed = 9;
  expect(weft_channel_create(&options, &channel, &problem), WEFT_ERROR_CHANNEL_CONFIGURATION, &problem);
  options.postponed = 0, options.speed = 5000;
  expect(weft_channel_create(&options, &channel, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  CHECK(weft_channel_create(NULL, &channel, &problem) > 0);
  expect(weft_channel_add_transaction(channel, 16, 0, 0), WEFT_ERROR_CHANNEL_RANGE, NULL);
  expect(weft_channel_add_transaction(channel, (uint64_t)1 << 30, 0, 0), WEFT_ERROR_CHANNEL_RANGE, NULL);
  expect(weft_channel_submit(channel, (uint64_t)1 << 29, (uint64_t)1 << 63, 0, 0), WEFT_ERROR_CHANNEL_RANGE, NULL);
  expect(weft_channel_submit(channel, 0, 32, 0, -1), WEFT_ERROR_CHANNEL_RANGE, NULL);
  expect(weft_channel_advance(channel, INT64_MAX), WEFT_ERROR_CHANNEL_RANGE, NULL);
  CHECK(weft_channel_submit(channel, 0, 32, 0, 0) == 1);
  expect(weft_channel_tick(channel), WEFT_ERROR_FACES_MIXED, NULL);
  expect(weft_channel_next_completion(channel, NULL), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  expect(weft_channel_stats(channel, NULL), WEFT_ERROR_INVALID_ARGUMENT, NULL);
  weft_channel_destroy(channel);
}

#ifndef WEFT_TEST_EMBEDDED
static int64_t run_network(bytes file, weft_problem *problem) {
  weft_container *container;
  weft_network *network = NULL;
  int64_t result = weft_container_open(file.start, file.count, &container, problem);
  CHECK(result >= 0);
  result = weft_network_open(container, &network, problem);
  if (result >= 0) result = weft_network_run(network, NULL, 0, NULL, 0, NULL, 0, NULL, problem);
  weft_network_close(network);
  weft_container_close(container);
  return result;
}

static void expect_network(bytes file, const char *from, const char *to, int64_t code) {
  bytes changed = replaced(file, from, to);
  weft_problem problem = WEFT_PROBLEM_INIT;
  expect(run_network(changed, &problem), code, &problem);
  free(changed.start);
}

static void networks_that_cannot_run(const char *fixtures, const char *path, const char *wide) {
  bytes network = read_file("", path);
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t layers = run_network(network, &problem);
  CHECK_GOOD(layers, problem);
  expect_network(network, "\"format\"", "\"format'", WEFT_ERROR_GRAPH_MALFORMED);
  expect_network(network, "\"dnn-fixture-1\"", "\"dnn-fixture-9\"", WEFT_ERROR_GRAPH_UNSUPPORTED);
  expect_network(network, "\"stride\": [1, 1]", "\"stride\": [3, 1]", WEFT_ERROR_GRAPH_INCONSISTENT);
  expect_network(network, "\"format\"", "\"farmat\"", WEFT_ERROR_GRAPH_MISSING);
  bytes none = read_file(fixtures, "valid/linear.weft");
  expect(run_network(none, &problem), WEFT_ERROR_GRAPH_MISSING, &problem);
  free(none.start);

  weft_container *container;
  weft_network *opened;
  CHECK(weft_container_open(network.start, network.count, &container, &problem) > 0);
  CHECK(weft_network_open(container, &opened, &problem) > 0);
  /* Too many units for registers. */
  weft_run_options options = WEFT_RUN_OPTIONS_INIT;
  options.executor = WEFT_EXECUTOR_REGISTER;
  options.array = "loom-1b:4096x4096";
  expect(weft_network_run(opened, NULL, 0, NULL, 0, NULL, 0, &options, &problem), WEFT_ERROR_GRAPH_TOO_LARGE, &problem);
  options.array = "abacus";
  expect(weft_network_run(opened, NULL, 0, NULL, 0, NULL, 0, &options, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  expect(weft_network_run(opened, "", 1, NULL, 0, NULL, 0, NULL, &problem), WEFT_ERROR_INVALID_ARGUMENT, &problem);
  weft_network_close(opened), weft_container_close(container);

  CHECK(weft_container_open_file(wide, &container, &problem) > 0);
  CHECK(weft_network_open(container, &opened, &problem) > 0);
  weft_traffic_options traffic = WEFT_TRAFFIC_OPTIONS_INIT;
  traffic.batch = 65536;
  traffic.density = 4;
  traffic.activation_memory = 0;
  weft_layer_traffic total = WEFT_LAYER_TRAFFIC_INIT;
  expect(weft_network_traffic(opened, NULL, 0, NULL, 0, &total, NULL, &traffic, &problem),
         WEFT_ERROR_TRAFFIC_OUT_OF_MEMORY, &problem);
  weft_network_close(opened), weft_container_close(container);

  /* Biases as large as they can be: sums leave their type. Stored entries keep their elements as they are. */
  bytes changed = copy_of(network);
  for (size_t place = 16; place < changed.count; place += (size_t)record_size(changed.start + place)) {
    uint8_t *record = changed.start + place;
    if (memcmp(record, "WCHK", 4) == 0 && record[16] != '{') {
      for (size_t byte = 0; byte < record_size(record) - 16; byte++) record[16 + byte] = byte % 4 == 3 ? 0x7F : 0xFF;
      uint64_t body = 0;
      for (int byte = 7; byte >= 0; byte--) body = body << 8 | record[8 + byte];
      for (uint64_t byte = body; byte < record_size(record) - 16; byte++) record[16 + byte] = 0;
    }
  }
  reseal(changed);
  expect(run_network(changed, &problem), WEFT_ERROR_GRAPH_OVERFLOW, &problem);
  free(changed.start), free(network.start);
}
#endif

int main(int count, char **arguments) {
  CHECK(count >= 3);
  damaged_containers(arguments[1]);
  tensors_that_cannot_be_packed(arguments[2]);
  channels_that_cannot_be();
  int first_full = 96;
#ifndef WEFT_TEST_EMBEDDED
  CHECK(count == 5);
  networks_that_cannot_run(arguments[1], arguments[3], arguments[4]);
  first_full = 128;
#endif
  int codes = 0;
  for (int code = 1; code < 128; code++) {
    if (weft_error_name(-code) == NULL) continue;
    if (!provoked[code] && code < first_full) {
      fprintf(stderr, "%s was not provoked\n", weft_error_name(-code));
      return 1;
    }
    codes += provoked[code];
  }
  CHECK(strcmp(weft_error_name(0), "WEFT_OK") == 0 && strcmp(weft_error_name(7), "WEFT_OK") == 0);
  CHECK(weft_error_name(-1000) == NULL);
  printf("errors: passed, %d codes provoked\n", codes);
  return 0;
}
