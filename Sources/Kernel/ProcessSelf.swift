import Glibc

/// What the process knows of itself.
package enum ProcessSelf {
    /// Resident bytes, as the kernel counts them now.
    package static var residentBytes: UInt64 {
        guard let statm = try? Files.read("/proc/self/statm", bytesMax: 256) else { return 0 }
        let fields = String(decoding: statm, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    package static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    package static var identifier: Int32 { getpid() }

    /// Blocks the signals that end or reload a server, for this thread and all that it starts, so that one thread can
    /// wait for them. A broken pipe is an error of a write, never a signal.
    package static func blockSignals() {
        var set = watchedSignals
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    package enum Signal: Sendable {
        case end
        case reload
    }

    /// Sleeps until one of the blocked signals arrives.
    package static func waitForSignal() -> Signal {
        var set = watchedSignals
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        return number == SIGHUP ? .reload : .end
    }

    private static var watchedSignals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}

extension ProcessSelf {
    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
