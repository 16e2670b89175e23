/*
 * weft.h - the C interface of Weft.
 *
 * Weft packs the integer tensors of a quantised network the way a bit-serial accelerator reads them, models an LPDDR4
 * channel clock by clock, and runs layers on a model of the Loom SIP array from the packed bytes (SPEC.md).
 *
 * Rules that hold for every function:
 *   - The result is an int64_t: a size or a count (0 where there is nothing to count), or a negative weft_error.
 *   - The caller owns every buffer. What weft_..._open and weft_..._create hand out is given back with the matching
 *     weft_..._close or weft_..._destroy, once; both take NULL.
 *   - There are no globals and no callbacks. Different handles may be used from different threads at the same time.
 *     Containers and networks may be read from several threads at once; a channel by one thread at a time.
 *   - Options structs begin with their own size and are made with the initialiser beside them. A struct of an earlier
 *     version of this header works: fields it does not have keep their defaults. NULL stands for the defaults.
 *   - Any bytes may be given as a container: they end in a result or in an error.
 *   - Text is UTF-8. A function that writes text into (text, capacity) returns its length without the NUL that it
 *     adds, and fails with WEFT_ERROR_BUFFER_TOO_SMALL when both do not fit; (NULL, 0) asks for the length.
 *   - A `weft_problem *` may be NULL; where it is not, a failing function explains itself there.
 *
 * Functions marked [full] are in libweft.a and libweft.so, and not in the small archive libweft-embedded.a.
 */
#ifndef WEFT_H
#define WEFT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_VERSION_MAJOR 0
#define WEFT_VERSION_MINOR 1
#define WEFT_VERSION_PATCH 0
#define WEFT_VERSION (WEFT_VERSION_MAJOR * 10000 + WEFT_VERSION_MINOR * 100 + WEFT_VERSION_PATCH)

/* ------------------------------------------------------------------------------------------------- Errors */

/* The numbers are frozen: an error keeps its number in every version. */
typedef enum weft_error {
  /* The bytes of a container (SPEC.md section 9). */
  WEFT_ERROR_TRUNCATED = -1,
  WEFT_ERROR_BAD_MAGIC = -2,
  WEFT_ERROR_UNSUPPORTED_VERSION = -3,
  WEFT_ERROR_RESERVED_NOT_ZERO = -4,
  WEFT_ERROR_CHECKSUM_MISMATCH = -5,
  WEFT_ERROR_UNKNOWN_RECORD = -6,
  WEFT_ERROR_UNEXPECTED_RECORD = -7,
  WEFT_ERROR_FIELD_OUT_OF_RANGE = -8,
  WEFT_ERROR_SIZE_MISMATCH = -9,
  WEFT_ERROR_INVALID_HEADER_INDEX = -10,
  WEFT_ERROR_NOT_CANONICAL = -11,
  WEFT_ERROR_INDEX_MISMATCH = -12,
  WEFT_ERROR_DUPLICATE_NAME = -13,
  WEFT_ERROR_TRAILING_BYTES = -14,
  WEFT_ERROR_LIMIT_EXCEEDED = -15,
  WEFT_ERROR_INVALID_TEXT = -16,
  /* What was asked of a tensor. */
  WEFT_ERROR_ORDER_NOT_APPLICABLE = -32,
  WEFT_ERROR_SETTING_NOT_APPLICABLE = -33,
  WEFT_ERROR_PRECISION_TOO_SMALL = -34,
  WEFT_ERROR_PRECISION_ABOVE_SIXTEEN = -35,
  WEFT_ERROR_NO_SUCH_ENTRY = -36,
  WEFT_ERROR_UNKNOWN_KERNEL = -37,
  /* Files. */
  WEFT_ERROR_READ_FAILED = -48,
  /* This interface. */
  WEFT_ERROR_INVALID_ARGUMENT = -64,
  WEFT_ERROR_UNKNOWN_OPTIONS = -65,
  WEFT_ERROR_BUFFER_TOO_SMALL = -66,
  WEFT_ERROR_NOT_ONE_TENSOR = -67,
  WEFT_ERROR_FACES_MIXED = -68,
  /* The channel. */
  WEFT_ERROR_CHANNEL_CONFIGURATION = -80,
  WEFT_ERROR_CHANNEL_RANGE = -81,
  /* Layers and networks [full]. */
  WEFT_ERROR_GRAPH_MALFORMED = -96,
  WEFT_ERROR_GRAPH_INCONSISTENT = -97,
  WEFT_ERROR_GRAPH_MISSING = -98,
  WEFT_ERROR_GRAPH_TOO_LARGE = -99,
  WEFT_ERROR_GRAPH_UNSUPPORTED = -100,
  WEFT_ERROR_GRAPH_OVERFLOW = -101,
  WEFT_ERROR_TRAFFIC_OUT_OF_MEMORY = -112
} weft_error;

