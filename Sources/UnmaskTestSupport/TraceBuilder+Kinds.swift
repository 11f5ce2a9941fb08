package import TraceModel

extension TraceBuilder {
    @discardableResult
    package func server(
        _ service: String, _ operation: String = "GET /", code: UInt16? = nil, grpc: GRPCCode? = nil,
        status: SpanStatus = .unset, under parent: Handle? = nil, beside: Handle? = nil, evidence: Evidence = [],
        instance: String? = nil
    ) -> Handle {
        span(
            .server, service, operation, code: code ?? (grpc == nil ? 200 : 0), grpc: grpc, status: status,
            under: parent, beside: beside, evidence: evidence, instance: instance)
    }

    @discardableResult
    package func client(
        _ service: String, _ operation: String, to peer: String, code: UInt16? = nil, grpc: GRPCCode? = nil,
        status: SpanStatus = .unset, under parent: Handle? = nil, beside: Handle? = nil, evidence: Evidence = []
    ) -> Handle {
        span(
            .client, service, operation, code: code ?? (grpc == nil ? 200 : 0), grpc: grpc, status: status, peer: peer,
            under: parent, beside: beside, evidence: evidence)
    }

    /// A CLIENT span of the parent's service and the SERVER span that it reached, both with one answer.
    @discardableResult
    package func call(
        _ service: String, _ operation: String, code: UInt16? = nil, grpc: GRPCCode? = nil, under parent: Handle,
        beside: Handle? = nil, evidence: Evidence = [], instance: String? = nil
    ) -> (client: Handle, server: Handle) {
        let status: SpanStatus = (code ?? 200) >= 400 || (grpc ?? .ok) != .ok ? .error : .unset
        let caller = span(
            .client, symbols.name(self[parent].hop.service), operation, code: code ?? (grpc == nil ? 200 : 0),
            grpc: grpc, status: status, peer: service, under: parent, beside: beside, evidence: evidence,
            instance: symbols.name(self[parent].instance))
        let callee = server(service, operation, code: code, grpc: grpc, under: caller, instance: instance)
        return (caller, callee)
    }

    /// A database call; it answers with a status, not with a code.
    @discardableResult
    package func database(
        _ service: String, _ operation: String, status: SpanStatus = .unset, under parent: Handle,
        beside: Handle? = nil
    ) -> Handle {
        span(
            .client, service, operation, status: status, peer: "postgresql/main", under: parent, beside: beside,
            evidence: .database)
    }

    @discardableResult
    package func work(
        _ service: String, _ operation: String, status: SpanStatus = .unset, under parent: Handle? = nil,
        beside: Handle? = nil, evidence: Evidence = []
    ) -> Handle {
        span(.internal, service, operation, status: status, under: parent, beside: beside, evidence: evidence)
    }

    @discardableResult
    package func producer(
        _ service: String, _ topic: String, status: SpanStatus = .unset, under parent: Handle? = nil,
        evidence: Evidence = .messaging
    ) -> Handle {
        span(.producer, service, topic, status: status, peer: topic, under: parent, evidence: evidence)
    }

    @discardableResult
    package func consumer(
        _ service: String, _ topic: String, status: SpanStatus = .unset, under parent: Handle? = nil,
        evidence: Evidence = .messaging
    ) -> Handle {
        span(.consumer, service, topic, status: status, peer: topic, under: parent, evidence: evidence)
    }
}
