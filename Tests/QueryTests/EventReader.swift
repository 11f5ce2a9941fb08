import Foundation

/// A reader of the live stream on a socket of its own; waits at most ten seconds for what a test expects.
final class EventReader {
    private let descriptor: Int32
    private(set) var text = ""

    struct Silence: Error, CustomStringConvertible {
        let description: String
    }

    /// HTTP/1.0, whose bodies come without chunks.
    init(port: UInt16, target: String = "/api/v1/stream", method: String = "GET", lastEvent: String? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Silence(description: "no connection: \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let header = lastEvent.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        let request = Array("\(method) \(target) HTTP/1.0\r\nHost: test\r\n\(header)\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Silence(description: "the request can't be sent")
        }
    }

    deinit { close(descriptor) }

    func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Reads on until the text holds this so many times.
    @discardableResult
    func await(_ wanted: String, times: Int = 1) throws -> EventReader {
        var found = text.components(separatedBy: wanted).count - 1
        while found < times {
            let known = text.utf8.count
            guard try readMore() else { throw Silence(description: "the stream ended before \(wanted): \(text)") }
            // What may have begun before counts with what came.
            let begin = text.utf8.index(text.startIndex, offsetBy: max(0, known - wanted.utf8.count + 1))
            found +=
                String(decoding: Array(text.utf8[begin...]), as: UTF8.self).components(separatedBy: wanted).count - 1
        }
        return self
    }

    func awaitEnd() throws {
        while try readMore() {}
    }

    private func readMore() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 && errno == EAGAIN { throw Silence(description: "nothing came in ten seconds after: \(text)") }
        guard count > 0 else { return false }
        text += String(decoding: buffer[..<count], as: UTF8.self)
        return true
    }

    /// Waits for something that the server finds out in its own time.
    static func await(_ isReached: () -> Bool) -> Bool {
        for _ in 0..<1000 {
            if isReached() { return true }
            usleep(10_000)
        }
        return false
    }
}
