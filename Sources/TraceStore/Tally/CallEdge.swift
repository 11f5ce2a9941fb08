package import TraceModel

/// Who calls whom.
package struct CallEdge: Sendable, Hashable {
    package var client: Symbol
    package var server: Symbol
    package var connection: CallConnection
}

/// What is between the two, in Tempo's words.
package enum CallConnection: UInt8, Sendable, CaseIterable {
    case direct
    case messaging
    case database
    /// One side sends no spans.
    case virtualNode

    /// No pair of spans ever makes such an edge.
    var isOneSided: Bool { self == .database || self == .virtualNode }

    package var name: String {
        switch self {
        case .direct: ""
        case .messaging: "messaging_system"
        case .database: "database"
        case .virtualNode: "virtual_node"
        }
    }
}

/// Calls along one edge, since the start. Both histograms count every call.
package struct CallCount: Sendable {
    package let edge: CallEdge
    package internal(set) var failed: UInt64 = 0
    package internal(set) var client = Latencies()
    package internal(set) var server = Latencies()
    package internal(set) var exemplar: SpanExemplar?
}
