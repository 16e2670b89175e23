/* Layers on the array against plain loops, from packed bytes. */
#include "support.h"

typedef struct problem_size {
  int kind, images, height, width, channels, filters, kernel, stride, dilation, pad, groups, weight_zero, input_zero;
} problem_size;

static int window_count(int extent, const problem_size *p) {
  return (extent + 2 * p->pad - (p->kernel - 1) * p->dilation - 1) / p->stride + 1;
}

static weft_container *opened(bytes packed) {
  weft_container *container;
  weft_problem problem = WEFT_PROBLEM_INIT;
  int64_t count = weft_container_open(packed.start, packed.count, &container, &problem);
  CHECK_GOOD(count, problem);
  return container;
}

static void check(const problem_size *p, int executor, const char *array) {
  int is_depthwise = p->kind == WEFT_LAYER_DEPTHWISE, is_flat = p->kind == WEFT_LAYER_FULLY_CONNECTED;
  int taps = p->kernel * p->kernel, per_filter = is_depthwise ? 1 : p->channels / p->groups;
  int out_height = is_flat ? 1 : window_count(p->height, p), out_width = is_flat ? 1 : window_count(p->width, p);
  size_t inputs = (size_t)(p->images * p->height * p->width * p->channels);
  size_t weights = (size_t)(p->filters * taps * per_filter);
  size_t sums = (size_t)(p->images * out_height * out_width * p->filters);
  int8_t *input = (int8_t *)malloc(inputs), *weight = (int8_t *)malloc(weights);
  int64_t *expected = (int64_t *)calloc(sums, 8), *found = (int64_t *)malloc(8 * sums);
  CHECK(input && weight && expected && found);
  uint64_t seed = 99;
  for (size_t place = 0; place < inputs; place++) input[place] = (int8_t)(next_random(&seed) % 100 - 50);
  for (size_t place = 0; place < weights; place++) weight[place] = (int8_t)(next_random(&seed) % 60 - 30);

  for (int n = 0; n < p->images; n++)
    for (int y = 0; y < out_height; y++)
      for (int x = 0; x < out_width; x++)
        for (int f = 0; f < p->filters; f++) {
          int64_t sum = 0;
          for (int ky = 0; ky < p->kernel; ky++)
            for (int kx = 0; kx < p->kernel; kx++)
              for (int c = 0; c < per_filter; c++) {
                int iy = y * p->stride + ky * p->dilation - p->pad, ix = x * p->stride + kx * p->dilation - p->pad;
                if (iy < 0 || iy >= p->height || ix < 0 || ix >= p->width) continue;
                int channel = is_depthwise ? f : f / (p->filters / p->groups) * per_filter + c;
                /* Depthwise weights are 1HWC, others OHWI. */
                int place = is_depthwise ? (ky * p->kernel + kx) * p->filters + f
                                         : ((f * p->kernel + ky) * p->kernel + kx) * per_filter + c;
                sum += (int64_t)(input[((n * p->height + iy) * p->width + ix) * p->channels + channel] - p->input_zero)
                  * (weight[place] - p->weight_zero);
              }
          expected[((n * out_height + y) * out_width + x) * p->filters + f] = sum;
        }

  weft_tensor tensor = WEFT_TENSOR_INIT;
  weft_pack_options options = WEFT_PACK_OPTIONS_INIT;
  tensor.has_zero_point = 1;
  tensor.zero_point = p->input_zero;
  if (is_flat) {
    tensor.rank = 2, tensor.shape[0] = p->images, tensor.shape[1] = p->channels;
    strcpy(tensor.layout, "NC");
  } else {
    tensor.rank = 4, tensor.shape[0] = p->images, tensor.shape[1] = p->height, tensor.shape[2] = p->width;
    tensor.shape[3] = p->channels;
    strcpy(tensor.layout, "NHWC");
  }
  /* Linear order is packed again on the way; channels order is read as it is. */
  options.order = executor == WEFT_EXECUTOR_FAST ? WEFT_ORDER_CHANNELS : WEFT_ORDER_LINEAR;
  bytes packed_input = pack(&tensor, input, &options);

  weft_tensor filters = WEFT_TENSOR_INIT;
  filters.has_zero_point = 1;
  filters.zero_point = p->weight_zero;
  filters.convolution_groups = is_depthwise ? 1 : p->groups;
  if (is_flat) {
    filters.rank = 2, filters.shape[0] = p->filters, filters.shape[1] = p->channels;
    strcpy(filters.layout, "OI");
  } else {
    filters.rank = 4, filters.shape[0] = is_depthwise ? 1 : p->filters;
    filters.shape[1] = filters.shape[2] = p->kernel;
    filters.shape[3] = is_depthwise ? p->filters : per_filter;
    strcpy(filters.layout, is_depthwise ? "1HWC" : "OHWI");
  }
  options.order = WEFT_ORDER_FILTERS;
  bytes packed_weights = pack(&filters, weight, &options);

  weft_layer layer = WEFT_LAYER_INIT;
  layer.kind = p->kind;
  layer.stride_height = layer.stride_width = p->stride;
  layer.dilation_height = layer.dilation_width = p->dilation;
  layer.pad_top = layer.pad_bottom = layer.pad_left = layer.pad_right = p->pad;
  weft_run_options run_options = WEFT_RUN_OPTIONS_INIT;
  run_options.executor = executor;
  run_options.array = array;
  weft_layer_run run = WEFT_LAYER_RUN_INIT;
  weft_problem problem = WEFT_PROBLEM_INIT;
  weft_container *a = opened(packed_input), *w = opened(packed_weights);
  int64_t count = weft_array_run(&layer, w, 0, a, 0, found, sums, &run, &run_options, &problem);
  CHECK_GOOD(count, problem);
  CHECK(count == (int64_t)sums);
  for (size_t place = 0; place < sums; place++) CHECK(found[place] == expected[place]);
  CHECK(run.macs == (int64_t)sums * taps * per_filter && run.cycles > 0 && run.dpnn_cycles > 0);
  CHECK(run.utilization > 0 && run.utilization <= 1);
  CHECK(executor == WEFT_EXECUTOR_REGISTER ? run.simulated_cycles == run.cycles : run.simulated_cycles == -1);

  /* The same cycles without computing. */
  weft_layer_run counted = WEFT_LAYER_RUN_INIT;
  run_options.executor = WEFT_EXECUTOR_FAST;
  run_options.cycles_only = 1;
  CHECK(weft_array_run(&layer, w, 0, a, 0, NULL, 0, &counted, &run_options, &problem) == (int64_t)sums);
  CHECK(counted.cycles == run.cycles && counted.dpnn_cycles == run.dpnn_cycles && counted.macs == run.macs);
  run_options.cycles_only = 0;
  CHECK(weft_array_run(&layer, w, 0, a, 0, found, sums - 1, NULL, &run_options, NULL) == WEFT_ERROR_BUFFER_TOO_SMALL);
  weft_container_close(a), weft_container_close(w);
  free(packed_input.start), free(packed_weights.start), free(input), free(weight), free(expected), free(found);
}

