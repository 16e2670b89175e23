/* Memory that cannot be had ends the command with one line. Swift's run-time would end it with a trap: nothing in Swift
 * can take a failed allocation, so every allocation of the process is looked at here, on its way to the C library. */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define WEFT_SANITIZED 1
#endif
#endif

#include <features.h>

#if defined(__GLIBC__) && !defined(WEFT_SANITIZED)

#include "internal.h"

#include <errno.h>
#include <stdlib.h>

/* The C library's own functions under the names that stay when the others are replaced. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static _Noreturn void exhausted(size_t byte_count) {
  weft_process_claim_failure();
  struct weft_line line = {.length = 0};
  weft_line_text(&line, "weft: out of memory (");
  weft_line_number(&line, byte_count);
  weft_line_text(&line, " more bytes were wanted)");
  weft_process_fail(&line);
}

void *malloc(size_t byte_count) {
  void *memory = __libc_malloc(byte_count);
  if (!memory) exhausted(byte_count);
  return memory;
}

void *calloc(size_t count, size_t byte_count) {
  void *memory = __libc_calloc(count, byte_count);
  if (!memory) exhausted(count > SIZE_MAX / (byte_count ? byte_count : 1) ? SIZE_MAX : count * byte_count);
  return memory;
}

void *realloc(void *memory, size_t byte_count) {
  void *moved = __libc_realloc(memory, byte_count);
  /* No bytes: the memory is free, and nothing is what there should be. */
  if (!moved && byte_count) exhausted(byte_count);
  return moved;
}

void *memalign(size_t alignment, size_t byte_count) {
  void *memory = __libc_memalign(alignment, byte_count);
  if (!memory) exhausted(byte_count);
  return memory;
}

void *aligned_alloc(size_t alignment, size_t byte_count) { return memalign(alignment, byte_count); }

int posix_memalign(void **target, size_t alignment, size_t byte_count) {
  if (alignment % sizeof(void *) || !alignment || alignment & (alignment - 1)) return EINVAL;
  *target = memalign(alignment, byte_count);
  return 0;
}

#endif
