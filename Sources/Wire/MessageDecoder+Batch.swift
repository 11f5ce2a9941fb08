internal import CProtobufC
internal import CSpanProto

extension MessageDecoder {
    /// Unpacks a batch and checks its shape. 20 ns a span, nearly all of it copying whole columns.
    package func batch(_ payload: UnsafeRawBufferPointer, limits: FrameLimits) throws(WireError) -> BatchColumns {
        try MessageNesting.check(payload, as: .batch)
        let message = try unpack(payload, "SpanBatch", unmask__v1__span_batch__unpack)
        guard message.sequence != 0 else {
            throw WireError(.missingSequence, "a batch carries a sequence, counted from 1")
        }
        let count = message.trace_ids.len / 16
        guard message.trace_ids.len == count * 16 else {
            throw WireError(.columnLength, "trace_ids has \(message.trace_ids.len) bytes, which is no multiple of 16")
        }
        guard count <= limits.batchSpansMax else {
            throw WireError(.tooManySpans, "a batch may hold \(limits.batchSpansMax) spans, and this one has \(count)")
        }
        let shape = BatchShape(count: count, strings: message.n_string_lengths + 1)
        return try columns(of: message, shape: shape)
    }

    private func columns(of message: Unmask__V1__SpanBatch, shape: BatchShape) throws(WireError) -> BatchColumns {
        let strings = try shape.strings(message)
        try shape.requireBytes(message.span_ids.len, 8, "span_ids")
        if message.parent_ids.len != 0 { try shape.requireBytes(message.parent_ids.len, 8, "parent_ids") }
        let details = try shape.details(message)
        return BatchColumns(
            sequence: message.sequence, count: shape.count, strings: strings,
            resources: try resources(of: message, shape: shape),
            traceIDs: shape.base(message.trace_ids), spanIDs: shape.base(message.span_ids),
            parentIDs: message.parent_ids.len == 0 ? nil : shape.base(message.parent_ids),
            starts: try shape.required(
                message.start_unix_nanoseconds, message.n_start_unix_nanoseconds, "start_unix_nanoseconds"),
            durations: try shape.column(
                message.duration_nanoseconds, message.n_duration_nanoseconds, "duration_nanoseconds"),
            resource: try shape.index(
                message.resource, message.n_resource, below: max(1, message.n_resources), "resource"),
            name: try shape.string(message.name, message.n_name, "name"),
            kind: try shape.column(message.kind, message.n_kind, "kind"),
            status: try shape.column(message.status, message.n_status, "status"),
            httpCode: try shape.column(message.http_code, message.n_http_code, "http_code"),
            grpcCode: try shape.column(message.grpc_code, message.n_grpc_code, "grpc_code"),
            method: try shape.column(message.method, message.n_method, "method"),
            route: try shape.string(message.route, message.n_route, "route"),
            routeIsTemplate: try shape.column(
                message.route_is_template, message.n_route_is_template, "route_is_template"),
            peer: try shape.string(message.peer, message.n_peer, "peer"),
            outcome: try shape.column(message.outcome, message.n_outcome, "outcome"),
            outcomeReason: try shape.string(message.outcome_reason, message.n_outcome_reason, "outcome_reason"),
            resendCount: try shape.column(message.resend_count, message.n_resend_count, "resend_count"),
            evidence: try shape.column(message.evidence, message.n_evidence, "evidence"),
            proxyFlags: try shape.column(message.proxy_flags, message.n_proxy_flags, "proxy_flags"),
            errorType: try shape.string(message.error_type, message.n_error_type, "error_type"),
            answerBytes: try shape.column(message.answer_bytes, message.n_answer_bytes, "answer_bytes"),
            samplingThreshold: try shape.column(
                message.sampling_threshold, message.n_sampling_threshold, "sampling_threshold"),
            details: details,
            detailLengths: try shape.column(message.detail_lengths, message.n_detail_lengths, "detail_lengths"),
            linkRows: try shape.linkRows(message),
            linkTraceIDs: message.link_trace_ids.data.map { UnsafeRawPointer($0) },
            linkSpanIDs: message.link_span_ids.data.map { UnsafeRawPointer($0) })
    }

    private func resources(
        of message: Unmask__V1__SpanBatch, shape: BatchShape
    ) throws(WireError) -> [BatchResource] {
        guard message.n_resources > 0 else {
            return [BatchResource(service: 0, namespace: 0, environment: 0, instance: 0)]
        }
        var resources: [BatchResource] = []
        resources.reserveCapacity(message.n_resources)
        for index in 0..<message.n_resources {
            let resource = message.resources[index]!.pointee
            for string in [resource.service, resource.namespace_, resource.environment, resource.instance] {
                guard Int(string) < shape.stringsCount else { throw shape.outside("resources", Int(string)) }
            }
            resources.append(
                BatchResource(
                    service: resource.service, namespace: resource.namespace_, environment: resource.environment,
                    instance: resource.instance))
        }
        return resources
    }
}

extension MessageDecoder {
    /// The sequence of a batch that may be corrupt otherwise, so that its rejection can name it; 0 where it is not
    /// the first field.
    package static func sequence(ofBatch payload: UnsafeRawBufferPointer) -> UInt64 {
        guard payload.count >= 9, payload[0] == 1 << 3 | 1 else { return 0 }
        return UInt64(littleEndian: payload.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
    }
}
