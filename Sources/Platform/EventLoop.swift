internal import CEvent
internal import CShims
import Glibc
import Synchronization

/// One libevent loop on one thread. libevent only says what is ready; nobody reads or writes through it (its buffers
/// cost four times the CPU).
///
/// Everything but `submit` and `stop` is for the loop's own thread.
package final class EventLoop: @unchecked Sendable {
    private let base: OpaquePointer
    private let wakeReader: Int32
    private let wakeWriter: Int32
    private let mailbox = Mutex<[@Sendable () -> Void]>([])
    private var wakeWatch: Watch?

    package init() throws(PlatformError) {
        guard let base = event_base_new() else { throw .last("event_base_new") }
        self.base = base
        var pipe: [Int32] = [0, 0]
        guard unmask_pipe(&pipe) == 0 else {
            event_base_free(base)
            throw .last("pipe")
        }
        wakeReader = pipe[0]
        wakeWriter = pipe[1]
        wakeWatch = watch(wakeReader, for: .reading) { [unowned self] in drainMailbox() }
    }

    deinit {
        wakeWatch = nil
        event_base_free(base)
        close(wakeReader)
        close(wakeWriter)
    }

    /// Runs until `stop`.
    package func run() {
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
    }

    /// Runs `job` on the loop's thread, soon. Any thread.
    package func submit(_ job: @escaping @Sendable () -> Void) {
        let wasEmpty = mailbox.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        // A full pipe means that the loop will wake anyway.
        if wasEmpty { _ = write(wakeWriter, "w", 1) }
    }

    package func stop() {
        submit { [self] in _ = event_base_loopbreak(base) }
    }

    package func watch(_ descriptor: Int32, for interest: Watch.Interest, _ ready: @escaping () -> Void) -> Watch {
        Watch(base: base, descriptor: descriptor, events: interest.events, everyNanoseconds: nil, ready)
    }

    package func timer(everyNanoseconds interval: UInt64, _ fire: @escaping () -> Void) -> Watch {
        Watch(base: base, descriptor: -1, events: Int16(EV_PERSIST), everyNanoseconds: interval, fire)
    }

    private func drainMailbox() {
        var scratch = (UInt64(0), UInt64(0))
        while withUnsafeMutableBytes(of: &scratch, { read(wakeReader, $0.baseAddress, $0.count) }) > 0 {}
        let jobs = mailbox.withLock { jobs in
            defer { jobs.removeAll(keepingCapacity: true) }
            return jobs
        }
        for job in jobs { job() }
    }
}

/// A registration with a loop; it ends when released. Lives and dies on the loop's thread.
package final class Watch {
    package enum Interest {
        case reading
        case writing

        var events: Int16 { Int16(self == .reading ? EV_READ : EV_WRITE) | Int16(EV_PERSIST) }
    }

    private var event: OpaquePointer?
    private let ready: () -> Void

    init(
        base: OpaquePointer, descriptor: Int32, events: Int16, everyNanoseconds: UInt64?,
        _ ready: @escaping () -> Void
    ) {
        self.ready = ready
        event = event_new(
            base, descriptor, events,
            { _, _, context in Unmanaged<Watch>.fromOpaque(context!).takeUnretainedValue().ready() },
            Unmanaged.passUnretained(self).toOpaque())
        if let interval = everyNanoseconds {
            var time = timeval(tv_sec: Int(interval / 1_000_000_000), tv_usec: Int(interval % 1_000_000_000 / 1000))
            event_add(event, &time)
        } else {
            event_add(event, nil)
        }
    }

    deinit {
        event_free(event)
    }
}
