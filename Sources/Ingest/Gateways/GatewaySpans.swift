package import Configuration
package import TraceModel
import Wire

/// Makes spans of the lines of one gateway's access log: a SERVER span for a request, a CLIENT span below it for each
/// attempt at an upstream. A value without I/O; the same line always makes the same spans.
package struct GatewaySpans: Sendable {
    package enum Reading: Sendable {
        case spans([SpanDetail])
        case refused(LogRefusal)
    }

    let rule: GatewayRule
    let resource: SpanResource

    package init(_ rule: GatewayRule) {
        self.rule = rule
        let names = rule.service.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        resource = SpanResource(
            service: names.last ?? rule.service, namespace: names.dropLast().last ?? "",
            environment: names.dropLast(2).joined(separator: "/"), instance: rule.service)
    }

    /// `arrivalNanoseconds` stands in where the line names no time.
    package func read(_ bytes: ArraySlice<UInt8>, arrivalNanoseconds: UInt64) -> Reading {
        guard let line = LogLine(bytes, format: rule.format) else { return .refused(.malformed) }
        let reading = LineReading(line, bytes, rule, resource, arrivalNanoseconds)
        guard !reading.isUpstreamLine else { return reading.upstreamReading }
        let spans = reading.requestSpans
        return spans.isEmpty ? .refused(.noRequest) : .spans(spans)
    }
}

/// One line while it is read.
struct LineReading {
    let line: LogLine
    let rule: GatewayRule
    private let bytes: ArraySlice<UInt8>
    private let resource: SpanResource
    private let contextTexts: [String]
    private let context: RemoteContext
    private let sent: SpanID
    private let flags: ProxyFlags
    private let start: UInt64
    private let duration: UInt64

    init(
        _ line: LogLine, _ bytes: ArraySlice<UInt8>, _ rule: GatewayRule, _ resource: SpanResource, _ arrival: UInt64
    ) {
        self.line = line
        self.bytes = bytes
        self.rule = rule
        self.resource = resource
        contextTexts = line.texts(.trace)
        let came = LogContext.read(contextTexts, parent: line.text(.parent))
        let passed = line.text(.sent).flatMap { LogContext.header($0) }
        let nothing = RemoteContext(traceID: StableID.trace(bytes), spanID: .none)
        // A gateway that began a trace of its own for its upstreams is judged with them.
        if let passed, let came, !passed.traceID.isSameTrace(as: came.traceID) {
            context = RemoteContext(traceID: passed.traceID, spanID: .none)
        } else {
            context = came ?? passed.map { RemoteContext(traceID: $0.traceID, spanID: .none) } ?? nothing
        }
        // A context that only went through names the caller's span.
        sent = passed.map { $0.spanID == came?.spanID ? .none : $0.spanID } ?? .none
        flags = Self.flags(line)
        duration = line.text(.duration).flatMap { LogTime.length($0, rule.format.durationUnit) } ?? 0
        let moment = line.text(.time).flatMap { LogTime.moment($0, zoneSeconds: rule.format.zoneSeconds) }
        let isEnd = moment == nil || rule.format.timeIs == .end
        let known = moment ?? arrival
        start = isEnd ? known - min(known, duration) : known
    }

    private static func flags(_ line: LogLine) -> ProxyFlags {
        guard let letters = line.text(.termination) else { return [] }
        var flags = HAProxyTermination.flags(letters)
        if line.text(.upstreamAddress) == "<NOSRV>", flags.contains(.upstreamConnectionFailure) {
            flags.remove(.upstreamConnectionFailure)
            flags.insert(.noHealthyUpstream)
        }
        return flags
    }

    /// Words for an upstream's side, where request and attempt have lines of their own.
    var isUpstreamLine: Bool {
        guard rule.format.splitsUpstreams, let side = line.text(.side)?.lowercased() else { return false }
        return side == "b" || side == "backend" || side == "upstream" || side.hasPrefix("http.log.error")
            || side == "internal_redirect"
    }

