#include "internal.h"
#include "weft_process.h"

#include <stdatomic.h>
#include <unistd.h>

void weft_line_text(struct weft_line *line, const char *text) {
  while (*text && line->length < sizeof line->text - 1) line->text[line->length++] = *text++;
}

void weft_line_number(struct weft_line *line, uint64_t number) {
  char digits[21];
  size_t place = sizeof digits - 1;
  digits[place] = 0;
  do digits[--place] = (char)('0' + number % 10);
  while (number /= 10);
  weft_line_text(line, digits + place);
}

void weft_process_claim_failure(void) {
  static atomic_flag claimed = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&claimed))
    for (;;) pause();
}

void weft_process_fail(struct weft_line *line) {
  weft_process_clean();
  /* What came from outside may hold anything; the error stays one line. */
  for (size_t place = 0; place < line->length; place++)
    if ((unsigned char)line->text[place] < 32 || line->text[place] == 127) line->text[place] = '?';
  line->text[line->length++] = '\n';
  ssize_t written = write(STDERR_FILENO, line->text, line->length);
  (void)written;
  _exit(1);
}
