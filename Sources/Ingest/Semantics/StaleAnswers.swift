import Answers
import TraceModel

/// Proof that an answer was older than it should be and was served because the refresh failed.
enum StaleAnswers {
    private static let cacheStatusKeys = ["upstream_cache_status", "nginx.upstream_cache_status"]
    private static let cacheStatusHeaders = ["x-cache-status", "x-cache", "x-proxy-cache", "x-nginx-cache"]

    static func read(_ reading: inout SpanReading) {
        let words = reading.attributes.text(cacheStatusKeys).map { [$0] } ?? []
        let headers = cacheStatusHeaders.compactMap { reading.headers.response($0) }
        let isStale = (words + headers).contains { StaleHeaders.saysStale($0) }
        let isProven =
            reading.headers.response("cache-status").map { StaleHeaders.provesStale(cacheStatus: $0) } ?? false
        let isWarned = reading.headers.response("warning").map { StaleHeaders.warnsOfStale(warning: $0) } ?? false
        if isStale || isProven || isWarned { reading.mark(.staleAnswer) }
        if let age = reading.headers.response("age"), let control = reading.headers.response("cache-control"),
            StaleHeaders.isPastFreshness(age: age, cacheControl: control)
        {
            reading.span.proxyFlags.insert(.pastFreshness)
        }
    }
}
