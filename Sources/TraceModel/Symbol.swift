/// An interned string. Zero is the empty string everywhere; what a symbol says is known to the symbol table alone.
public struct Symbol: Hashable, Sendable {
    public var raw: UInt32

    @inlinable
    public init(_ raw: UInt32) {
        self.raw = raw
    }

    public static let empty = Symbol(0)
    /// Stands for every string beyond the table's cap.
    public static let overflow = Symbol(1)
    @inlinable public var isEmpty: Bool { raw == 0 }
}

/// An interned hop: what a span does, without when and with which result. Spans of one kind of step share it, which
/// is what makes a route's usual shape a short list of numbers.
public struct HopID: Hashable, Sendable {
    public var raw: UInt32

    @inlinable
    public init(_ raw: UInt32) {
        self.raw = raw
    }
}

/// The step that a span takes: who, what, toward whom.
public struct Hop: Hashable, Sendable {
    /// Environment, namespace and name of the service, as one string.
    public var service: Symbol
    /// The span's name.
    public var name: Symbol
    /// Template, reduced path, RPC method or statement: what "the same operation" means. Empty where only the name
    /// says it.
    public var route: Symbol
    /// Who is called: peer service, cluster, address and port, database, destination.
    public var peer: Symbol
    public var kind: SpanKind
    public var method: RequestMethod
    /// What the strings above mean; derived, never an identity of its own.
    public var traits: HopTraits

    public init(
        service: Symbol, name: Symbol, route: Symbol = .empty, peer: Symbol = .empty, kind: SpanKind,
        method: RequestMethod = .none, traits: HopTraits = []
    ) {
        self.service = service
        self.name = name
        self.route = route
        self.peer = peer
        self.kind = kind
        self.method = method
        self.traits = traits
    }
}

extension Hop {
    /// The same step, whatever is known of its words: traits other than the route's are derived.
    @inlinable
    public func isSameStep(as other: Hop) -> Bool {
        service == other.service && name == other.name && route == other.route && peer == other.peer
            && kind == other.kind && method == other.method
            && (traits.rawValue ^ other.traits.rawValue) & HopTraits.identityBits == 0
    }
}

/// What the words of a hop mean, read once when the hop is first seen.
public struct HopTraits: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The name says no more than a method (`GET`, `HTTP POST`): useless to tell two calls apart.
    @inlinable public static var bareName: HopTraits { HopTraits(rawValue: 1 << 0) }
    /// The name or the peer speaks of a fallback, a backup or a default.
    @inlinable public static var fallbackName: HopTraits { HopTraits(rawValue: 1 << 1) }
    /// Audit, metrics, cache warming and their kin: nobody waits for these.
    @inlinable public static var bestEffort: HopTraits { HopTraits(rawValue: 1 << 2) }
    /// The name speaks of a cache.
    @inlinable public static var cacheName: HopTraits { HopTraits(rawValue: 1 << 3) }
    /// The route is a template or an RPC method, given by instrumentation; otherwise it was reduced from a path.
    @inlinable public static var template: HopTraits { HopTraits(rawValue: 1 << 4) }
    /// The route is an RPC method.
    @inlinable public static var rpc: HopTraits { HopTraits(rawValue: 1 << 5) }

    /// The trait that comes from instrumentation; all others are derived from the words.
    @inlinable public static var identityBits: UInt16 { 1 << 4 }
}
