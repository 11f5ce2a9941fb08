import Findings
import JSON
import Judging
import TraceModel

/// A route as lists show it.
struct RouteJSON {
    let window: RouteWindow
    /// Nil where no series was asked for.
    let series: [RatedCounts]?
    let span: TimeWindow
    let usual: UsualRoute?

    func write(to writer: inout JSONWriter) {
        let rates = window.rates
        writer.object { writer in
            writer.field("service", rates.service)
            writer.field("route", rates.route)
            writer.objectField("traces") { writer in
                for kind in VerdictKind.allCases { writer.field(kind.name, rates.counts[kind]) }
            }
            Self.rates(rates.counts.rated, &writer)
            writer.field("sampled", rates.counts.rated.isWeighted)
            writer.field("lastSeen", UTCTime(nanoseconds: rates.lastNanoseconds))
            writer.field("perMinute", window.perMinute)
            writer.objectField("window") { writer in
                for (name, count) in Self.counts { writer.field(name, count(window.counts)) }
                Self.rates(window.counts, &writer)
            }
            if let series { write(series, &writer) }
            writer.key("profile")
            if let usual { profile(usual, &writer) } else { writer.value(JSONValue.null) }
        }
    }

    private static let counts: [(name: String, of: @Sendable (RatedCounts) -> Int64)] = [
        ("ok", { $0.ok }), ("failed", { $0.failed }), ("masked", { $0.masked }), ("disguised", { $0.disguised }),
        ("degraded", { $0.degraded }), ("suspect", { $0.suspect }), ("recovered", { $0.recovered }),
        ("excluded", { $0.excluded }),
    ]

    private static func rates(_ counts: RatedCounts, _ writer: inout JSONWriter) {
        writer.field("apparentRate", counts.apparentRate)
        writer.field("realRate", counts.realRate)
        writer.field("gap", counts.gap)
    }

    private func write(_ series: [RatedCounts], _ writer: inout JSONWriter) {
        writer.objectField("series") { writer in
            span.write(to: &writer)
            for (name, count) in Self.counts { writer.field(name, series.map(count)) }
            writer.field("apparentRate", series.map { $0.apparentRate.map(Self.rounded) })
            writer.field("realRate", series.map { $0.realRate.map(Self.rounded) })
        }
    }

    /// A point of a curve; seventeen digits would double the answer.
    private static func rounded(_ rate: Double) -> Double { (rate * 1e7).rounded() / 1e7 }

    private func profile(_ usual: UsualRoute, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("traces", Self.rounded(usual.traces))
            writer.field("usualDuration", usual.durationNanoseconds)
            writer.arrayField("steps", of: usual.steps) { writer, step in
                writer.object { writer in
                    writer.field("service", step.service)
                    writer.field("name", step.name)
                    writer.field("share", Self.rounded(step.share))
                }
            }
        }
    }
}