int main(void) {
  static const problem_size sizes[] = {
    {WEFT_LAYER_CONVOLUTION, 1, 9, 7, 19, 21, 3, 1, 1, 1, 1, 0, -3},
    {WEFT_LAYER_CONVOLUTION, 2, 8, 8, 32, 12, 3, 2, 1, 0, 4, 5, 0},
    {WEFT_LAYER_CONVOLUTION, 1, 11, 11, 3, 140, 5, 1, 2, 2, 1, 0, 7},
    {WEFT_LAYER_DEPTHWISE, 1, 6, 6, 24, 24, 3, 1, 1, 1, 24, 0, -9},
    {WEFT_LAYER_FULLY_CONNECTED, 3, 1, 1, 100, 37, 1, 1, 1, 0, 1, 2, 4},
    {WEFT_LAYER_FULLY_CONNECTED, 1, 1, 1, 16, 300, 1, 1, 1, 0, 1, 0, 0},
  };
  static const char *const arrays[] = {NULL, "loom-2b", "loom-4b:32x8", "dpnn", "dynamic-stripes"};
  for (size_t place = 0; place < sizeof sizes / sizeof *sizes; place++) {
    for (size_t array = 0; array < sizeof arrays / sizeof *arrays; array++) {
      check(&sizes[place], WEFT_EXECUTOR_FAST, arrays[array]);
    }
    check(&sizes[place], WEFT_EXECUTOR_REGISTER, "loom-1b:16x4");
  }
  puts("array: passed");
  return 0;
}
