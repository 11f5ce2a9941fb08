import TraceModel

/// Proof that an answer was older than it should be and was served because the refresh failed.
enum StaleAnswers {
    private static let cacheStatusKeys = ["upstream_cache_status", "nginx.upstream_cache_status"]
    private static let cacheStatusHeaders = ["x-cache-status", "x-cache", "x-proxy-cache", "x-nginx-cache"]

    static func read(_ reading: inout SpanReading) {
        let words = reading.attributes.text(cacheStatusKeys).map { [$0] } ?? []
        let headers = cacheStatusHeaders.compactMap { reading.headers.response($0) }
        let isStale = (words + headers).contains { $0.uppercased().split(separator: " ").contains("STALE") }
        let isProven = reading.headers.response("cache-status").map(provesStale) ?? false
        let isWarned = reading.headers.response("warning").map(warnsOfStale) ?? false
        if isStale || isProven || isWarned { reading.mark(.staleAnswer) }
    }

    /// RFC 9211, and what Apache writes into the same header. `fwd=stale` alone only says why the origin was asked.
    static func provesStale(_ header: String) -> Bool {
        let lower = header.lowercased()
        if lower.utf8Range(of: "stale content returned") != nil { return true }
        let parameters = lower.split { $0 == ";" || $0 == "," }.map { $0.filter { $0 != " " && $0 != "\"" } }
        return parameters.contains { parameter in
            if parameter == "stale" || parameter == "detail=stale" { return true }
            guard parameter.hasPrefix("fwd-status="), let code = Int(parameter.dropFirst(11)) else { return false }
            return code >= 500
        }
    }

    /// 110: the answer is stale; 111: the revalidation failed.
    static func warnsOfStale(_ header: String) -> Bool {
        header.split(separator: ",").contains { entry in
            let code = entry.drop { $0 == " " }.prefix(4)
            return code == "110 " || code == "111 " || code == "110" || code == "111"
        }
    }
}
