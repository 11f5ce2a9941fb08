import TraceModel

/// OpenTelemetry's conventions turned into the columns that judgement reads. What a column says whole is not sent as
/// an attribute once more.
enum Conventions {
    private enum Meaning {
        case method, status, template, path, url, rpcService, rpcMethod, grpcStatus
        case peerName, address, port
        case errorType, resends, bodySize
        case dbSystem, dbNamespace, dbOperation, dbCollection, dbSummary
        case messagingSystem, destination, deadLetter
        case fallback, defaultValue, circuitOpen, synthetic
    }

    private static let meanings: [(key: StaticString, meaning: Meaning)] = [
        ("http.request.method", .method), ("http.response.status_code", .status), ("http.route", .template),
        ("url.template", .template), ("url.path", .path), ("url.full", .url), ("rpc.service", .rpcService),
        ("rpc.method", .rpcMethod), ("rpc.grpc.status_code", .grpcStatus), ("service.peer.name", .peerName),
        ("peer.service", .peerName), ("server.address", .address), ("server.port", .port), ("error.type", .errorType),
        ("http.request.resend_count", .resends), ("http.response.body.size", .bodySize), ("db.system.name", .dbSystem),
        ("db.namespace", .dbNamespace), ("db.operation.name", .dbOperation), ("db.collection.name", .dbCollection),
        ("db.query.summary", .dbSummary), ("messaging.system", .messagingSystem),
        ("messaging.destination.name", .destination), ("messaging.dead_letter", .deadLetter),
        ("unmask.fallback", .fallback), ("unmask.default_value", .defaultValue), ("unmask.circuit_open", .circuitOpen),
        ("unmask.synthetic", .synthetic),
    ]
    /// By the length of the key, which tells most of them apart before a byte is compared.
    private static let byLength: [[(key: StaticString, meaning: Meaning)]] = {
        let longest = meanings.map(\.key.utf8CodeUnitCount).max() ?? 0
        var table = [[(key: StaticString, meaning: Meaning)]](repeating: [], count: longest + 1)
        for entry in meanings { table[entry.key.utf8CodeUnitCount].append(entry) }
        return table
    }()

    private static func meaning(of key: String) -> Meaning? {
        let length = key.utf8.count
        guard length < byLength.count, !byLength[length].isEmpty else { return nil }
        var key = key
        return key.withUTF8 { bytes in
            for entry in byLength[length] where isEqual(bytes, entry.key.utf8Start) { return entry.meaning }
            return nil
        }
    }

