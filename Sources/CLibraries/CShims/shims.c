#define _GNU_SOURCE 1
#include "include/CShims.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

int unmask_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int unmask_pipe(int ends[2]) {
    return pipe2(ends, O_NONBLOCK | O_CLOEXEC);
}

void unmask_name_this_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}
