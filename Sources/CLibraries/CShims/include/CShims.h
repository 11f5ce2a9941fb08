#pragma once
#include <stdint.h>

// Swift's Glibc module is compiled without _GNU_SOURCE, so these Linux calls are not in it.

// accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC.
int unmask_accept(int listener);
// pipe2 with O_NONBLOCK and O_CLOEXEC.
int unmask_pipe(int ends[2]);
// Linux keeps 15 bytes of a thread's name.
void unmask_name_this_thread(const char *name);
