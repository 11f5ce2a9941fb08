#if Tracing
    import Synchronization
    public import Tracing
    import UnmaskClient

    /// A span of Swift's own tracing API.
    public struct UnmaskSwiftSpan: Tracing.Span {
        let span: UnmaskClient.Span
        public let context: ServiceContext
        /// The API reads attributes back whole, which the library has no other use for.
        private let known = Known()

        private final class Known: Sendable {
            let attributes = Mutex<[String: AttributeValue]>([:])
        }

        init(span: UnmaskClient.Span, context: ServiceContext) {
            self.span = span
            self.context = context
        }

        public var operationName: String {
            get { span.name }
            nonmutating set { span.name = newValue }
        }

        public var isRecording: Bool { span.isRecording }

        public var attributes: SpanAttributes {
            get {
                var attributes = SpanAttributes([:])
                for (key, value) in known.attributes.withLock({ $0 }) { attributes.set(key, value: value.swift) }
                return attributes
            }
            nonmutating set {
                newValue.forEach { key, attribute in
                    guard let value = attribute.unmask else { return }
                    known.attributes.withLock { $0[key] = value }
                    span.set(key, value)
                }
            }
        }

        public func setStatus(_ status: Tracing.SpanStatus) {
            switch status.code {
            case .ok: span.setStatus(.ok)
            case .error: span.setStatus(.error(message: status.message ?? ""))
            }
        }

        public func addEvent(_ event: SpanEvent) {
            span.addEvent(event.name, event.attributes.unmask)
        }

        public func recordError<Instant: TracerInstant>(
            _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
        ) {
            span.recordError(error)
            for attribute in attributes.unmask { span.set(attribute.key, attribute.value) }
        }

        public func addLink(_ link: SpanLink) {
            if let context = link.context.unmaskContext { span.addLink(to: context) }
        }

        /// The library's own clock is read: a moment that somebody else's clock named has no length.
        public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
            span.end()
        }
    }

    extension SpanAttributes {
        fileprivate var unmask: [Attribute] {
            var found: [Attribute] = []
            forEach { key, attribute in
                if let value = attribute.unmask { found.append(Attribute(key: key, value: value)) }
            }
            return found
        }
    }

    extension SpanAttribute {
        fileprivate var unmask: AttributeValue? {
            switch self {
            case .int32(let number): .integer(Int64(number))
            case .int64(let number): .integer(number)
            case .double(let number): .number(number)
            case .bool(let flag): .flag(flag)
            case .string(let text): .string(text)
            case .int32Array(let numbers): .list(numbers.map { .integer(Int64($0)) })
            case .int64Array(let numbers): .list(numbers.map { .integer($0) })
            case .doubleArray(let numbers): .list(numbers.map { .number($0) })
            case .boolArray(let flags): .list(flags.map { .flag($0) })
            case .stringArray(let texts): .list(texts.map { .string($0) })
            case .stringConvertible(let value): .string("\(value)")
            case .stringConvertibleArray(let values): .list(values.map { .string("\($0)") })
            default: nil
            }
        }
    }

    extension AttributeValue {
        fileprivate var swift: SpanAttribute {
            switch self {
            case .string(let text): .string(text)
            case .integer(let number): .int64(number)
            case .number(let number): .double(number)
            case .flag(let flag): .bool(flag)
            case .list(let values): .stringArray(values.map { "\($0)" })
            }
        }
    }
#endif
