#pragma once
// Without _GNU_SOURCE, as the toolchain's own modules are: with it fd_set differs between two modules and a build from
// nothing fails. libevent's configuration defines it, so the system's header comes first.
#include <sys/select.h>
#include <event2/event.h>
