package import HTTP
import JSON
package import Platform

/// Listens where X-Ray's daemon would: segments in datagrams, and its API's `PutTraceSegments` over HTTP on the same
/// port.
package final class XRayReceiver: @unchecked Sendable {
    package let address: SocketAddress
    private let desk: XRayDesk
    private let descriptor: Int32
    /// Nil when it is closed.
    private var socket: Descriptor?
    private let loop: EventLoop
    private let buffer: UnsafeMutableRawBufferPointer
    private var watch: Watch?
    private var timer: Watch?
    private var lost: UInt32 = 0
    private var thread: WorkerThread?
    private static let datagramBytesMax = 65_536
    private static let datagramsInARow = 256

    package init(address: SocketAddress, desk: XRayDesk) throws(PlatformError) {
        loop = try EventLoop()
        let socket = try Socket.bindDatagrams(to: address)
        var bound = address
        bound.port = try Socket.port(of: socket)
        self.address = bound
        self.desk = desk
        descriptor = socket.raw
        self.socket = consume socket
        buffer = .allocate(byteCount: Self.datagramBytesMax, alignment: 8)
    }

    deinit {
        buffer.deallocate()
    }

    package func start() throws(PlatformError) {
        loop.submit { [self] in
            watch = loop.watch(descriptor, for: .reading) { [unowned self] in readAll() }
            timer = loop.timer(everyNanoseconds: 1_000_000_000) { [unowned self] in countLost() }
        }
        thread = try WorkerThread(name: "xray") { [self] in loop.run() }
    }

    /// Takes what has come, then ends.
    package func stop() {
        loop.submit { [self] in
            readAll()
            countLost()
            watch = nil
            timer = nil
            socket = nil
        }
        loop.stop()
        thread?.join()
        thread = nil
    }

    private func countLost() {
        let now = Socket.lostDatagrams(descriptor)
        desk.countLost(now &- lost)
        lost = now
    }

    private func readAll() {
        for _ in 0..<Self.datagramsInARow {
            guard let count = Socket.receiveDatagram(descriptor, into: buffer) else { return }
            desk.take(datagram: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

extension XRayDesk {
    package static let documentsMax = 1000

    /// `PutTraceSegments`: what could not be taken stands in the answer by its id, as Amazon's own says it.
    package func addRoutes(to router: inout Router) {
        router.add("POST", "/TraceSegments") { [self] request in
            guard let body = try? JSONParser.parse(request.body), let texts = body[XRayJSON.documentsKey]?.array,
                texts.count <= Self.documentsMax
            else {
                return Self.answer(status: 400, type: "InvalidRequestException", "the body has no list of documents")
            }
            var refused: [(id: String, reason: Refusal, message: String)] = []
            for text in texts {
                let bytes = Array((text.string ?? "").utf8)
                guard let refusal = take(document: bytes) else { continue }
                let id = (try? JSONParser.parse(bytes, depthMax: 64))?["id"]?.string ?? ""
                refused.append((id, refusal.reason, refusal.message))
            }
            if !refused.isEmpty, refused.count == texts.count, refused.allSatisfy({ $0.reason == .overloaded }) {
                var response = Self.answer(status: 429, type: "ThrottledException", refused[0].message)
                response.headers["Retry-After"] = "1"
                return response
            }
            return Self.answer(refused)
        }
    }

    private static func answer(_ refused: [(id: String, reason: Refusal, message: String)]) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("UnprocessedTraceSegments", of: refused) { writer, refusal in
                writer.object { writer in
                    writer.field("Id", refusal.id)
                    writer.field("ErrorCode", refusal.reason.rawValue)
                    writer.field("Message", refusal.message)
                }
            }
        }
        return HTTPResponse(json: writer)
    }

    private static func answer(status: Int, type: String, _ message: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("__type", type)
            writer.field("message", message)
        }
        return HTTPResponse(status: status, json: writer)
    }
}
