package import TraceModel
package import Wire

/// Reads kept OTLP bodies for people: the wanted spans whole, with what the semantics make of them.
package struct OTLPPayload: Sendable {
    private let semantics: SpanSemantics

    package init(rules: SemanticRules = SemanticRules()) {
        semantics = SpanSemantics(rules: rules)
    }

    /// The spans in the given rows. `isWhole` is false where one of them can't be read after all.
    package func spans(in body: [UInt8], rows: [Int]) throws(WireError) -> (spans: [SpanDetail], isWhole: Bool) {
        let result = body.withUnsafeBytes { buffer in
            Result { () throws(IngestError) in try spans(in: buffer, rows: rows) }
        }
        do throws(IngestError) {
            return try result.get()
        } catch {
            throw WireError(.corruptMessage, error.message)
        }
    }

    private func spans(
        in body: UnsafeRawBufferPointer, rows: [Int]
    ) throws(IngestError) -> (spans: [SpanDetail], isWhole: Bool) {
        guard let base = body.baseAddress else { return ([], rows.isEmpty) }
        var outline = OTLPOutline()
        try outline.read(body)
        let plain = OTLPProtobuf()
        var spans: [SpanDetail] = []
        for row in rows where row < outline.spans.count {
            let place = outline.spans[row]
            let group = outline.groups[Int(place.group)]
            func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(start: base + offset, count: count)
            }
            do throws(IngestError) {
                let resource =
                    group.resourceCount < 0
                    ? SpanResource(service: "")
                    : try plain.resource(in: part(group.resourceOffset, group.resourceCount))
                let scope =
                    group.scopeCount < 0 ? "" : try plain.scopeName(in: part(group.scopeOffset, group.scopeCount))
                var span = try plain.span(
                    in: part(Int(place.offset), Int(place.count)), resource, scope: scope)
                semantics.read(&span)
                spans.append(span)
            } catch {
                continue
            }
        }
        return (spans, spans.count == rows.count)
    }
}
