import Findings
import JSON
import TraceModel

/// A pattern as lists show it.
struct PatternJSON {
    /// A pattern is new for so long.
    static let newNanoseconds: UInt64 = 86_400_000_000_000

    let activity: PatternActivity
    /// Counts of the last sixty minutes.
    let recent: [Int64]
    let share: Double?
    let mark: PatternMark?
    let nowNanoseconds: UInt64

    func write(to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }) {
        let pattern = activity.pattern
        writer.object { writer in
            writer.field("fingerprint", pattern.fingerprint.description)
            writer.field("verdict", pattern.verdict.name)
            writer.field("kind", pattern.names.kind?.name)
            Self.places(pattern.names, &writer)
            counts(pattern, &writer)
            writer.field("isNew", pattern.firstSeenNanoseconds + Self.newNanoseconds > nowNanoseconds)
            writer.field("isChronic", pattern.isChronic)
            writer.field("ratePerMinute", activity.ratePerMinute)
            writer.field("share", share)
            writer.field("trend", activity.trend.rawValue)
            writer.field("recent", recent)
            writer.objectField("examples") { writer in
                writer.field("first", pattern.firstExamples.map(\.traceID.description))
                writer.field("latest", pattern.latestExamples.map(\.traceID.description))
            }
            writer.key("feedback")
            if let mark { MarkJSON.write(mark, to: &writer) } else { writer.value(JSONValue.null) }
            more(&writer)
        }
    }

    private static func places(_ names: PatternNames, _ writer: inout JSONWriter) {
        writer.objectField("edge") { writer in
            writer.field("service", names.edgeService)
            writer.field("route", names.edgeRoute)
        }
        writer.key("maskPoint")
        if names.maskService.isEmpty && names.maskOperation.isEmpty {
            writer.value(JSONValue.null)
        } else {
            writer.object { writer in
                writer.field("service", names.maskService)
                writer.field("operation", names.maskOperation)
            }
        }
        writer.objectField("origin") { writer in
            writer.field("service", names.originName)
            writer.field("operation", names.originOperation)
            writer.field("class", names.originClass)
            writer.field("peer", names.originIsPeer)
        }
        writer.field("alias", names.alias.isEmpty ? nil : names.alias)
    }

    private func counts(_ pattern: Pattern, _ writer: inout JSONWriter) {
        writer.objectField("counts") { writer in
            writer.field("masked", pattern.masked)
            writer.field("degraded", pattern.degraded)
            writer.field("suspect", pattern.suspect)
        }
        writer.field("weight", pattern.weight)
        writer.field("firstSeen", UTCTime(nanoseconds: pattern.firstSeenNanoseconds))
        writer.field("lastSeen", UTCTime(nanoseconds: pattern.lastSeenNanoseconds))
    }
}
