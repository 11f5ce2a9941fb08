import JSON
import TraceModel

/// X-Ray's blocks in the names that everybody else has for what they say.
enum XRayAttributes {
    static func read(_ raw: JSONValue, _ span: inout SpanDetail) {
        readHTTP(raw["http"], &span)
        readAWS(raw, &span)
        readSQL(raw["sql"], &span)
        if span.kind == .client, raw["namespace"]?.string == "remote", raw["sql"]?.object == nil {
            add("peer.service", raw["name"], &span)
        }
        for member in raw["annotations"]?.object?.members ?? [] { add(member.key, member.value, &span) }
        if let user = raw["user"] { add("enduser.id", user, &span) }
    }

    private static func add(_ key: String, _ value: JSONValue?, _ span: inout SpanDetail) {
        guard let value = value.flatMap({ JSONFields.attribute($0) }), !value.text.isEmpty else { return }
        span.attributes.append(SpanAttribute(key, value))
    }

    private static func readHTTP(_ http: JSONValue?, _ span: inout SpanDetail) {
        add("http.request.method", http?["request"]?["method"], &span)
        add("url.full", http?["request"]?["url"], &span)
        add("user_agent.original", http?["request"]?["user_agent"], &span)
        add("client.address", http?["request"]?["client_ip"], &span)
        add("http.response.status_code", http?["response"]?["status"], &span)
        add("http.response.body.size", http?["response"]?["content_length"], &span)
    }

    private static func readAWS(_ raw: JSONValue, _ span: inout SpanDetail) {
        guard raw["namespace"]?.string == "aws" else { return }
        let aws = raw["aws"]
        add("rpc.service", raw["name"], &span)
        add("rpc.method", aws?["operation"], &span)
        add("cloud.region", aws?["region"], &span)
        add("aws.request_id", aws?["request_id"], &span)
        add("http.request.resend_count", aws?["retries"], &span)
        add("aws.s3.bucket", aws?["bucket_name"], &span)
        if JSONFields.text(raw["name"]).lowercased().hasPrefix("dynamo") {
            span.attributes.append(SpanAttribute("db.system.name", .string("aws.dynamodb")))
            add("db.operation.name", aws?["operation"], &span)
            add("db.collection.name", aws?["table_name"], &span)
        } else if span.kind == .producer {
            let queue = aws?["queue_url"] ?? aws?["topic_arn"] ?? raw["name"]
            span.attributes.append(SpanAttribute("messaging.system", .string("aws_sqs")))
            add("messaging.destination.name", queue, &span)
        } else {
            // Which of Amazon's services it was is who was called.
            add("peer.service", raw["name"], &span)
        }
    }

    private static func readSQL(_ sql: JSONValue?, _ span: inout SpanDetail) {
        guard let sql, sql.object != nil else { return }
        let system = JSONFields.text(sql["database_type"]).lowercased()
        span.attributes.append(SpanAttribute("db.system.name", .string(system.isEmpty ? "sql" : system)))
        add("db.query.text", sql["sanitized_query"], &span)
        add("db.user", sql["user"], &span)
        let place = JSONFields.text(sql["url"] ?? sql["connection_string"])
        guard let slash = place.lastIndex(of: "/"), !place.hasSuffix("/") else { return }
        let name = place[place.index(after: slash)...].prefix { $0 != "?" && $0 != ";" }
        if !name.isEmpty { span.attributes.append(SpanAttribute("db.namespace", .string(String(name)))) }
    }
}

/// What a part of a segment says of its end.
enum XRayFailures {
    private static let exceptionsMax = 16

    static func read(_ raw: JSONValue, _ span: inout SpanDetail) {
        let isFault = raw["fault"]?.bool == true
        let isError = raw["error"]?.bool == true
        let isThrottle = raw["throttle"]?.bool == true
        let hasCode = raw["http"]?["response"]?["status"].map { JSONFields.unsigned($0) ?? 0 > 0 } ?? false
        if isFault || isError && !isThrottle { span.status = .error }
        if isThrottle, !hasCode { span.httpCode = 429 }
        // X-Ray marks what went wrong and nothing else: its silence means success.
        if !isFault, !isError, !isThrottle, !hasCode { span.status = .ok }
        for exception in (raw["cause"]?["exceptions"]?.array ?? []).prefix(exceptionsMax) {
            var attributes: [SpanAttribute] = []
            for (key, field) in [("exception.type", "type"), ("exception.message", "message")] {
                let text = JSONFields.text(exception[field])
                if !text.isEmpty { attributes.append(SpanAttribute(key, .string(text))) }
            }
            span.events.append(
                SpanEvent(
                    name: "exception", timeNanoseconds: span.startNanoseconds &+ span.durationNanoseconds,
                    attributes: attributes))
            if span.statusMessage.isEmpty, isFault { span.statusMessage = JSONFields.text(exception["message"]) }
        }
    }
}
