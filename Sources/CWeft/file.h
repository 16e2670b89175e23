/* Files, for Swift with and without its C library module (Embedded Swift has none). Not installed. */
#ifndef WEFT_FILE_H
#define WEFT_FILE_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens a regular file for reading; -errno where that fails, 0 for what is no regular file. */
static inline int64_t weft_file_open(const char *path, int64_t *byte_count) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return -errno;
  struct stat status;
  /* Descriptor 0 is standard input: it is moved out of the way, because 0 says that there is no file. */
  if (file == 0) {
    file = fcntl(0, F_DUPFD_CLOEXEC, 3);
    close(0);
    if (file < 0) return -EMFILE;
  }
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(file);
    return 0;
  }
  *byte_count = (int64_t)status.st_size;
  return file;
}

/* Reads at an offset: bytes read, 0 at the end, or -errno. */
static inline int64_t weft_file_read(int64_t file, void *target, size_t count, int64_t offset) {
  for (;;) {
    ssize_t done = pread((int)file, target, count, (off_t)offset);
    if (done >= 0) return done;
    if (errno != EINTR) return -errno;
  }
}

static inline void weft_file_close(int64_t file) { close((int)file); }

#endif
