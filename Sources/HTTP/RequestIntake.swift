import CMicroHTTPD
import Synchronization

/// What the library's threads call back into: collects a request, runs the handler, hands over the answer.
///
/// Shared by all threads of one server. An `Exchange` is retained from the first callback of a request to its
/// completion; nothing else outlives a callback.
final class RequestIntake: Sendable {
    let connections = OpenConnections()
    private let handler: HTTPHandler
    private let limits: HTTPLimits
    private let answering = Atomic<Int>(0)
    private let isClosing = Atomic<Bool>(false)
    private let liveBodies = Mutex<Set<LiveBody>>([])

    init(limits: HTTPLimits, handler: @escaping HTTPHandler) {
        self.handler = handler
        self.limits = limits
    }

    /// Answers that have been begun and not yet been sent.
    var answeringCount: Int { answering.load(ordering: .acquiring) }

    /// From now on every connection and every request is refused.
    func close() {
        isClosing.store(true, ordering: .sequentiallyConsistent)
        connections.close()
        for body in liveBodies.withLock({ $0 }) { body.end() }
    }

    func begin(_ connection: MHDConnection) -> (exchange: Exchange, result: MHD_Result) {
        let exchange = Exchange(bodyBytesMax: limits.bodyBytesMax)
        // The library has checked that the length is a number; one too large for Int is too large for us.
        let length = connection.header("Content-Length").map { Int($0) ?? .max } ?? 0
        guard length <= limits.bodyBytesMax else { return (exchange, connection.queue(tooLarge)) }
        return (exchange, .YES)
    }

    func finish(_ connection: MHDConnection, _ exchange: Exchange, method: String, rawPath: [UInt8]) -> MHD_Result {
        exchange.isAnswering = true
        answering.add(1, ordering: .acquiringAndReleasing)
        var response = answer(connection, exchange, method: method, rawPath: rawPath)
        if isClosing.load(ordering: .acquiring) { response.headers["Connection"] = "close" }
        if let live = response.live { hold(live, exchange, connection) }
        if connection.queue(response) == .YES { return .YES }
        let detail = "the answer could not be written as HTTP"
        return connection.queue(HTTPProblem(status: 500, detail: detail).response)
    }

    /// A live answer is ended when the server stops, also when it stopped just now.
    private func hold(_ live: LiveBody, _ exchange: Exchange, _ connection: MHDConnection) {
        live.attach(connection.handle)
        exchange.live = live
        _ = liveBodies.withLock { $0.insert(live) }
        if isClosing.load(ordering: .sequentiallyConsistent) { live.end() }
    }

    func complete(_ exchange: Exchange) {
        if let live = exchange.live {
            live.detach()
            _ = liveBodies.withLock { $0.remove(live) }
        }
        if exchange.isAnswering { answering.subtract(1, ordering: .acquiringAndReleasing) }
    }

    private func answer(
        _ connection: MHDConnection, _ exchange: Exchange, method: String, rawPath: [UInt8]
    ) -> HTTPResponse {
        if exchange.isTooLarge { return tooLarge }
        if isClosing.load(ordering: .acquiring) {
            return HTTPProblem(status: 503, detail: "the server is stopping").response
        }
        let target = Self.originForm(rawPath)
        guard let path = PercentCoding.segments(target), let query = connection.query else {
            return HTTPProblem.badRequest("the address has a broken percent-escape or is not UTF-8")
        }
        let request = HTTPRequest(
            method: method, rawPath: String(decoding: target, as: UTF8.self), path: path, query: query,
            headers: connection.headers, body: exchange.takeBody(), remoteAddress: connection.remoteAddress)
        return handler(request)
    }

    private var tooLarge: HTTPResponse {
        let detail = "a request's body may have \(limits.bodyBytesMax) bytes at most"
        return HTTPProblem(status: 413, detail: detail).response
    }

    /// A request line may hold a whole URL (proxies write it so); only its path counts.
    private static func originForm(_ target: [UInt8]) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        guard target.first != slash, let colon = target.firstIndex(of: UInt8(ascii: ":")),
            target[colon...].starts(with: Array("://".utf8))
        else { return target }
        let path = target[(colon + 3)...].drop { $0 != slash }
        return path.isEmpty ? [slash] : Array(path)
    }
}
