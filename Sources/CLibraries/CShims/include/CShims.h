#pragma once
#include <stdint.h>

// Swift's Glibc module is compiled without _GNU_SOURCE, so these Linux calls are not in it.

// accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC.
int unmask_accept(int listener);
// pipe2 with O_NONBLOCK and O_CLOEXEC.
int unmask_pipe(int ends[2]);
// Linux keeps 15 bytes of a thread's name.
void unmask_name_this_thread(const char *name);

// Swift has no thread-local storage that costs less than a call through pthread_getspecific.

// 64 bits that nobody can guess who does not know the others of this thread. Never the same in a forked child.
uint64_t unmask_random(void);
// 0, 1, 2 and so on, a number for each thread that ever asked.
uint32_t unmask_thread_number(void);
// How many forks lie between this process and the one that loaded this library.
uint32_t unmask_fork_generation(void);
