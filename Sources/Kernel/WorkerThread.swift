internal import CShims
import Glibc

/// A named system thread that runs one closure and can be waited for.
package final class WorkerThread: @unchecked Sendable {
    private var handle = pthread_t()
    private var joined = false

    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(PlatformError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let result = pthread_create(
            &handle, nil,
            { context in
                let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
                unmask_name_this_thread(String(start.name.prefix(15)))
                start.body()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw PlatformError(code: .init(number: result), operation: "pthread_create", subject: name)
        }
    }

    /// Waits for the end. Only the owner calls it, once.
    package func join() {
        precondition(!joined, "a thread is joined once")
        joined = true
        pthread_join(handle, nil)
    }

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
