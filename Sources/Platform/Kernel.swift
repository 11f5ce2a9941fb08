// The floor below, handed on: whoever may run loops may also read the clock, and says so with one import. Only the
// client library stands on that floor alone, since it must not bring libevent into a service.
@_exported import Kernel
