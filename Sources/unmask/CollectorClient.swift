import HTTP
import JSON

/// Asks a running collector, and turns whatever goes wrong into one line and an exit code.
struct CollectorClient {
    static let options = [
        OptionSpec("server", "URL", "the collector to ask (UNMASK_SERVER, else \(defaultServer))"),
        OptionSpec("token", "TOKEN", "the collector's token (UNMASK_TOKEN)"),
        OptionSpec("json", nil, "print the collector's JSON as it came"),
        OptionSpec("ascii", nil, "use ASCII signs only"),
    ]

    static let defaultServer = "http://127.0.0.1:7280"

    private let server: String
    private let headers: HTTPHeaders
    private let http = HTTPClient(timeoutMilliseconds: 30_000, bodyBytesMax: 256 * 1024 * 1024)

    init(_ arguments: Arguments, _ console: Console) {
        let named = arguments["server"] ?? console.environment("UNMASK_SERVER") ?? ""
        var server = named.isEmpty ? Self.defaultServer : named
        while server.hasSuffix("/") { server.removeLast() }
        self.server = server
        let token = arguments["token"] ?? console.environment("UNMASK_TOKEN") ?? ""
        headers = token.isEmpty ? [:] : ["Authorization": "Bearer \(token)"]
    }

    /// The body of a good answer. `missing` is what to say where there is no such thing.
    func get(_ path: String, query: [(String, String)] = [], missing: String) throws(CommandError) -> [UInt8] {
        let items = query.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }
        let url = server + path + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
        return try body(missing: missing) { () throws(HTTPError) in try http.get(url, headers: headers) }
    }

    func post(_ path: String, _ bytes: [UInt8], type: String, missing: String) throws(CommandError) -> [UInt8] {
        var headers = headers
        headers["Content-Type"] = type
        return try body(missing: missing) { () throws(HTTPError) in
            try http.post(server + path, headers: headers, body: bytes)
        }
    }

    func delete(_ path: String, missing: String) throws(CommandError) -> [UInt8] {
        try body(missing: missing) { () throws(HTTPError) in
            try http.delete(server + path, headers: headers)
        }
    }

    private func body(
        missing: String, _ ask: () throws(HTTPError) -> HTTPClient.Answer
    ) throws(CommandError) -> [UInt8] {
        let answer: HTTPClient.Answer
        do throws(HTTPError) {
            answer = try ask()
        } catch {
            let line = SafeText.escape(error.description, style: .plain)
            throw CommandError(error.code == .invalidRequest ? .usage : .unreachable, line)
        }
        if (200..<300).contains(answer.status) { return answer.body }
        throw refusal(answer, missing: missing)
    }

    func document(_ body: [UInt8]) throws(CommandError) -> JSONValue {
        do {
            return try JSONParser.parse(body)
        } catch {
            throw CommandError(.unreachable, "\(server) does not answer like a collector: \(error)")
        }
    }

    private func refusal(_ answer: HTTPClient.Answer, missing: String) -> CommandError {
        switch answer.status {
        case 404: return CommandError(.failure, missing)
        case 401, 403: return CommandError(.configuration, "the collector wants another token (--token, UNMASK_TOKEN)")
        default:
            let problem = try? JSONParser.parse(answer.body)
            let said = problem?["detail"]?.string ?? problem?["title"]?.string ?? "no reason given"
            let line = "the collector answered \(answer.status): \(SafeText.escape(said, style: .plain))"
            return CommandError(answer.status >= 500 ? .unreachable : .failure, line)
        }
    }
}
