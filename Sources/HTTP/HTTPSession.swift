import CCurl
import Synchronization

/// Asks servers one question after another, keeps their connections open in between, and can be interrupted: what a
/// sender of messages needs of HTTP. Otherwise as `HTTPClient`.
///
/// One thread at a time asks; any thread interrupts.
package final class HTTPSession: @unchecked Sendable {
    private let client: HTTPClient
    private let targets: TargetGuard
    private let transfers: CurlTransfers
    private let interrupted = Atomic<Bool>(false)

    package init(timeoutMilliseconds: Int, bodyBytesMax: Int, targets: TargetGuard) {
        client = HTTPClient(timeoutMilliseconds: timeoutMilliseconds, bodyBytesMax: bodyBytesMax)
        self.targets = targets
        transfers = CurlTransfers()
    }

    /// The question under way ends with an error, and so does every later one.
    package func interrupt() {
        interrupted.store(true, ordering: .releasing)
        transfers.wake()
    }

    package func post(_ url: String, headers: HTTPHeaders, body: [UInt8]) throws(HTTPError) -> HTTPClient.Answer {
        let target = try HTTPTarget(url)
        let transfer = try CurlTransfer(
            url: url, headers: headers, timeoutMilliseconds: client.timeoutMilliseconds)
        let gate = SocketGate(targets, host: target.host)
        transfer.pass(gate)
        let inbox = AnswerInbox(bodyBytesMax: client.bodyBytesMax)
        let code = withExtendedLifetime(gate) {
            transfer.run(body: body, into: inbox) { handle in
                transfers.perform(handle) { self.interrupted.load(ordering: .acquiring) }
            }
        }
        guard let code else {
            throw HTTPError(.interrupted, "the transfer to \(target.place) was given up at the end")
        }
        if code == CURLE_COULDNT_CONNECT, let complaint = gate.complaint {
            throw HTTPError(.addressRefused, complaint)
        }
        return try client.answer(code, target, transfer, inbox)
    }
}

/// The library's set of transfers: it is what keeps connections and what can be woken.
private final class CurlTransfers {
    private let raw: UnsafeMutableRawPointer
    private static let patienceMilliseconds: Int32 = 1000

    init() {
        precondition(CurlTransfer.isReady, "the HTTP client library did not start")
        guard let raw = curl_multi_init() else { preconditionFailure("there is memory for a set of transfers") }
        self.raw = raw
    }

    deinit { curl_multi_cleanup(raw) }

    func wake() { curl_multi_wakeup(raw) }

    /// Nil where it was stopped before its end.
    func perform(_ handle: UnsafeMutableRawPointer, isStopped: () -> Bool) -> CURLcode? {
        guard curl_multi_add_handle(raw, handle) == CURLM_OK else { return CURLE_FAILED_INIT }
        defer { curl_multi_remove_handle(raw, handle) }
        while !isStopped() {
            var running: Int32 = 0
            guard curl_multi_perform(raw, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
            if running == 0 { return result(of: handle) }
            curl_multi_poll(raw, nil, 0, Self.patienceMilliseconds, nil)
        }
        return nil
    }

    private func result(of handle: UnsafeMutableRawPointer) -> CURLcode {
        var left: Int32 = 0
        while let message = curl_multi_info_read(raw, &left) {
            if message.pointee.msg == CURLMSG_DONE, message.pointee.easy_handle == handle {
                return message.pointee.data.result
            }
        }
        return CURLE_FAILED_INIT
    }
}
