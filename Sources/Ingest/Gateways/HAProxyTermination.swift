import TraceModel

/// HAProxy's two letters of how a session ended: who ended it, and what it was doing then.
enum HAProxyTermination {
    static func flags(_ text: String) -> ProxyFlags {
        let letters = Array(text.utf8.prefix(2))
        guard letters.count == 2 else { return [] }
        let moment = letters[1]
        switch letters[0] {
        case UInt8(ascii: "C"), UInt8(ascii: "c"): return .downstreamTermination
        case UInt8(ascii: "S"), UInt8(ascii: "D"), UInt8(ascii: "K"):
            return server(moment, broken: moment == UInt8(ascii: "H") ? .upstreamReset : .upstreamTermination)
        case UInt8(ascii: "s"): return server(moment, broken: .upstreamTimeout)
        case UInt8(ascii: "P"): return proxy(moment)
        case UInt8(ascii: "R"), UInt8(ascii: "I"): return .upstreamOverflow
        default: return []
        }
    }

    private static func server(_ moment: UInt8, broken: ProxyFlags) -> ProxyFlags {
        switch moment {
        case UInt8(ascii: "Q"): .upstreamOverflow
        case UInt8(ascii: "C"): .upstreamConnectionFailure
        default: broken
        }
    }

    private static func proxy(_ moment: UInt8) -> ProxyFlags {
        switch moment {
        case UInt8(ascii: "H"), UInt8(ascii: "D"): .upstreamProtocolError
        case UInt8(ascii: "C"): .upstreamConnectionFailure
        // Its own rules answered: the code says what.
        default: []
        }
    }
}
