#ifndef WEFT_PROCESS_INTERNAL_H
#define WEFT_PROCESS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

/* A line of bounded length, made without allocating. */
struct weft_line {
  char text[4608];
  size_t length;
};

void weft_line_text(struct weft_line *line, const char *text);
void weft_line_number(struct weft_line *line, uint64_t number);

/* Returns to the first thread that calls it and never to another: one failure is told, not several. */
void weft_process_claim_failure(void);

/* Removes what is noted, writes the line to standard error and ends the process with code 1. */
_Noreturn void weft_process_fail(struct weft_line *line);

/* Installs the handler for faults in mapped files. */
void weft_process_watch_mappings(void);

#endif