/* The name of an error, "WEFT_ERROR_TRUNCATED" for example; "WEFT_OK" for every code >= 0, NULL for numbers that are
 * no error. The text lives for ever. */
const char *weft_error_name(int64_t code);

/* What went wrong, and where. Set `size` before the call (WEFT_PROBLEM_INIT). In the small archive `text` is the rule
 * and the field at fault alone, and `expected` is known of buffers only. */
typedef struct weft_problem {
  size_t size;
  int64_t code;        /* the weft_error */
  int64_t offset;      /* byte of the container, -1 where there is none */
  int64_t expected;    /* with has_expected */
  int64_t found;       /* with has_found */
  int32_t has_expected;
  int32_t has_found;
  char text[512];      /* one line, cut to fit */
} weft_problem;
#define WEFT_PROBLEM_INIT { sizeof(weft_problem), 0, -1, 0, 0, 0, 0, {0} }

/* The version of the library: 10000 * major + 100 * minor + patch. */
int64_t weft_version(void);

/* The name of a codec kernel that this CPU can run, the definition ("scalar", not in the small archive) first and the
 * fastest last; WEFT_ERROR_NO_SUCH_ENTRY past the last one. */
int64_t weft_kernel_name(int64_t index, char *text, size_t capacity);

/* ------------------------------------------------------------------------------------------------ Tensors */

/* The integer type of elements. In memory an element of 4 or 8 bits takes a byte and one of 16 bits takes two
 * little-endian bytes, sign- or zero-extended. */
typedef enum weft_type {
  WEFT_INT4 = 1,
  WEFT_UINT4 = 2,
  WEFT_INT8 = 3,
  WEFT_UINT8 = 4,
  WEFT_INT16 = 5,
  WEFT_UINT16 = 6
} weft_type;

#define WEFT_MAXIMUM_RANK 8

/* Everything about a tensor but its values. */
typedef struct weft_tensor {
  size_t size;
  int32_t type;                      /* weft_type */
  int32_t width;                     /* bits that carry the value; 0 for all of the type's */
  int32_t rank;                      /* 0...8 */
  int32_t is_column_major;           /* first axis varies fastest (Fortran order) */
  int64_t shape[WEFT_MAXIMUM_RANK];  /* outermost axis first */
  char layout[WEFT_MAXIMUM_RANK + 1];/* a letter an axis: N O 1 outer, D H W position, C I channel; "" for the rank's own */
  int32_t has_zero_point;
  int32_t zero_point;                /* the stored value that stands for real zero */
  int64_t convolution_groups;        /* of weights; 1 otherwise */
  const char *name;                  /* NULL for "tensor"; not filled in by weft_container_tensor */
} weft_tensor;
#define WEFT_TENSOR_INIT { sizeof(weft_tensor), WEFT_INT8, 0, 0, 0, {0}, {0}, 0, 0, 1, NULL }

/* Bytes of the elements in memory, or WEFT_ERROR_INVALID_ARGUMENT. */
int64_t weft_tensor_bytes(const weft_tensor *tensor);

/* ------------------------------------------------------------------------------------------------ Packing */

typedef enum weft_order {
  WEFT_ORDER_AUTO = -1,   /* linear or spatial, whichever is smaller */
  WEFT_ORDER_LINEAR = 0,
  WEFT_ORDER_SPATIAL = 1,
  WEFT_ORDER_CHANNELS = 2,/* the array's, for activations */
  WEFT_ORDER_FILTERS = 3  /* the array's, for weights */
} weft_order;

typedef enum weft_block {
  WEFT_BLOCK_DEFAULT = -1,
  WEFT_BLOCK_GROUP = 0,
  WEFT_BLOCK_256 = 1,
  WEFT_BLOCK_2048 = 2
} weft_block;