    /// The request itself and what it did below; empty for a line that tells of no request.
    var requestSpans: [SpanDetail] {
        guard let code = line.raw(.status).map({ LogLine.code($0) ?? 0 }) else { return [] }
        let marks = flags.union(proxyMarks)
        let attempts = UpstreamAttempt.all(line, rule, flags: marks)
        var server = span(.server, requestID(hasAttempts: !attempts.isEmpty))
        if !rule.isEdge { server.parentID = context.spanID }
        if !server.parentID.isNone { server.evidence.insert(.remoteParent) }
        server.startNanoseconds = start
        server.durationNanoseconds = duration
        server.proxyFlags = flags
        server.httpCode = told(code, attempts)
        if server.httpCode == 0 { server.evidence.insert(.noResponse) }
        describe(&server)
        return [server] + calls(attempts, of: server)
    }

    /// An error file may say something else than the log; it only answers where no upstream did.
    private func told(_ code: UInt16, _ attempts: [UpstreamAttempt]) -> UInt16 {
        guard let instead = rule.answersInstead[code] else { return code }
        return attempts.last?.code == nil || attempts.last?.failure != nil ? instead : code
    }

    private var proxyMarks: ProxyFlags {
        ProxyMarks.flags(line.text(.flags) ?? "").union(ProxyMarks.details(line.text(.details) ?? ""))
    }

    /// The span that upstreams were told to be below is the last attempt, where the line knows of one.
    private func requestID(hasAttempts: Bool) -> SpanID {
        if rule.format.splitsUpstreams { return sharedID }
        return sent.isNone || hasAttempts ? StableID.span(bytes, 0) : sent
    }

    /// What both the request's line and its upstreams' lines can tell.
    private var sharedID: SpanID {
        StableID.span(Array("\(rule.service) \(context.spanID) \(contextTexts.joined(separator: " "))".utf8), 0)
    }

    private func span(_ kind: SpanKind, _ id: SpanID) -> SpanDetail {
        let method = self.method
        var span = SpanDetail(
            traceID: context.traceID, spanID: id, startNanoseconds: start, durationNanoseconds: duration,
            resource: resource, name: method.isEmpty ? "request" : method, kind: kind)
        span.evidence = .gateway
        if !method.isEmpty { span.attributes.append(SpanAttribute("http.request.method", .string(method))) }
        if let path { span.attributes.append(SpanAttribute("url.path", .string(path))) }
        return span
    }
}

// What was asked for, and what else the line says.
extension LineReading {
    private var method: String {
        line.text(.method) ?? line.text(.request)?.split(separator: " ").first.map(String.init) ?? ""
    }

    /// Without the query, which is nobody's operation and may hold secrets.
    private var path: String? {
        let words = line.text(.request)?.split(separator: " ") ?? []
        let whole = line.text(.path) ?? (words.count > 1 ? String(words[1]) : nil)
        return whole.map { String($0.prefix { $0 != "?" && $0 != "#" }) }
    }

    /// What Caddy says of a request is no error, but for the lines of errors.
    private var isMessage: Bool { line.text(.side)?.hasPrefix("http.log") ?? false }

    private static let described: [(LogRole, String)] = [
        (.host, "server.address"), (.client, "client.address"), (.agent, "user_agent.original"),
        (.flags, "response_flags"), (.details, "response_code_details"), (.termination, "haproxy.termination_state"),
        (.upstream, "upstream_cluster.name"), (.error, "upstream_transport_failure_reason"),
        (.contentType, "http.response.header.content-type"),
    ]

    private func describe(_ span: inout SpanDetail) {
        for (role, key) in Self.described where role != .error || !isMessage {
            if let text = line.text(role) { span.attributes.append(SpanAttribute(key, .string(text))) }
        }
        if let bytes = line.text(.bytes).flatMap({ UInt64($0) }) { span.answerBytes = bytes }
        if let cache = line.text(.cache) {
            let isHeader = cache.contains { $0 == " " || $0 == ";" || $0 == "=" }
            let key = isHeader ? "http.response.header.cache-status" : "upstream_cache_status"
            span.attributes.append(SpanAttribute(key, .string(cache)))
        }
        if let code = line.text(.grpcStatus).flatMap({ Int64($0) }), (0...16).contains(code) {
            span.attributes.append(SpanAttribute("rpc.grpc.status_code", .int(code)))
        }
    }
}

