/// Where everything lies in a body of OTLP spans: one pass over the outer messages, before any span is looked into.
///
/// So a body whose frame is broken is refused before anything of it is stored, a scope may stand behind its spans, and
/// a large body can be cut. The memory is used again for the next body.
struct OTLPOutline {
    struct Span {
        var offset: UInt32
        var count: UInt32
        var group: UInt32
    }

    /// Spans with one resource and one scope. A count of -1: the message is not there.
    struct Group {
        var resourceOffset = 0
        var resourceCount = -1
        var scopeOffset = 0
        var scopeCount = -1
    }

    private(set) var spans: [Span] = []
    private(set) var groups: [Group] = []
    /// A resource or a scope came in two pieces, which protobuf allows: whoever reads has to join them first.
    private(set) var isSplit = false

    static let spansMax = 1 << 18
    private static let resourceSpans: UInt32 = 1
    private static let resource: UInt32 = 1
    private static let scopeSpans: UInt32 = 2
    private static let librarySpans: UInt32 = 1000
    private static let scope: UInt32 = 1
    private static let span: UInt32 = 2

    mutating func read(_ body: UnsafeRawBufferPointer) throws(IngestError) {
        spans.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
        isSplit = false
        guard let base = body.baseAddress else { return }
        var cursor = OTLPCursor(base, body.count)
        while cursor.next() {
            guard cursor.number == Self.resourceSpans else { continue }
            try requireBlock(cursor)
            try readResource(cursor.bytes, base)
        }
        try requireWhole(cursor)
    }

    private mutating func readResource(_ part: OTLPBytes, _ base: UnsafeRawPointer) throws(IngestError) {
        let first = groups.count
        var offset = 0
        var count = -1
        var cursor = OTLPCursor(part)
        while cursor.next() {
            switch cursor.number {
            case Self.resource:
                try requireBlock(cursor)
                isSplit = isSplit || count >= 0
                offset = cursor.start - base
                count = cursor.count
            case Self.scopeSpans, Self.librarySpans:
                try requireBlock(cursor)
                try readScope(cursor.bytes, base)
            default: continue
            }
        }
        try requireWhole(cursor)
        if groups.count == first { try append(Group()) }
        for index in first..<groups.count {
            groups[index].resourceOffset = offset
            groups[index].resourceCount = count
        }
    }

    private mutating func readScope(_ part: OTLPBytes, _ base: UnsafeRawPointer) throws(IngestError) {
        var group = Group()
        let number = UInt32(groups.count)
        var cursor = OTLPCursor(part)
        while cursor.next() {
            switch cursor.number {
            case Self.span:
                try requireBlock(cursor)
                guard spans.count < Self.spansMax else {
                    throw IngestError(.tooLarge, "more than \(Self.spansMax) spans in one body")
                }
                spans.append(
                    Span(offset: UInt32(cursor.start - base), count: UInt32(cursor.count), group: number))
            case Self.scope:
                try requireBlock(cursor)
                isSplit = isSplit || group.scopeCount >= 0
                group.scopeOffset = cursor.start - base
                group.scopeCount = cursor.count
            default: continue
            }
        }
        try requireWhole(cursor)
        try append(group)
    }

    /// Groups without spans are held to the grammar like all others.
    private mutating func append(_ group: Group) throws(IngestError) {
        guard groups.count < Self.spansMax else {
            throw IngestError(.tooLarge, "more than \(Self.spansMax) groups of spans in one body")
        }
        groups.append(group)
    }

    private func requireBlock(_ cursor: OTLPCursor) throws(IngestError) {
        if cursor.wire != OTLPCursor.block { throw Self.corrupt }
    }

    private func requireWhole(_ cursor: OTLPCursor) throws(IngestError) {
        if cursor.isBroken { throw Self.corrupt }
    }

    static let corrupt = IngestError(.corrupt, "the payload is no body with OTLP spans")
}
