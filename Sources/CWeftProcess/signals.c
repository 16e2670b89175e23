#include "internal.h"
#include "weft_process.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

static void end(int number) {
  weft_process_clean();
  signal(number, SIG_DFL);
  raise(number);
}

void weft_process_start(void) {
  static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
  for (size_t place = 0; place < sizeof endings / sizeof endings[0]; place++) {
    struct sigaction before, action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = end;
    /* What the caller ignores, as nohup does, stays ignored. */
    if (sigaction(endings[place], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(endings[place], &action, NULL);
  }
#ifdef __GLIBC__
  /* Buffers of one tensor after the other come from the same pages, not from new ones each time. */
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
#endif
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  weft_process_watch_mappings();
}
