internal import CShims

/// What each thread has for itself, so that nothing on the way of a span is shared.
package enum ThreadLocal {
    /// Random bits for identifiers; no system call after a thread's first, never the same in a forked child.
    package static var randomBits: UInt64 { unmask_random() }
    /// 0, 1, 2 and so on, in the order in which threads first asked.
    package static var number: UInt32 { unmask_thread_number() }
}

/// A process that forks leaves its threads behind; who owns a thread has to notice.
package enum ForkWatch {
    /// Grows by one in each child.
    package static var generation: UInt32 { unmask_fork_generation() }
}