// Calls of upstreams.
extension LineReading {
    private func calls(_ attempts: [UpstreamAttempt], of server: SpanDetail) -> [SpanDetail] {
        let unknown = attempts.filter { $0.durationNanoseconds == nil }.count
        let known = attempts.reduce(UInt64(0)) { $0 &+ ($1.durationNanoseconds ?? 0) }
        let share = unknown == 0 ? 0 : (duration - min(duration, known)) / UInt64(unknown)
        let peers = peers(of: attempts)
        var next = server.startNanoseconds
        var first = 0
        return attempts.indices.map { index in
            let attempt = attempts[index]
            if index > 0, peers[index] != peers[index - 1] { first = index }
            let isLast = index == attempts.count - 1
            var call = span(.client, isLast && !sent.isNone ? sent : StableID.span(bytes, index + 1))
            call.parentID = server.spanID
            call.startNanoseconds = next
            call.durationNanoseconds = attempt.durationNanoseconds ?? share
            call.resends = UInt32(index - first)
            call.peer = peers[index]
            if attempt.group > 0, first > 0 { call.evidence.insert(.fallback) }
            finish(&call, attempt)
            next = call.startNanoseconds &+ call.durationNanoseconds
            return call
        }
    }

    private func finish(_ call: inout SpanDetail, _ attempt: UpstreamAttempt) {
        call.httpCode = attempt.code ?? 0
        if let address = attempt.address {
            call.attributes.append(SpanAttribute("network.peer.address", .string(address)))
        }
        guard let failure = attempt.failure else { return }
        call.evidence.formUnion(failure)
        if attempt.code == nil, line.code(.status) != 499, flags.isDisjoint(with: .cancellations) {
            call.status = .error
            call.statusMessage = line.text(.error) ?? ""
        }
    }

    /// Who was called: one name for all attempts of a call, whichever of its machines they went to. A group behind a
    /// redirect is the same call where it went to a machine of the group before.
    private func peers(of attempts: [UpstreamAttempt]) -> [String] {
        let groups = Dictionary(grouping: attempts, by: \.group)
        let lastGroup = attempts.last?.group ?? 0
        var names: [Int: String] = [:]
        for group in groups.keys.sorted() {
            let addresses = Set(groups[group, default: []].compactMap(\.address))
            let same = names.keys.sorted().first { earlier in
                !addresses.isDisjoint(with: groups[earlier, default: []].compactMap(\.address))
            }
            let own = group == lastGroup ? line.text(.upstream) : nil
            names[group] = same.flatMap { names[$0] } ?? own ?? groups[group]?.first?.address ?? "upstream"
        }
        return attempts.map { names[$0.group] ?? "upstream" }
    }

    /// An attempt that has a line of its own. Without a context nobody knows whose it was.
    var upstreamReading: GatewaySpans.Reading {
        let error = line.text(.error)
        guard line.code(.status) != nil || error != nil else { return .refused(.noRequest) }
        guard !contextTexts.isEmpty else { return .refused(.noContext) }
        var call = span(.client, sent.isNone ? StableID.span(bytes, 1) : sent)
        call.parentID = sharedID
        if isRedirect {
            // Both lines of a redirected request begin when it came; this call was over before the other began.
            call.startNanoseconds = start - min(start, 1000)
            call.durationNanoseconds = 0
        }
        // A code beside a failure to fetch is one that the gateway made up, but for those that say just that.
        let code = line.code(.upstreamStatus) ?? line.code(.status)
        call.httpCode = error == nil || code ?? 0 >= 500 ? code ?? 0 : 0
        // Where one upstream's answer sent the request to another one, only addresses tell them apart.
        call.peer = (isRedirect ? nil : line.text(.upstream)) ?? line.text(.upstreamAddress) ?? "upstream"
        if let error {
            call.status = .error
            call.statusMessage = error
            call.evidence.formUnion(Self.nature(of: error))
        }
        if let address = line.text(.upstreamAddress) {
            call.attributes.append(SpanAttribute("network.peer.address", .string(address)))
        }
        return .spans([call])
    }

    private var isRedirect: Bool { line.text(.side) == "internal_redirect" }

    private static func nature(of error: String) -> Evidence {
        let lower = String(error.prefix(1024)).lowercased()
        if lower.utf8Range(of: "timeout") != nil || lower.utf8Range(of: "timed out") != nil { return .timedOut }
        return lower.utf8Range(of: "connect") != nil || lower.utf8Range(of: "refused") != nil ? .connectFailed : []
    }
}
