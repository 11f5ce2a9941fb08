#pragma once
#include <protobuf-c/protobuf-c.h>

// Where the stack stands: Swift has no word for it, and the depth of a message is only known while it is unpacked.
static inline uintptr_t unmask_stack_place(void) {
    return (uintptr_t)__builtin_frame_address(0);
}
