import Symbols
import TraceModel

/// Who recorded some spans, and with which library: read once, not once for each request.
final class OTLPGroup {
    let resource: SpanResource
    let scope: String
    let service: Symbol
    let instance: Symbol
    /// What it adds to the key of each of its spans. Processes of one service share it.
    let salt: UInt64

    init(resource: SpanResource, scope: String, _ cache: inout SymbolCache) {
        self.resource = resource
        self.scope = scope
        service = cache.intern(resource.qualifiedName)
        instance = cache.intern(resource.instance)
        let words = [resource.environment, resource.namespace, resource.service, scope]
        salt = words.reduce(Hash.seed) { salt, word in
            var word = word
            return word.withUTF8 { Hash.mix(salt ^ Hash.of($0), 0x1D8E_4E27_C47D_124F) }
        }
    }
}

/// The groups that a thread met lately, by the bytes of resource and scope. Bounded by forgetting all.
final class OTLPGroups {
    private static let groupsMax = 4096
    private var known: [UInt64: OTLPGroup] = [:]
    private var cache: SymbolCache
    private let plain: OTLPProtobuf
    private let seed = Hash.seed

    init(symbols: SymbolTable, hops: HopTable, plain: OTLPProtobuf) {
        cache = SymbolCache(table: symbols, hopTable: hops)
        self.plain = plain
    }

    func group(_ place: OTLPOutline.Group, _ base: UnsafeRawPointer) throws(IngestError) -> OTLPGroup {
        let resource = Self.bytes(place.resourceOffset, place.resourceCount, base)
        let scope = Self.bytes(place.scopeOffset, place.scopeCount, base)
        let hash = Hash.mix(hash(resource) ^ 1, hash(scope) ^ 0x9E37_79B9_7F4A_7C15)
        if let known = known[hash] { return known }
        let group = OTLPGroup(
            resource: try resource.map { bytes throws(IngestError) in try plain.resource(in: bytes.buffer) }
                ?? SpanResource(service: ""),
            scope: try scope.map { bytes throws(IngestError) in try plain.scopeName(in: bytes.buffer) } ?? "", &cache)
        if known.count >= Self.groupsMax { known.removeAll() }
        known[hash] = group
        return group
    }

    private func hash(_ bytes: OTLPBytes?) -> UInt64 { bytes.map { Hash.of($0.start, $0.count, seed: seed) } ?? 0 }

    private static func bytes(_ offset: Int, _ count: Int, _ base: UnsafeRawPointer) -> OTLPBytes? {
        count < 0 ? nil : OTLPBytes(start: base + offset, count: count)
    }
}
