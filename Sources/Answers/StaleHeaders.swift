/// Headers that prove that an answer was older than it should be and was served because the refresh failed.
package enum StaleHeaders {
    /// RFC 9211, and what Apache writes into the same header. `fwd=stale` alone only says why the origin was asked.
    package static func provesStale(cacheStatus header: String) -> Bool {
        let lower = header.lowercased()
        if lower.contains("stale content returned") { return true }
        let parameters = lower.split { $0 == ";" || $0 == "," }.map { $0.filter { $0 != " " && $0 != "\"" } }
        return parameters.contains { parameter in
            if parameter == "stale" || parameter == "detail=stale" { return true }
            guard parameter.hasPrefix("fwd-status="), let code = Int(parameter.dropFirst(11)) else { return false }
            return code >= 500
        }
    }

    /// 110: the answer is stale; 111: the revalidation failed.
    package static func warnsOfStale(warning header: String) -> Bool {
        header.split(separator: ",").contains { entry in
            let code = entry.drop { $0 == " " }.prefix(4)
            return code == "110 " || code == "111 " || code == "110" || code == "111"
        }
    }

    /// Older than the answer itself allows: proof of a stale one only where the refresh is known to have failed.
    package static func isPastFreshness(age: String, cacheControl: String) -> Bool {
        guard let seconds = Int(age.filter { $0 != " " }) else { return false }
        let directives = cacheControl.lowercased().split(separator: ",").map { $0.filter { $0 != " " && $0 != "\"" } }
        func limit(_ name: String) -> Int? {
            directives.lazy.compactMap { $0.hasPrefix(name) ? Int($0.dropFirst(name.count)) : nil }.first
        }
        guard let limit = limit("s-maxage=") ?? limit("max-age=") else { return false }
        return seconds > limit
    }

    /// Caches' own headers, which have the word STALE among others.
    package static func saysStale(_ header: String) -> Bool {
        header.uppercased().split(separator: " ").contains("STALE")
    }
}
