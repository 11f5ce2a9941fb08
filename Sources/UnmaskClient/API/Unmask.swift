import Synchronization

/// The process's tracer, and the few things that every service does with it.
///
/// ```swift
/// import UnmaskClient
///
/// Unmask.start(ClientSettings(service: "checkout"))
/// ```
///
/// That is all: every `withSpan` from here on is sent to the collector at `127.0.0.1:7200`, or wherever
/// `UNMASK_COLLECTOR` says. Without a collector the service runs as if nothing had been started.
public enum Unmask {
    /// An address, or 0. Read for every span that has no parent; a tracer that stood here once is never freed.
    private static let slot = Atomic<UInt>(0)

    @usableFromInline
    static var installedTracer: Unmanaged<UnmaskTracer>? {
        UnsafeRawPointer(bitPattern: slot.load(ordering: .acquiring)).map { Unmanaged.fromOpaque($0) }
    }

    /// Starts a tracer and makes it the process's own. A second start takes the place of the first, whose spans are
    /// still delivered.
    @discardableResult
    public static func start(_ settings: ClientSettings) -> UnmaskTracer {
        let tracer = UnmaskTracer(settings)
        install(tracer)
        return tracer
    }

    /// Makes a tracer the process's own.
    public static func install(_ tracer: UnmaskTracer) {
        slot.store(UInt(bitPattern: Unmanaged.passUnretained(tracer).toOpaque()), ordering: .releasing)
    }

    /// The tracer that `withSpan` would use here and now; nil where none was started.
    public static var tracer: UnmaskTracer? {
        (SpanScope.current?.tracer ?? installedTracer)?.takeUnretainedValue()
    }

    /// Begins a span that does not become the current one, and that somebody has to `end()`.
    ///
    /// For work that is no body of a closure: a callback, a delegate. ``withSpan(_:kind:parent:_:)`` is better
    /// everywhere else, since it can't be forgotten. A span that is never ended is never sent, and counted.
    public static func startSpan(_ name: String, kind: SpanKind = .internal, parent: SpanContext? = nil) -> Span {
        Span(SpanScope.begin(name, kind, parent)?.forgotten)
    }

    /// Writes the current span's context into a request on its way out, in the formats of the tracer's settings.
    ///
    /// ```swift
    /// Unmask.inject { name, value in request.headers[name] = value }
    /// ```
    public static func inject(_ set: (_ name: String, _ value: String) -> Void) {
        inject(Span.current.context, set)
    }

    /// The same for a span that is not the current one.
    public static func inject(_ context: SpanContext?, _ set: (_ name: String, _ value: String) -> Void) {
        guard let context else { return }
        (tracer?.settings.propagation ?? Propagation()).inject(context, set)
    }

    /// Reads the caller's context out of a request; nil where its headers name none or are broken.
    ///
    /// `get` finds a header whatever its case; of several headers with one name it gives all, joined with commas.
    ///
    /// ```swift
    /// let parent = Unmask.extract { name in request.headers[name] }
    /// ```
    public static func extract(_ get: (_ name: String) -> String?) -> SpanContext? {
        let tracer = tracer
        return (tracer?.settings.propagation ?? Propagation()).extract(get) { tracer?.sampler.keeps($0) ?? true }
    }

    /// Delivers what has ended so far; false where the collector did not take all of it in time.
    @discardableResult
    public static func flush(within limit: Duration = .seconds(5)) async -> Bool {
        await tracer?.flush(within: limit) ?? true
    }

    /// Delivers what has ended and stops. Spans that begin or end later do nothing.
    @discardableResult
    public static func shutdown(within limit: Duration = .seconds(5)) async -> Bool {
        await tracer?.shutdown(within: limit) ?? true
    }
}
