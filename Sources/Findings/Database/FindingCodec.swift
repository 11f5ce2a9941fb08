import TraceModel

/// Findings as bytes, for the columns that no person reads: numbers little-endian, texts with their length in front,
/// and whatever has a name by its name, so that a new case in the middle of a list moves nothing. The first byte is the
/// version.
enum FindingCodec {
    private static let version: UInt8 = 1
    /// With the names that rules give to patterns; written only where there are such.
    private static let aliasVersion: UInt8 = 2

    static func encode(_ finding: Finding) -> [UInt8] {
        var writer = ByteWriter()
        let hasAliases = hasAliases(finding)
        writer.byte(hasAliases ? aliasVersion : version)
        writer.number(finding.traceID.high)
        writer.number(finding.traceID.low)
        writer.text(Names.verdicts[finding.verdict])
        writer.text(Names.states[finding.state])
        writer.text(Names.confidences[finding.confidence])
        writer.number(UInt64(finding.revision))
        writer.number(UInt64(finding.edgeHTTPCode))
        writer.optional(finding.edgeGRPCCode?.rawValue)
        writer.flag(finding.edgeAnsweredOK)
        writer.number(finding.edgeSpan.raw)
        writer.names(finding.patternNames, withAlias: hasAliases)
        writer.number(finding.maskSpan?.raw ?? 0)
        writer.number(finding.originSpan?.raw ?? 0)
        writer.number(finding.startNanoseconds)
        writer.number(finding.durationNanoseconds)
        writer.number(UInt64(finding.spanCount))
        writer.number(finding.decidedNanoseconds)
        writer.number(finding.weight.bitPattern)
        writer.flag(finding.leftOutOfRates)
        writer.others(finding, withAliases: hasAliases)
        if let origin = finding.originTraceID {
            writer.number(origin.high)
            writer.number(origin.low)
        }
        return writer.bytes
    }

    /// Nil for bytes that `encode` did not make.
    static func decode(_ bytes: [UInt8]) -> Finding? {
        var reader = ByteReader(bytes)
        let found = reader.byte()
        guard found == version || found == aliasVersion else { return nil }
        let hasAliases = found == aliasVersion
        let traceID = TraceID(high: reader.number(), low: reader.number())
        guard let verdict = Names.verdicts[named: reader.text()], let state = Names.states[named: reader.text()],
            let confidence = Names.confidences[named: reader.text()]
        else { return nil }
        var finding = Finding(
            traceID: traceID, verdict: verdict, state: state, confidence: confidence,
            revision: UInt32(clamping: reader.number()), decidedNanoseconds: 0)
        finding.edgeHTTPCode = UInt16(clamping: reader.number())
        finding.edgeGRPCCode = reader.optional().flatMap(GRPCCode.init(rawValue:))
        finding.edgeAnsweredOK = reader.flag()
        finding.edgeSpan = SpanID(reader.number())
        finding.patternNames = reader.names(withAlias: hasAliases)
        finding.maskSpan = reader.span()
        finding.originSpan = reader.span()
        finding.startNanoseconds = reader.number()
        finding.durationNanoseconds = reader.number()
        finding.spanCount = UInt32(clamping: reader.number())
        finding.decidedNanoseconds = reader.number()
        finding.weight = Double(bitPattern: reader.number())
        finding.leftOutOfRates = reader.flag()
        reader.others(into: &finding, withAliases: hasAliases)
        // Only few findings have it, so it stands at the end and only where it is.
        if !reader.isWhole { finding.originTraceID = TraceID(high: reader.number(), low: reader.number()) }
        return reader.isWhole ? finding : nil
    }

    /// The edges and chains beside the shown ones; empty for most traces.
    static func encodeOthers(of finding: Finding) -> [UInt8] {
        let hasAliases = hasAliases(finding)
        guard hasAliases || !finding.otherEdges.isEmpty || !finding.otherChains.isEmpty else { return [] }
        var writer = ByteWriter()
        writer.byte(hasAliases ? aliasVersion : version)
        if hasAliases { writer.text(finding.patternAlias) }
        writer.others(finding, withAliases: hasAliases)
        return writer.bytes
    }

    /// Says whether the bytes were good.
    static func decodeOthers(_ bytes: [UInt8], into finding: inout Finding) -> Bool {
        var reader = ByteReader(bytes)
        let found = reader.byte()
        guard found == version || found == aliasVersion else { return false }
        if found == aliasVersion { finding.patternAlias = reader.text() }
        reader.others(into: &finding, withAliases: found == aliasVersion)
        return reader.isWhole
    }

    private static func hasAliases(_ finding: Finding) -> Bool {
        !finding.patternAlias.isEmpty || finding.otherChains.contains { !$0.names.alias.isEmpty }
    }
}

extension ByteWriter {
    fileprivate mutating func names(_ names: PatternNames, withAlias: Bool) {
        text(names.edgeService)
        text(names.edgeRoute)
        text(names.maskService)
        text(names.maskOperation)
        text(names.kind.map { Names.kinds[$0] } ?? "")
        text(names.originService)
        text(names.originOperation)
        text(names.originClass)
        flag(names.originIsPeer)
        if withAlias { text(names.alias) }
    }

    fileprivate mutating func others(_ finding: Finding, withAliases: Bool) {
        number(UInt64(finding.otherEdges.count))
        for edge in finding.otherEdges {
            number(edge.span.raw)
            text(edge.service)
            text(edge.route)
            number(UInt64(edge.httpCode))
            optional(edge.grpcCode?.rawValue)
            flag(edge.answeredOK)
            text(Names.verdicts[edge.verdict])
        }
        number(UInt64(finding.otherChains.count))
        for chain in finding.otherChains {
            text(Names.dispositions[chain.disposition])
            names(chain.names, withAlias: withAliases)
            number(chain.maskSpan?.raw ?? 0)
            number(chain.originSpan?.raw ?? 0)
        }
    }
}

extension ByteReader {
    fileprivate mutating func span() -> SpanID? {
        let raw = number()
        return raw == 0 ? nil : SpanID(raw)
    }

    fileprivate mutating func names(withAlias: Bool) -> PatternNames {
        var names = PatternNames(
            edgeService: text(), edgeRoute: text(), maskService: text(), maskOperation: text(),
            kind: Names.kinds[named: text()], originService: text(), originOperation: text(),
            originClass: text(), originIsPeer: flag())
        if withAlias { names.alias = text() }
        return names
    }

    fileprivate mutating func others(into finding: inout Finding, withAliases: Bool) {
        for _ in 0..<count() {
            finding.otherEdges.append(
                OtherEdge(
                    span: SpanID(number()), service: text(), route: text(), httpCode: UInt16(clamping: number()),
                    grpcCode: optional().flatMap(GRPCCode.init(rawValue:)), answeredOK: flag(),
                    verdict: Names.verdicts[named: text()] ?? .undetermined))
        }
        for _ in 0..<count() {
            finding.otherChains.append(
                OtherChain(
                    disposition: Names.dispositions[named: text()] ?? .expected, names: names(withAlias: withAliases),
                    maskSpan: span(),
                    originSpan: span()))
        }
    }
}
