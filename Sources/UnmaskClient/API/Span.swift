/// One piece of work while it goes on: what `withSpan` hands to its body.
///
/// A span may be used from any task and thread. Once it has ended, whatever is said of it is ignored. Where no tracer
/// was started, or the library was shut down, a span does nothing and costs nothing.
public struct Span: Sendable {
    @usableFromInline let storage: SpanStorage?

    @usableFromInline
    init(_ storage: SpanStorage?) {
        self.storage = storage
    }

    /// The span of the current task; one that does nothing where there is none.
    public static var current: Span { Span(SpanScope.current) }

    /// Nil for a span that does nothing.
    public var context: SpanContext? { storage?.context }

    /// False for a span that has ended or does nothing: no need to compute what it would ignore.
    public var isRecording: Bool { storage?.isRecording ?? false }

    /// The name, at most 512 bytes of it. Few different ones: `GET /cart/{id}`, not `GET /cart/17`.
    public var name: String {
        get { storage?.read { $0.name } ?? "" }
        nonmutating set { storage?.rename(newValue) }
    }

    /// One attribute. Setting nil takes it back; of two values for one key the later one stays, whatever its type.
    @inlinable
    public subscript<Value>(_ key: AttributeKey<Value>) -> Value? {
        get { storage?.value(of: key.name).flatMap { Value(attributeValue: $0) } }
        nonmutating set { storage?.set(key.name, newValue?.attributeValue) }
    }

    /// The same for keys that only the running program knows.
    @inlinable
    public func set(_ key: String, _ value: AttributeValue) {
        storage?.set(key, value)
    }

    public func setStatus(_ status: SpanStatus) {
        storage?.setStatus(status)
    }

    /// Says what really became of the work, which wins over every code.
    public func outcome(_ outcome: SpanOutcome) {
        storage?.setOutcome(outcome)
    }

    /// Something that happened on the way.
    public func addEvent(_ name: String, _ attributes: [Attribute] = []) {
        storage?.addEvent(name, attributes)
    }

    /// Work that this one belongs with, though it is not its parent: the message that a batch began with.
    public func addLink(to context: SpanContext) {
        storage?.addLink(context)
    }

    /// Notes an error as an event and marks the span as failed. `withSpan` does it for an error that its body throws.
    public func recordError(_ error: any Error) {
        storage?.recordError(error)
    }

    /// Ends a span that ``Unmask/startSpan(_:kind:parent:)`` began. A second end is ignored.
    public func end() {
        storage?.end()
    }
}