typedef enum weft_precisions {
  WEFT_PRECISIONS_AUTO = 0,
  WEFT_PRECISIONS_DENSE = 1,  /* 1...width: DPRed */
  WEFT_PRECISIONS_LAYER = 2,  /* one: the widest group's */
  WEFT_PRECISIONS_EVEN = 3,   /* 0, 2, 4, ... */
  WEFT_PRECISIONS_SET = 4     /* bit p of precision_set: precision p is in the table */
} weft_precisions;

typedef enum weft_choice { WEFT_AUTO = -1, WEFT_OFF = 0, WEFT_ON = 1 } weft_choice;

/* What `weft pack` has options for; the defaults are its defaults for a bare array. */
typedef struct weft_pack_options {
  size_t size;
  int32_t group_size;       /* 8, 16, 32, 64, 128, 256; 0 for the smallest */
  int32_t order;            /* weft_order */
  int32_t block;            /* weft_block */
  int32_t precisions;       /* weft_precisions */
  uint32_t precision_set;
  int32_t zero_compaction;  /* weft_choice */
  int32_t rebase_choice;    /* WEFT_AUTO, or WEFT_ON to subtract `rebase` */
  int32_t rebase;
  const char *kernel;       /* NULL for the fastest */
} weft_pack_options;
#define WEFT_PACK_OPTIONS_INIT \
  { sizeof(weft_pack_options), 16, WEFT_ORDER_LINEAR, WEFT_BLOCK_DEFAULT, WEFT_PRECISIONS_AUTO, 0, WEFT_AUTO, \
    WEFT_AUTO, 0, NULL }

/* The most bytes that weft_pack writes for this tensor with these options. Costs no look at the values. */
int64_t weft_pack_bound(const weft_tensor *tensor, const weft_pack_options *options);

/* Packs one tensor into a container: the bytes that `weft pack` writes for it. `values` holds
 * weft_tensor_bytes(tensor) bytes, `value_bytes` says so. Returns the bytes written to `target`. Nothing is written
 * past `capacity`; weft_pack_bound bytes are always enough. Containers may be appended to one another: the result is
 * a container file. Cost: two passes over the values; memory for one frame (2^16 values) and the index. */
int64_t weft_pack(const weft_tensor *tensor, const void *values, size_t value_bytes, void *target, size_t capacity,
                  const weft_pack_options *options, weft_problem *problem);

/* Bytes of the elements of a container that holds one tensor. */
int64_t weft_unpacked_size(const void *packed, size_t packed_bytes, weft_problem *problem);

/* Unpacks a container that holds one tensor, checksums checked; returns the bytes written. Where one is wrong, some may
   have been written. Cost: one pass. */
int64_t weft_unpack(const void *packed, size_t packed_bytes, void *target, size_t capacity, weft_problem *problem);

/* Bit-transposes `count` lanes of 16 bits into rows, as a block lies in a packed tensor (SPEC.md section 4): plane
 * after plane, the lowest first, in each a word of group_size bits for every group whose precision exceeds the plane.
 * `precisions` has one of 0...16 for each of the ceil(count / group_size) groups; NULL for 16 everywhere. Returns the
 * bytes of the rows: group_size / 8 times the sum of the precisions. */
int64_t weft_transpose(const uint16_t *lanes, size_t count, int32_t group_size, const uint8_t *precisions, void *rows,
                       size_t capacity);

/* The inverse: lanes from rows, planes beyond a group's precision filled with its last plane when `is_signed`, with
 * zeros when not. `row_bytes` is what weft_transpose returned. Returns `count`. */
int64_t weft_untranspose(const void *rows, size_t row_bytes, int32_t group_size, const uint8_t *precisions,
                         int32_t is_signed, uint16_t *lanes, size_t count);

/* ---------------------------------------------------------------------------------------------- Containers */

typedef struct weft_container weft_container;

/* Opens a container file in memory. The bytes are not copied and must stay as they are until weft_container_close.
 * Returns the number of tensors. Cost: reads the index. */
int64_t weft_container_open(const void *bytes, size_t count, weft_container **container, weft_problem *problem);

/* Opens a container file on disk; frames are read as they are asked for. */
int64_t weft_container_open_file(const char *path, weft_container **container, weft_problem *problem);
int64_t weft_container_close(weft_container *container);

