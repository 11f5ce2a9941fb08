package import Configuration
import Synchronization
package import TraceModel

/// One gateway's lines on their way to spans, and how many there were. The lines come on one thread; the numbers are
/// everybody's to read.
package final class GatewayDesk: Sendable {
    package struct Tally: Sendable {
        package var lines: UInt64 = 0
        package var spans: UInt64 = 0
        package var bytes: UInt64 = 0
        package var refused: [LogRefusal: UInt64] = [:]
    }

    package let rule: GatewayRule
    private let reader: GatewaySpans
    private let state = Mutex(Tally())

    package init(_ rule: GatewayRule) {
        self.rule = rule
        reader = GatewaySpans(rule)
    }

    package var tally: Tally { state.withLock { $0 } }

    /// The spans of one line; none where it is refused, which is counted.
    package func read(_ line: ArraySlice<UInt8>, arrivalNanoseconds: UInt64) -> [SpanDetail] {
        let reading = reader.read(line, arrivalNanoseconds: arrivalNanoseconds)
        return state.withLock { tally in
            tally.lines += 1
            tally.bytes += UInt64(line.count)
            switch reading {
            case .refused(let reason):
                tally.refused[reason, default: 0] += 1
                return []
            case .spans(let spans):
                tally.spans += UInt64(spans.count)
                return spans
            }
        }
    }

    package func refuse(_ reason: LogRefusal, _ count: Int = 1) {
        if count > 0 { state.withLock { $0.refused[reason, default: 0] += UInt64(count) } }
    }
}
