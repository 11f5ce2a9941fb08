import Findings
import HTTP
import JSON
import Judging
import Platform
import TraceModel

/// `rate()` and `count_over_time()` over the edge spans of findings.
struct TempoMetrics: Sendable {
    static let seriesMax = 1_000
    private static let pageEntries = 1_024

    let findings: FindingDesk

    private struct Series {
        var counts: [Int: Int] = [:]
    }

    private struct Counted {
        var series: [[FieldValue]: Series] = [:]
        var seen = 0
    }

    func range(_ request: HTTPRequest) -> HTTPResponse { answer(request, isInstant: false) }
    func instant(_ request: HTTPRequest) -> HTTPResponse { answer(request, isInstant: true) }

    private func answer(_ request: HTTPRequest, isInstant: Bool) -> HTTPResponse {
        do throws(TempoMistake) {
            let query = try MetricsQuery(request, nowNanoseconds: Clock.wallNanoseconds, isInstant: isInstant)
            return HTTPResponse(json: document(try count(query), query, isInstant: isInstant))
        } catch {
            return TempoText.refusal(400, error.detail)
        }
    }

    private func count(_ query: MetricsQuery) throws(TempoMistake) -> Counted {
        var counted = Counted()
        // A verdict is never older than what it is about; clocks may differ by some minutes.
        let margin: UInt64 = 600_000_000_000
        let filter = FindingFilter(
            fromNanoseconds: query.window.lowerBound - min(query.window.lowerBound, margin),
            startedFromNanoseconds: query.window.lowerBound, startedToNanoseconds: query.window.upperBound)
        var cursor: FindingCursor?
        repeat {
            let page = findings.book.log.list(filter, limit: Self.pageEntries, after: cursor)
            for finding in page.items { try count(finding, query, &counted) }
            cursor = page.next
        } while cursor != nil
        return counted
    }

    private func count(_ finding: Finding, _ query: MetricsQuery, _ counted: inout Counted) throws(TempoMistake) {
        counted.seen += 1
        let source = EdgeSource(finding: finding)
        guard query.predicate.truth(of: source) == .yes else { return }
        let key = query.metric.groups.map { source.value(of: $0) ?? .absent }
        guard counted.series[key] != nil || counted.series.count < Self.seriesMax else {
            throw TempoMistake(detail: "the query makes more than \(Self.seriesMax) series: group by less")
        }
        let place = Int((finding.startNanoseconds - query.window.lowerBound) / query.stepNanoseconds)
        counted.series[key, default: Series()].counts[place, default: 0] += 1
    }

    private func document(_ counted: Counted, _ query: MetricsQuery, isInstant: Bool) -> JSONWriter {
        let series = counted.series.sorted { Self.order($0.key) < Self.order($1.key) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("series", of: series) { writer, item in
                writer.object { writer in
                    labels(item.key, query, &writer)
                    if isInstant {
                        writer.field("value", value(item.value.counts[0] ?? 0, query))
                    } else {
                        samples(item.value, query, &writer)
                    }
                }
            }
            TempoJSON.metrics(counted.seen, &writer)
        }
        return writer
    }

    private static func order(_ key: [FieldValue]) -> String { key.map { $0.text ?? "" }.joined(separator: "\u{0}") }

    private func labels(_ values: [FieldValue], _ query: MetricsQuery, _ writer: inout JSONWriter) {
        var pairs = zip(query.metric.groups, values).map { field, value in
            (key: field.label, value: value.attribute ?? .string("nil"))
        }
        if pairs.isEmpty { pairs = [("__name__", .string(query.metric.aggregate.rawValue))] }
        writer.arrayField("labels", of: pairs) { OTLPJSONWriter.pair($1.key, $1.value, &$0) }
        let words = pairs.map { pair in
            "\(pair.key)=\(String(reflecting: FieldValue(pair.value).text ?? ""))"
        }
        writer.field("promLabels", "{\(words.joined(separator: ", "))}")
    }

    private func samples(_ series: Series, _ query: MetricsQuery, _ writer: inout JSONWriter) {
        let points = Int((query.window.upperBound - query.window.lowerBound) / query.stepNanoseconds)
        writer.arrayField("samples", of: 0..<points) { writer, place in
            writer.object { writer in
                let start = query.window.lowerBound + UInt64(place) * query.stepNanoseconds
                writer.field("timestampMs", String(start / 1_000_000))
                writer.field("value", value(series.counts[place] ?? 0, query))
            }
        }
    }

    private func value(_ count: Int, _ query: MetricsQuery) -> Double {
        switch query.metric.aggregate {
        case .countOverTime: Double(count)
        case .rate: Double(count) / (Double(query.stepNanoseconds) / 1e9)
        }
    }
}
