package import TraceModel

/// What the words in a hop's name and peer mean. Read once for each hop, never on the path of a span.
package enum HopWords {
    package static func traits(name: String, peer: String, route: String = "") -> HopTraits {
        var traits: HopTraits = []
        let words = words(in: name)
        let peerWords = Self.words(in: peer)
        let routeWords = Self.words(in: route)
        if words.allSatisfy({ methods.contains($0) }) { traits.insert(.bareName) }
        if words.contains(where: { substitutes.contains($0) })
            || peerWords.contains(where: { substitutes.contains($0) })
            || routeWords.contains(where: { routeSubstitutes.contains($0) })
        {
            traits.insert(.fallbackName)
        }
        if words.contains(where: { sideWork.contains($0) }) || peerWords.contains(where: { sideWork.contains($0) })
            || routeWords.contains(where: { routeSideWork.contains($0) })
        {
            traits.insert(.bestEffort)
        }
        if words.contains(where: { caches.contains($0) }) || peerWords.contains(where: { caches.contains($0) }) {
            traits.insert(.cacheName)
        }
        return traits
    }

    /// `package.Service/Method`: no path begins like this.
    static func isRPCMethod(_ route: String) -> Bool {
        route.first != "/" && route.contains("/") && !route.contains(" ")
    }

    private static let methods: Set<String> = [
        "http", "https", "get", "head", "post", "put", "patch", "delete", "options", "trace", "connect", "request",
        "send", "receive",
    ]
    private static let substitutes: Set<String> = ["fallback", "backup", "default", "degraded", "failover"]
    /// In a path `default` is a name like any other.
    private static let routeSubstitutes: Set<String> = ["fallback", "backup", "failover"]
    private static let sideWork: Set<String> = [
        "audit", "auditlog", "metrics", "metric", "telemetry", "analytics", "tracking", "warm", "warming", "warmup",
        "prefetch", "beacon",
    ]
    private static let routeSideWork: Set<String> = [
        "audit", "auditlog", "metrics", "telemetry", "analytics", "beacon",
    ]
    private static let caches: Set<String> = ["cache", "redis", "memcached", "memcache", "valkey"]

    /// Lower-case words, split at everything that is no letter or digit and where camel case begins a new one.
    private static func words(in text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var lastWasLower = false
        for character in text.unicodeScalars.prefix(256) {
            let isWordPart = character.properties.isAlphabetic || ("0"..."9").contains(character)
            let isUpper = character.properties.isUppercase
            if (!isWordPart || isUpper && lastWasLower) && !word.isEmpty {
                words.append(word.lowercased())
                word = ""
            }
            if isWordPart { word.unicodeScalars.append(character) }
            lastWasLower = isWordPart && !isUpper
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }
}