int64_t weft_container_tensor_count(const weft_container *container);
/* The place of a tensor by its name, or WEFT_ERROR_NO_SUCH_ENTRY. */
int64_t weft_container_find(const weft_container *container, const char *name);
int64_t weft_container_name(const weft_container *container, int64_t tensor, char *text, size_t capacity);
/* The extents, outermost first; returns the rank. `capacity` counts extents. */
int64_t weft_container_shape(const weft_container *container, int64_t tensor, int64_t *shape, size_t capacity);
/* Fills in everything but the name; returns the bytes of the elements. */
int64_t weft_container_tensor(const weft_container *container, int64_t tensor, weft_tensor *description);

/* What `weft list` says of a tensor. */
typedef struct weft_summary {
  size_t size;
  int32_t order;            /* weft_order */
  int32_t block;            /* weft_block */
  int32_t group_size;
  int32_t is_compacted;
  int32_t is_signed;        /* packed values are two's complement */
  int32_t rebase;
  uint32_t precision_set;
  uint32_t frames;
  int64_t values;
  int64_t raw_bits;
  int64_t header_bits;
  int64_t mask_bits;
  int64_t payload_bits;
  int64_t packed_bytes;     /* headers, mask and payload, rounded up */
  int64_t groups_of_precision[17];
} weft_summary;
#define WEFT_SUMMARY_INIT { sizeof(weft_summary), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0} }
int64_t weft_container_summary(const weft_container *container, int64_t tensor, weft_summary *summary);

/* Unpacks a tensor, checksums checked; returns the bytes written. Elements of a damaged frame may have been written. */
int64_t weft_container_read(const weft_container *container, int64_t tensor, void *target, size_t capacity,
                            weft_problem *problem);
/* Unpacks `count` rows of axis 0 from row `first` on, and reads only the frames that hold them. */
int64_t weft_container_read_rows(const weft_container *container, int64_t tensor, int64_t first, int64_t count,
                                 void *target, size_t capacity, weft_problem *problem);

/* One group of a packed tensor as it lies in the container. */
typedef struct weft_group {
  size_t size;
  int64_t groups;           /* of the tensor */
  int32_t precision;        /* planes stored */
  int32_t word_bytes;       /* bytes of one plane of the group: group_size / 8 */
  int32_t is_signed;        /* the last plane weighs negative */
  int32_t rebase;           /* add to a packed value for the stored one */
} weft_group;
#define WEFT_GROUP_INIT { sizeof(weft_group), 0, 0, 0, 0, 0 }
/* Copies the packed planes of a group, lowest first, precision * word_bytes bytes, and returns how many. Groups are
 * numbered in lane order; bit b of a plane is lane b. Cost: reads the group's frame. */
int64_t weft_container_group(const weft_container *container, int64_t tensor, int64_t group, weft_group *description,
                             void *planes, size_t capacity, weft_problem *problem);

/* Decodes everything and checks every checksum and that the bytes are canonical: `weft test`. Returns the number of
 * tensors. */
int64_t weft_container_verify(const weft_container *container, weft_problem *problem);

/* ------------------------------------------------------------------------------------------------- Channel */

typedef struct weft_channel weft_channel;

typedef enum weft_mapping {
  WEFT_MAPPING_ROBACO = 0,
  WEFT_MAPPING_ROCOBA = 1,
  WEFT_MAPPING_BAROCO = 2
} weft_mapping;

typedef enum weft_page {
  WEFT_PAGE_OPEN = 0,
  WEFT_PAGE_CLOSED = 1,
  WEFT_PAGE_STRICT = 2,    /* closed after every request */
  WEFT_PAGE_TIMEOUT = 3    /* closed after page_clocks without use */
} weft_page;

typedef enum weft_refresh { WEFT_REFRESH_NONE = 0, WEFT_REFRESH_ALL = 1, WEFT_REFRESH_BANK = 2 } weft_refresh;

