import CCurl
import Platform

/// Asks an HTTP server and waits for the whole answer. Each call has a connection of its own.
///
/// Follows no redirects, takes no proxy from the environment and speaks nothing but http and https: what it is told
/// to ask is what is asked.
package struct HTTPClient: Sendable {
    package struct Answer: Hashable, Sendable {
        package var status: Int
        package var headers: HTTPHeaders
        package var body: [UInt8]

        package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    /// For the whole exchange, connecting included.
    package var timeoutMilliseconds: Int
    /// A longer answer is an error, never cut short.
    package var bodyBytesMax: Int

    package init(timeoutMilliseconds: Int = 10_000, bodyBytesMax: Int = 64 * 1024 * 1024) {
        self.timeoutMilliseconds = timeoutMilliseconds
        self.bodyBytesMax = bodyBytesMax
    }

    package func get(_ url: String, headers: HTTPHeaders = [:]) throws(HTTPError) -> Answer {
        try perform(url, headers, body: nil)
    }

    package func post(_ url: String, headers: HTTPHeaders = [:], body: [UInt8]) throws(HTTPError) -> Answer {
        try perform(url, headers, body: body)
    }

    package func delete(_ url: String, headers: HTTPHeaders = [:]) throws(HTTPError) -> Answer {
        try perform(url, headers, body: nil, method: "DELETE")
    }

    private func perform(
        _ url: String, _ headers: HTTPHeaders, body: [UInt8]?, method: String? = nil
    ) throws(HTTPError) -> Answer {
        let target = try HTTPTarget(url)
        let transfer = try CurlTransfer(url: url, headers: headers, timeoutMilliseconds: timeoutMilliseconds)
        if let method { transfer.setMethod(method) }
        let inbox = AnswerInbox(bodyBytesMax: bodyBytesMax)
        let code = transfer.run(body: body, into: inbox)
        return try answer(code, target, transfer, inbox)
    }

    /// What came of a transfer.
    func answer(
        _ code: CURLcode, _ target: HTTPTarget, _ transfer: borrowing CurlTransfer, _ inbox: AnswerInbox
    ) throws(HTTPError) -> Answer {
        if inbox.isTooLarge {
            throw HTTPError(.bodyTooLarge, "the answer of \(target.place) has more than \(bodyBytesMax) bytes")
        }
        guard code == CURLE_OK else { throw failure(code, target, transfer) }
        return Answer(status: transfer.status, headers: inbox.headers, body: inbox.body)
    }

    private func failure(_ code: CURLcode, _ target: HTTPTarget, _ transfer: borrowing CurlTransfer) -> HTTPError {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return HTTPError(.couldNotResolve, "could not find the address of \(target.host)")
        case CURLE_COULDNT_CONNECT:
            let reason = transfer.systemError == 0 ? "" : ": \(PlatformError.Code(number: transfer.systemError).reason)"
            return HTTPError(.couldNotConnect, "could not connect to \(target.place)\(reason)")
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPError(.timedOut, "\(target.place) timed out after \(timeoutMilliseconds) ms")
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            return HTTPError(.closedEarly, "\(target.place) closed the connection before its answer was complete")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED:
            return HTTPError(
                .tlsFailed, "TLS with \(target.place) failed: \(String(cString: curl_easy_strerror(code)))")
        default:
            return HTTPError(
                .malformedAnswer, "\(target.place) did not answer in HTTP: \(String(cString: curl_easy_strerror(code)))"
            )
        }
    }
}