    private static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ other: UnsafePointer<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] != other[index] { return false }
        return true
    }

    private static let caches: Set<String> = ["redis", "valkey", "memcached", "memcache"]

    /// What only together makes a route or a peer.
    private struct Parts {
        var path = "", url = "", rpcService = "", rpcMethod = "", peer = "", address = ""
        var port: Int64?
        var dbSystem = "", dbNamespace = "", dbOperation = "", dbCollection = "", dbSummary = "", destination = ""
    }

    /// `slots`: each key once, each with a value.
    static func fill(_ span: inout SpanDetail, _ slots: UnsafeBufferPointer<Slot>) {
        var parts = Parts()
        span.attributes.reserveCapacity(slots.count)
        for slot in slots {
            guard let value = slot.value else { continue }
            if let meaning = meaning(of: slot.key), note(meaning, value, &span, &parts) { continue }
            span.attributes.append(SpanAttribute(slot.key, value.wire))
        }
        fillRoute(&span, parts)
        fillPeer(&span, parts)
        if span.kind == .producer || span.kind == .consumer { span.evidence.insert(.messaging) }
    }

    /// True where a column says all of it.
    private static func note(
        _ meaning: Meaning, _ value: AttributeValue, _ span: inout SpanDetail, _ parts: inout Parts
    ) -> Bool {
        switch value {
        case .string(let text): return note(meaning, text: text, &span, &parts)
        case .integer(let number): return note(meaning, number: number, &span, &parts)
        case .flag(true): return note(flag: meaning, &span)
        case .flag, .number, .list: return false
        }
    }

    private static func note(
        _ meaning: Meaning, text: String, _ span: inout SpanDetail, _ parts: inout Parts
    ) -> Bool {
        switch meaning {
        case .method:
            span.method = RequestMethod(name: text)
            return span.method != .other
        case .template:
            span.route = text
            span.routeIsTemplate = true
            return true
        case .errorType:
            span.errorType = text
            return true
        case .path: parts.path = text
        case .url: parts.url = text
        case .rpcService: parts.rpcService = text
        case .rpcMethod: parts.rpcMethod = text
        case .peerName: parts.peer = text
        case .address: parts.address = text
        case .dbSystem:
            parts.dbSystem = text
            span.evidence.insert(.database)
            if caches.contains(text) { span.evidence.insert(.cacheOrObjectStore) }
        case .dbNamespace: parts.dbNamespace = text
        case .dbOperation: parts.dbOperation = text
        case .dbCollection: parts.dbCollection = text
        case .dbSummary: parts.dbSummary = text
        case .messagingSystem: span.evidence.insert(.messaging)
        case .destination:
            parts.destination = text
            span.evidence.insert(.messaging)
        // Some write codes as text.
        case .status, .grpcStatus, .port, .resends, .bodySize:
            return Int64(text).map { note(meaning, number: $0, &span, &parts) } ?? false
        case .deadLetter, .fallback, .defaultValue, .circuitOpen, .synthetic: break
        }
        return false
    }

    private static func note(
        _ meaning: Meaning, number: Int64, _ span: inout SpanDetail, _ parts: inout Parts
    ) -> Bool {
        switch meaning {
        case .status:
            guard (100..<1000).contains(number) else { return false }
            span.httpCode = UInt16(number)
        case .grpcStatus:
            guard let code = UInt8(exactly: number).flatMap({ GRPCCode(rawValue: $0) }) else { return false }
            span.grpcCode = code
        case .resends:
            guard number >= 0 else { return false }
            span.resends = UInt32(clamping: number)
        case .bodySize:
            guard number >= 0 else { return false }
            span.answerBytes = UInt64(number)
        case .port:
            parts.port = number
            return false
        default: return false
        }
        return true
    }

    private static func note(flag meaning: Meaning, _ span: inout SpanDetail) -> Bool {
        switch meaning {
        case .deadLetter: span.evidence.insert(.deadLetter)
        case .fallback: span.evidence.insert(.fallback)
        case .defaultValue: span.evidence.insert(.defaultValue)
        case .circuitOpen: span.evidence.insert(.circuitOpen)
        case .synthetic: span.evidence.insert(.synthetic)
        default: return false
        }
        return true
    }

    private static func fillRoute(_ span: inout SpanDetail, _ parts: Parts) {
        guard span.route.isEmpty else { return }
        if !parts.rpcMethod.isEmpty {
            let isWhole = parts.rpcService.isEmpty || parts.rpcMethod.contains("/")
            span.route = isWhole ? parts.rpcMethod : "\(parts.rpcService)/\(parts.rpcMethod)"
            span.routeIsTemplate = true
        } else if !parts.dbSummary.isEmpty || !parts.dbOperation.isEmpty {
            let words = [parts.dbOperation, parts.dbCollection].filter { !$0.isEmpty }
            span.route = parts.dbSummary.isEmpty ? words.joined(separator: " ") : parts.dbSummary
            span.routeIsTemplate = true
        } else {
            span.route = parts.path.isEmpty ? path(of: parts.url) : parts.path
        }
    }

    private static func fillPeer(_ span: inout SpanDetail, _ parts: Parts) {
        // A server's address is its own, and its caller's differs from call to call.
        guard span.kind != .server else { return }
        if !parts.peer.isEmpty {
            span.peer = parts.peer
        } else if !parts.address.isEmpty, span.kind != .consumer {
            span.peer = parts.port.map { "\(parts.address):\($0)" } ?? parts.address
        } else if !parts.url.isEmpty, span.kind == .client {
            span.peer = authority(of: parts.url)
        } else if !parts.dbSystem.isEmpty {
            span.peer = parts.dbNamespace.isEmpty ? parts.dbSystem : "\(parts.dbSystem)/\(parts.dbNamespace)"
        } else {
            span.peer = parts.destination
        }
    }

    /// Behind `://` and before the path, without user and password.
    private static func authority(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty else { return "" }
        let host = parts[2].prefix { $0 != "?" && $0 != "#" }
        return String(host.split(separator: "@").last ?? "")
    }

    private static func path(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty else { return "" }
        return parts.count == 4 ? "/" + parts[3].prefix { $0 != "?" && $0 != "#" } : "/"
    }
}
