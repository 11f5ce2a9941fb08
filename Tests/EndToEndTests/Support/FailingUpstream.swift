import Foundation
import HTTP
import Synchronization

/// An upstream whose path says what it does: `/500/x` answers 500, `/one503/x` answers 503 unless it is the sound one
/// of two. It remembers the trace context of each request.
final class FailingUpstream: Sendable {
    let port: UInt16
    private let server: HTTPServer
    private let seen = Seen()

    private final class Seen: Sendable {
        let contexts = Mutex<[String: [String]]>([:])
    }

    init(isSound: Bool = false) throws {
        let seen = seen
        server = try HTTPServer(address: "127.0.0.1", port: 0) { request in
            seen.contexts.withLock { $0[request.rawPath, default: []].append(request.headers["traceparent"] ?? "") }
            let word = request.path.first { $0 == "one503" || Int($0) != nil } ?? "200"
            let status = word == "one503" ? (isSound ? 200 : 503) : Int(word) ?? 200
            var answer = HTTPResponse(status: status, text: "upstream says \(status)\n")
            answer.headers["Cache-Control"] = "max-age=60"
            return answer
        }
        port = server.port
    }

    /// What the gateway sent on with the requests for this path.
    func contexts(_ path: String) -> [String] { seen.contexts.withLock { $0[path] ?? [] } }
}
