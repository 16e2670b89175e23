/* What the command does when the process is about to end against its will: in C, because nothing here may allocate. */
#ifndef WEFT_PROCESS_H
#define WEFT_PROCESS_H

/* Handles signals from now on, once, before any thread is made:
 * those that end a command remove its temporary files first;
 * SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a limit on file sizes are errors of write();
 * SIGBUS in a mapped file is one line on standard error and exit code 1.
 * Also tells the allocator to keep what it has for the next buffers of the same size. */
void weft_process_start(void);

/* Notes a file to be removed should the process end early. Returns a ticket, or -1 when the name is too long or too
 * many are noted. */
int weft_process_note(const char *path);

/* Forgets a file that was noted. */
void weft_process_forget(int ticket);

/* Removes every file that is noted. Safe in a signal handler. */
void weft_process_clean(void);

/* How many threads, at most `wanted`, can run at once, the calling one among them. Their stacks stay reserved, so that
 * the same number can be had later. */
int weft_process_threads(int wanted);

#endif
