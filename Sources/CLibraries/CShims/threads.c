#define _GNU_SOURCE 1
#include "include/CShims.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/random.h>
#include <time.h>

// xoroshiro128++: two words of state, a few instructions a number, no system call after the first.
static _Thread_local uint64_t state[2];
static _Thread_local uint32_t number;
static _Atomic uint32_t threads = 1;
static _Atomic uint32_t generation;

static uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

static void seed(void) {
    if (getrandom(state, sizeof state, GRND_NONBLOCK) == sizeof state && (state[0] | state[1])) return;
    // Early at boot the kernel may have nothing yet; ids must then differ, but need not be secret.
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    state[0] = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    state[1] = (uint64_t)(uintptr_t)&state ^ 0x9e3779b97f4a7c15u;
}

uint64_t unmask_random(void) {
    if (!(state[0] | state[1])) seed();
    uint64_t low = state[0], high = state[1];
    uint64_t result = rotate(low + high, 17) + low;
    high ^= low;
    state[0] = rotate(low, 49) ^ high ^ high << 21;
    state[1] = rotate(high, 28);
    return result;
}

uint32_t unmask_thread_number(void) {
    if (!number) number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed);
    return number - 1;
}

// The thread that forked is the only one that lives on in the child, so its state is all there is to forget.
static void after_fork(void) {
    state[0] = state[1] = 0;
    atomic_fetch_add_explicit(&generation, 1, memory_order_relaxed);
}

__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, after_fork); }

uint32_t unmask_fork_generation(void) { return atomic_load_explicit(&generation, memory_order_relaxed); }
