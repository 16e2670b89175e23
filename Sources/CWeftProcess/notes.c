#include "weft_process.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* A note is free, being written, ready, or taken by the end of the process, after which nothing changes it. */
enum { note_free, note_claimed, note_ready, note_taken };

static struct {
  _Atomic int state;
  char path[4096];
} notes[32];

int weft_process_note(const char *path) {
  size_t length = strlen(path);
  if (length >= sizeof notes[0].path) return -1;
  for (int ticket = 0; ticket < (int)(sizeof notes / sizeof notes[0]); ticket++) {
    int expected = note_free;
    if (!atomic_compare_exchange_strong(&notes[ticket].state, &expected, note_claimed)) continue;
    memcpy(notes[ticket].path, path, length + 1);
    atomic_store(&notes[ticket].state, note_ready);
    return ticket;
  }
  return -1;
}

void weft_process_forget(int ticket) {
  if (ticket < 0) return;
  int expected = note_ready;
  atomic_compare_exchange_strong(&notes[ticket].state, &expected, note_free);
}

void weft_process_clean(void) {
  for (size_t ticket = 0; ticket < sizeof notes / sizeof notes[0]; ticket++) {
    int expected = note_ready;
    if (atomic_compare_exchange_strong(&notes[ticket].state, &expected, note_taken)) unlink(notes[ticket].path);
  }
}
