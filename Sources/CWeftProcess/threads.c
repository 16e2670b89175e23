#define _GNU_SOURCE
#include "weft_process.h"

#include <pthread.h>
#include <semaphore.h>

/* Ample for work on a frame or a tile; the C library's 8 MiB a thread would soon fill a limited address space. */
static const size_t stack_byte_count = 1 << 20;

static sem_t gate;

static void *wait(void *unused) {
  while (sem_wait(&gate) != 0) {
  }
  return unused;
}

int weft_process_threads(int wanted) {
  enum { most = 1024 };
  pthread_t threads[most];
  pthread_attr_t attributes;
  int count = 0;
  if (wanted > most) wanted = most;
  if (pthread_attr_init(&attributes) == 0) {
    pthread_attr_setstacksize(&attributes, stack_byte_count);
#ifdef __GLIBC__
    /* For the threads that the run-time makes. The C library keeps the stacks of threads that have ended. */
    pthread_setattr_default_np(&attributes);
#endif
    sem_init(&gate, 0, 0);
    while (count < wanted - 1 && pthread_create(&threads[count], &attributes, wait, 0) == 0) count++;
    for (int thread = 0; thread < count; thread++) sem_post(&gate);
    for (int thread = 0; thread < count; thread++) pthread_join(threads[thread], 0);
    sem_destroy(&gate);
    pthread_attr_destroy(&attributes);
  }
  return count + 1;
}