/* One LPDDR4 channel; the defaults are those of `weft channel`: LPDDR4-4267, x16, 8 Gb, BL16. */
typedef struct weft_channel_options {
  size_t size;
  int32_t speed;               /* MT/s: 1600, 2133, 2667, 3200, 3733, 4267 */
  int32_t density;             /* Gb of one x16 channel: 4, 6, 8, 12, 16 */
  int32_t burst_length;        /* 16 or 32 transfers */
  int32_t is_lockstep;         /* two x16 channels that take the same commands: 64-byte bursts */
  int32_t has_write_latency_b;
  int32_t has_read_dbi;
  int32_t mapping;             /* weft_mapping */
  int32_t has_bank_xor;
  int32_t page;                /* weft_page */
  int32_t page_clocks;
  int32_t queue;               /* requests that wait; of reads when write_queue > 0 */
  int32_t write_queue;         /* 0 for one queue for both */
  int32_t write_low;           /* writes are drained from write_high down to write_low */
  int32_t write_high;
  int32_t hit_cap;             /* row hits that may overtake; -1 for any number */
  int32_t refresh;             /* weft_refresh */
  int32_t postponed;           /* refreshes that may be put off, 0...8 */
  int64_t power_down_after;    /* idle clocks; -1 for never */
  int64_t self_refresh_after;  /* clocks without a request; -1 for never */
} weft_channel_options;
#define WEFT_CHANNEL_OPTIONS_INIT \
  { sizeof(weft_channel_options), 4267, 8, 16, 0, 0, 0, WEFT_MAPPING_ROBACO, 0, WEFT_PAGE_OPEN, 0, 32, 0, 0, 0, -1, \
    WEFT_REFRESH_ALL, 0, -1, -1 }

/* Makes a channel at clock 0 with every bank closed; returns the bytes it holds. */
int64_t weft_channel_create(const weft_channel_options *options, weft_channel **channel, weft_problem *problem);
int64_t weft_channel_destroy(weft_channel *channel);

/* Bytes of one burst: what addresses are multiples of. */
int64_t weft_channel_burst_bytes(const weft_channel *channel);
/* Picoseconds of one clock, rounded: 469 at 4267 MT/s. */
int64_t weft_channel_clock_ps(const weft_channel *channel);

/* The tick face, the shape that simulators know from DRAMsim3. A clock is: transactions are added, then weft_channel_tick
 * starts at most one command on it. */

/* 1 when a burst of this direction is accepted on this clock: at most one a clock, and the queue has room. */
int64_t weft_channel_will_accept(const weft_channel *channel, int32_t is_write);
/* Adds one burst; `tag` comes back with its completion. Returns 1, or 0 where weft_channel_will_accept does;
 * WEFT_ERROR_CHANNEL_RANGE when the address is not at a burst of the channel. */
int64_t weft_channel_add_transaction(weft_channel *channel, uint64_t address, int32_t is_write, int64_t tag);
/* Lets one clock pass; returns the clock that is next. */
int64_t weft_channel_tick(weft_channel *channel);
/* Lets all clocks before `clock` pass; returns the clock that is next. */
int64_t weft_channel_advance(weft_channel *channel, int64_t clock);
/* The clock that the next tick is. */
int64_t weft_channel_clock(const weft_channel *channel);
/* The first clock, from now on, on which a command starts or data ends if nothing is added; INT64_MAX for never. */
int64_t weft_channel_next_event(const weft_channel *channel);

/* The end of one burst. */
typedef struct weft_completion {
  size_t size;
  int64_t tag;
  int64_t accepted;   /* clock of its acceptance */
  int64_t started;    /* clock of its column command */
  int64_t data_end;   /* first clock after its data */
  int32_t is_write;
} weft_completion;
#define WEFT_COMPLETION_INIT { sizeof(weft_completion), 0, 0, 0, 0, 0 }
/* Fills in the next burst whose data has ended by now, in the order of data ends; returns 1, or 0 for none. */
int64_t weft_channel_next_completion(weft_channel *channel, weft_completion *completion);

/* The event face: requests for byte ranges, accepted in the order of the calls. Between two drains use one face;
 * mixing them is WEFT_ERROR_FACES_MIXED. `address` and `byte_count` are multiples of the burst. */
int64_t weft_channel_submit(weft_channel *channel, uint64_t address, uint64_t byte_count, int32_t is_write,
                            int64_t arrival);

/* Serves everything that waits; returns the end of the last data. */
int64_t weft_channel_drain(weft_channel *channel);

