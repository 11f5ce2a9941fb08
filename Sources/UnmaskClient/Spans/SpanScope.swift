/// The current span of each task.
@usableFromInline
enum SpanScope {
    /// Made by hand, since the macro's is not for code that is compiled into services.
    @usableFromInline static let local = TaskLocal<SpanStorage?>(wrappedValue: nil)

    @usableFromInline static var current: SpanStorage? { local.get() }

    /// A new span below `parent`, or below the current one; nil where nobody traces.
    @usableFromInline
    static func begin(_ name: String, _ kind: SpanKind, _ parent: SpanContext?) -> SpanStorage? {
        let scope = local.get()
        guard let tracer = scope?.tracer ?? Unmask.installedTracer else { return nil }
        return tracer._withUnsafeGuaranteedRef { $0.begin(name, kind, scope: scope, parent: parent) }
    }
}
