#pragma once
// libevent's configuration header defines _GNU_SOURCE, and the toolchain's Glibc module is made without it: what
// fd_set looks like has to be settled before, or a build from nothing fails.
#include <sys/select.h>
#include <event2/event.h>