/* What `weft channel` says: since the start or the last reset. */
typedef struct weft_channel_statistics {
  size_t size;
  int64_t cycles;
  int64_t reads;           /* bursts */
  int64_t writes;
  int64_t read_bytes;
  int64_t write_bytes;
  int64_t activates;
  int64_t precharges;
  int64_t refreshes;
  int64_t row_hits;
  double time_ns;
  double bandwidth_gbps;   /* 1e9 bytes a second */
  double peak_fraction;
  double read_latency_ns_mean;
  double read_latency_ns_p99;
  double energy_pj;        /* of the DRAM: core and IO */
  double energy_activate_pj;
  double energy_read_pj;
  double energy_write_pj;
  double energy_refresh_pj;
  double energy_background_pj;
  double energy_io_pj;
} weft_channel_statistics;
#define WEFT_CHANNEL_STATISTICS_INIT \
  { sizeof(weft_channel_statistics), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
int64_t weft_channel_stats(const weft_channel *channel, weft_channel_statistics *stats);
/* Forgets all counts; time, rows and waiting requests stay. */
int64_t weft_channel_reset_stats(weft_channel *channel);

/* --------------------------------------------------------------------------------------------- Array [full] */

typedef enum weft_layer_kind {
  WEFT_LAYER_CONVOLUTION = 0,
  WEFT_LAYER_DEPTHWISE = 1,
  WEFT_LAYER_FULLY_CONNECTED = 2
} weft_layer_kind;

/* A layer that multiplies. Its operands bring shapes, layouts, convolution groups and zero points along. */
typedef struct weft_layer {
  size_t size;
  int32_t kind;             /* weft_layer_kind; all below is for windows */
  int32_t stride_height;
  int32_t stride_width;
  int32_t dilation_height;
  int32_t dilation_width;
  int32_t pad_top;
  int32_t pad_bottom;
  int32_t pad_left;
  int32_t pad_right;
} weft_layer;
#define WEFT_LAYER_INIT { sizeof(weft_layer), WEFT_LAYER_CONVOLUTION, 1, 1, 1, 1, 0, 0, 0, 0 }

typedef enum weft_executor { WEFT_EXECUTOR_FAST = 0, WEFT_EXECUTOR_REGISTER = 1 } weft_executor;
typedef enum weft_conventions { WEFT_CONVENTIONS_PAPER = 0, WEFT_CONVENTIONS_DNNSIM = 1 } weft_conventions;

/* How the array runs: as `weft run`. */
typedef struct weft_run_options {
  size_t size;
  const char *array;        /* NULL for "loom-1b"; "loom-1b:64x32" for another geometry */
  int32_t executor;         /* weft_executor */
  int32_t conventions;      /* weft_conventions */
  int32_t trims_to_profile; /* round operands to the layers' profiles before packing; lossy */
  int32_t spends_profile;   /* spend the profiled widths instead of those detected; trims too */
  int32_t maps_best;        /* of all geometries with as many units the fastest, layer by layer */
  int32_t cycles_only;
  int32_t threads;          /* 1 or more */
} weft_run_options;
#define WEFT_RUN_OPTIONS_INIT \
  { sizeof(weft_run_options), NULL, WEFT_EXECUTOR_FAST, WEFT_CONVENTIONS_PAPER, 0, 0, 0, 0, 1 }

/* What one layer cost. */
typedef struct weft_layer_run {
  size_t size;
  int64_t macs;
  int64_t cycles;
  int64_t dpnn_cycles;      /* of the bit-parallel baseline */
  int64_t steps;
  int64_t bit_products;
  int64_t simulated_cycles; /* the register executor's own count; -1 where it did not run */
  int64_t transposer_cycles;
  int64_t transposer_stalls;
  int64_t weight_loads;
  int64_t activation_rows;
  int64_t weight_rows;
  double utilization;       /* 0...1 */
  double activation_bits;   /* mean width spent */
  double weight_bits;
} weft_layer_run;
#define WEFT_LAYER_RUN_INIT { sizeof(weft_layer_run), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Runs one layer from packed bytes: `weights` packed in filters order, `activations` in channels order (other orders
 * are packed again on the way). Writes the sums, before any bias, in the order of the output (N, H, W, filter; rows,
 * filter for a fully connected layer) to `sums`, and returns their number; `capacity` counts sums. With cycles_only,
 * `sums` may be NULL and none are written. `run` may be NULL. */
