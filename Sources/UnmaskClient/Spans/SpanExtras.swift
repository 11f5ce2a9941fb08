import Kernel
import TraceModel

/// What most spans do without: more attributes, events, links. Guarded by its span's lock.
final class SpanExtras {
    var attributes: [Slot] = []
    var attributesDropped = 0
    var events: [Event] = []
    var eventsDropped = 0
    var links: [SpanLink] = []
    /// The type of the first error that was recorded.
    var errorType = ""
    /// What a contract found in the answer.
    var evidence: Evidence = []

    struct Event {
        var name: String
        var atNanoseconds: UInt64
        var attributes: [Attribute]
    }
}

extension SpanStorage {
    func addEvent(_ name: String, _ attributes: [Attribute]) {
        let short = attributes.prefix(SpanLimits.attributesMax).map {
            Attribute(key: SpanLimits.cut($0.key, SpanLimits.nameBytesMax), value: SpanLimits.cut($0.value))
        }
        let event = SpanExtras.Event(
            name: SpanLimits.cut(name, SpanLimits.nameBytesMax), atNanoseconds: Clock.monotonicNanoseconds,
            attributes: short)
        change { span in
            let extras = span.needExtras()
            guard extras.events.count < SpanLimits.eventsMax else {
                extras.eventsDropped += 1
                return
            }
            extras.events.append(event)
            span.textBytes += short.reduce(64) { $0 + 40 + SpanStorage.bytes($1.value) }
        }
    }

    func addLink(_ context: SpanContext) {
        change { span in
            let extras = span.needExtras()
            guard extras.links.count < SpanLimits.linksMax else { return }
            extras.links.append(SpanLink(traceID: context.trace, spanID: context.span))
        }
    }

    func note(_ evidence: Evidence) {
        change { $0.needExtras().evidence.formUnion(evidence) }
    }

    @usableFromInline
    func recordError(_ error: any Error) {
        let type = String(reflecting: Swift.type(of: error))
        let message = String(describing: error)
        addEvent("exception", [Attribute(.exceptionType, type), Attribute(.exceptionMessage, message)])
        change { span in
            let extras = span.needExtras()
            if extras.errorType.isEmpty { extras.errorType = SpanLimits.cut(type, SpanLimits.nameBytesMax) }
            if case .error = span.status { return }
            span.status = .error(message: SpanLimits.cut(message, SpanLimits.textBytesMax))
        }
    }
}
