/// The current span of each task.
@usableFromInline
enum SpanScope {
    /// Made by hand, since the macro's is not for code that is compiled into services.
    @usableFromInline static let local = TaskLocal<SpanStorage?>(wrappedValue: nil)

    @usableFromInline static var current: SpanStorage? { local.get() }

    /// A new span below `parent`, or below the current one; nil where nobody traces.
    @usableFromInline
    static func begin(_ name: String, _ kind: SpanKind, _ parent: SpanContext?) -> OpenSpan? {
        let scope = local.get()
        guard let tracer = scope?.tracer ?? Unmask.installedTracer else { return nil }
        return OpenSpan(tracer._withUnsafeGuaranteedRef { $0.begin(name, kind, scope: scope, parent: parent) })
    }
}

/// The one reference that a span has while it goes on. Ending hands it to the delivering thread as it is, where
/// counting up for the one and down for the other would cost two atomic operations.
///
/// Must be ended exactly once.
@usableFromInline
struct OpenSpan: @unchecked Sendable {
    @usableFromInline let reference: Unmanaged<SpanStorage>

    init(_ storage: consuming SpanStorage) {
        reference = .passRetained(storage)
    }

    @inlinable var storage: SpanStorage { reference.takeUnretainedValue() }

    /// For those who end it by hand, or not at all.
    var forgotten: SpanStorage { reference.takeRetainedValue() }

    @usableFromInline
    func end() {
        let isFirst = reference._withUnsafeGuaranteedRef { $0.close() }
        guard isFirst else { return reference.release() }
        let tracer = reference._withUnsafeGuaranteedRef { $0.tracer }
        tracer._withUnsafeGuaranteedRef { $0.finish(reference) }
    }

    @usableFromInline
    func fail(_ error: any Error) {
        reference._withUnsafeGuaranteedRef { $0.recordError(error) }
        end()
    }
}