int64_t weft_array_run(const weft_layer *layer, const weft_container *weights, int64_t weights_tensor,
                       const weft_container *activations, int64_t activations_tensor, int64_t *sums, size_t capacity,
                       weft_layer_run *run, const weft_run_options *options, weft_problem *problem);

/* ------------------------------------------------------------------------------------------ Networks [full] */

typedef struct weft_network weft_network;

/* Opens the network whose layer graph travels in a container, which must stay open until weft_network_close. Returns
 * the number of layers. */
int64_t weft_network_open(const weft_container *container, weft_network **network, weft_problem *problem);
int64_t weft_network_close(weft_network *network);
int64_t weft_network_layer_count(const weft_network *network);
int64_t weft_network_layer_name(const weft_network *network, int64_t layer, char *text, size_t capacity);
int64_t weft_network_layer_type(const weft_network *network, int64_t layer, char *text, size_t capacity);
/* Describes the network's input (is_output 0) or output (1) of that number; the name is not filled in. Returns the
 * bytes of its elements, or WEFT_ERROR_NO_SUCH_ENTRY past the last one. */
int64_t weft_network_tensor(const weft_network *network, int32_t is_output, int64_t number, weft_tensor *description);

/* Runs the network. `runs[l]` says what layer l cost (nothing for layers without products and those left out, such as
 * softmax); `capacity` counts them. `input` holds the first input's elements, or is NULL for the first sample that
 * travels in the container; `output` takes the first output's elements, or is NULL. Returns the number of layers that
 * ran. */
int64_t weft_network_run(const weft_network *network, const void *input, size_t input_bytes, void *output,
                         size_t output_capacity, weft_layer_run *runs, size_t capacity,
                         const weft_run_options *options, weft_problem *problem);

/* What `weft traffic` has options for, besides those of the run. */
typedef struct weft_traffic_options {
  size_t size;
  int32_t speed;              /* MT/s */
  int32_t is_x32;             /* two x16 channels side by side */
  int64_t activation_memory;  /* bytes; -1 for the array's own */
  int64_t weight_memory;      /* bytes */
  int32_t group_size;         /* 8 ... 256, 0 for the smallest */
  int32_t batch;
  int32_t density;            /* Gb of one x16 channel: 4, 6, 8, 12, 16 */
  int32_t reserved;           /* 0 */
  const char *offchip;        /* NULL for "array"; "storage", "raw" or a scheme's name */
} weft_traffic_options;
#define WEFT_TRAFFIC_OPTIONS_INIT { sizeof(weft_traffic_options), 4267, 0, -1, 524288, 16, 1, 8, 0, NULL }

/* One operand of a layer, or none. */
typedef struct weft_operand_traffic {
  int64_t raw_bits;
  int64_t payload_bits;
  int64_t header_bits;
  int64_t mask_bits;
  int64_t burst_bytes;        /* moved, in whole bursts; 0 on chip */
  int32_t on_chip;
  int32_t passes;
} weft_operand_traffic;

/* What a layer moves, and what that takes. */
typedef struct weft_layer_traffic {
  size_t size;
  int64_t layer;              /* its place in the network */
  weft_operand_traffic weights;
  weft_operand_traffic inputs;
  weft_operand_traffic outputs;
  int64_t raw_burst_bytes;
  int64_t burst_bytes;
  double dram_ns;
  double raw_dram_ns;
  double compute_ns;
  double time_ns;
  double energy_pj;
  double raw_energy_pj;
  int32_t is_memory_bound;
} weft_layer_traffic;
#define WEFT_LAYER_TRAFFIC_INIT \
  { sizeof(weft_layer_traffic), 0, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0, \
    0, 0, 0, 0, 0 }

/* Runs the network's first sample (or `input`, as weft_network_run does) and fills in `layers[l]` for each layer that
 * ran, in order, and `total` (layer -1), which may be NULL. Returns the number of layers that ran. */
int64_t weft_network_traffic(const weft_network *network, const void *input, size_t input_bytes,
                             weft_layer_traffic *layers, size_t capacity, weft_layer_traffic *total,
                             const weft_run_options *run_options, const weft_traffic_options *options,
                             weft_problem *problem);

#ifdef __cplusplus
}
#endif

#endif
