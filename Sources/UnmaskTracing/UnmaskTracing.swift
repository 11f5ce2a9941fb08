// Built only with the package's trait `Tracing`, which alone fetches swift-distributed-tracing:
//
//     .package(url: "...", from: "1.0.0", traits: ["Tracing"])
#if Tracing
    public import Tracing
    import UnmaskClient

    /// Swift's own tracing API on top of the client library.
    ///
    /// ```swift
    /// Unmask.start(ClientSettings(service: "checkout"))
    /// InstrumentationSystem.bootstrap(UnmaskSwiftTracer())
    /// ```
    ///
    /// Spans of libraries that trace themselves (AsyncHTTPClient, Hummingbird, PostgresNIO) and spans of
    /// `UnmaskClient.withSpan` are parents of each other as long as all of a request is traced by one of the two APIs:
    /// the context of the one is a `ServiceContext`, of the other a task-local value of its own.
    public struct UnmaskSwiftTracer: Tracer {
        public init() {}

        public func startSpan<Instant: TracerInstant>(
            _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: Tracing.SpanKind,
            at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
        ) -> UnmaskSwiftSpan {
            var context = context()
            let parent = context.unmaskContext
            let span = Unmask.startSpan(operationName, kind: kind.unmask, parent: parent)
            context.unmaskContext = span.context ?? parent
            return UnmaskSwiftSpan(span: span, context: context)
        }

        /// The library delivers by itself, at the latest a fifth of a second after a span has ended.
        public func forceFlush() {}

        public func extract<Carrier, Extract: Extractor>(
            _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
        ) where Extract.Carrier == Carrier {
            if let found = Unmask.extract({ extractor.extract(key: $0, from: carrier) }) {
                context.unmaskContext = found
            }
        }

        public func inject<Carrier, Inject: Injector>(
            _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
        ) where Inject.Carrier == Carrier {
            Unmask.inject(context.unmaskContext) { injector.inject($1, forKey: $0, into: &carrier) }
        }
    }

    private enum UnmaskContextKey: ServiceContextKey {
        typealias Value = SpanContext
        static var nameOverride: String? { "unmask" }
    }

    extension ServiceContext {
        var unmaskContext: SpanContext? {
            get { self[UnmaskContextKey.self] }
            set { self[UnmaskContextKey.self] = newValue }
        }
    }

    extension Tracing.SpanKind {
        fileprivate var unmask: UnmaskClient.SpanKind {
            switch self {
            case .server: .server
            case .client: .client
            case .producer: .producer
            case .consumer: .consumer
            case .internal: .internal
            }
        }
    }
#endif
