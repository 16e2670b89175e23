#include "internal.h"
#include "weft_process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Reads /proc/self/maps line by line with read(2) alone. */
struct maps {
  int file;
  char buffer[1024];
  ssize_t count, place;
};

static int next_byte(struct maps *maps) {
  if (maps->place == maps->count) {
    maps->count = read(maps->file, maps->buffer, sizeof maps->buffer);
    maps->place = 0;
    if (maps->count <= 0) {
      maps->count = 0;
      return -1;
    }
  }
  return (unsigned char)maps->buffer[maps->place++];
}

/* A hexadecimal number; the byte behind it goes to `end`. */
static uint64_t number(struct maps *maps, int *end) {
  uint64_t value = 0;
  for (;;) {
    int byte = next_byte(maps);
    int digit = byte >= '0' && byte <= '9' ? byte - '0' : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
    *end = byte;
    if (digit < 0) return value;
    value = value << 4 | (uint64_t)digit;
  }
}

static int skip_word(struct maps *maps) {
  int byte;
  do byte = next_byte(maps);
  while (byte != ' ' && byte != '\n' && byte >= 0);
  return byte;
}

/* Finds the mapping of `address`: 1 when a file lies there, with its name and the place in it. */
static int find(uint64_t address, char *name, size_t capacity, uint64_t *offset) {
  struct maps maps = {open("/proc/self/maps", O_RDONLY | O_CLOEXEC), {0}, 0, 0};
  if (maps.file < 0) return 0;
  int end = 0, found = 0;
  while (end >= 0 && !found) {
    uint64_t first = number(&maps, &end);
    uint64_t last = number(&maps, &end);
    end = skip_word(&maps); /* rights */
    uint64_t start = number(&maps, &end);
    if (end == ' ') end = skip_word(&maps); /* device */
    uint64_t inode = 0;
    if (end == ' ') inode = number(&maps, &end);
    while (end == ' ') end = next_byte(&maps);
    size_t length = 0;
    for (; end != '\n' && end >= 0; end = next_byte(&maps))
      if (length < capacity - 1) name[length++] = (char)end;
    name[length] = 0;
    if (address >= first && address < last) {
      found = inode != 0 && name[0] == '/';
      *offset = start + (address - first);
      break;
    }
  }
  close(maps.file);
  return found;
}

static void fault(int signal_number, siginfo_t *info, void *context) {
  (void)context;
  weft_process_claim_failure();
  char name[4096];
  uint64_t offset = 0;
  if (find((uint64_t)(uintptr_t)info->si_addr, name, sizeof name, &offset)) {
    struct weft_line line = {.length = 0};
    weft_line_text(&line, "weft: ");
    weft_line_text(&line, name);
    weft_line_text(&line, ": cannot read: the file became shorter or its disk failed (offset ");
    weft_line_number(&line, offset);
    weft_line_text(&line, ")");
    weft_process_fail(&line);
  }
  weft_process_clean();
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void weft_process_watch_mappings(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_sigaction = fault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, NULL);
}
