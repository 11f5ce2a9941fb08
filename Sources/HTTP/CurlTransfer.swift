import CCurl

/// One transfer of the library: the only file that touches a curl handle.
struct CurlTransfer: ~Copyable {
    let handle: UnsafeMutableRawPointer
    private let headerList: UnsafeMutablePointer<curl_slist>?

    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(url: String, headers: HTTPHeaders, timeoutMilliseconds: Int) throws(HTTPError) {
        let fields = headers.fields
        guard fields.allSatisfy({ Self.isPlain($0.name) && Self.isPlain($0.value) }) else {
            throw HTTPError(.invalidRequest, "a header field has a line break or a control character")
        }
        guard Self.isReady, let handle = curl_easy_init() else {
            throw HTTPError(.invalidRequest, "the HTTP client library did not start")
        }
        self.handle = handle
        // `Expect` is a field that the library would add by itself, and then wait a second for servers that ignore it.
        // One without a value is written with a semicolon, or the library leaves it out.
        let lines = ["Expect:"] + fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        headerList = lines.reduce(nil) { curl_slist_append($0, $1) }
        configure(url: url, timeoutMilliseconds: timeoutMilliseconds)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 } }

    private func configure(url: String, timeoutMilliseconds: Int) {
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_PROXY, "")
        set(CURLOPT_USERAGENT, "unmask")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        // A name that is being looked up does not hold up the end of a transfer that was given up.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TIMEOUT_MS, max(1, timeoutMilliseconds))
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeoutMilliseconds))
        _ = unmask_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        let code = unmask_curl_set_long(handle, option, value)
        precondition(code == CURLE_OK, "the HTTP client library lacks an option")
    }

    private func set(_ option: CURLoption, _ value: String) {
        let code = unmask_curl_set_pointer(handle, option, value)
        precondition(code == CURLE_OK, "the HTTP client library lacks an option")
    }

    /// In place of GET or POST, with which a body would go.
    func setMethod(_ method: String) { set(CURLOPT_CUSTOMREQUEST, method) }

    func run(body: [UInt8]?, into inbox: AnswerInbox) -> CURLcode {
        run(body: body, into: inbox) { curl_easy_perform($0) }
    }

    /// `perform` does the transfer, in whichever of the library's ways.
    func run<Result>(
        body: [UInt8]?, into inbox: AnswerInbox, _ perform: (UnsafeMutableRawPointer) -> Result
    ) -> Result {
        _ = unmask_curl_set_write(handle) { data, size, count, context in
            guard let data, let context else { return 0 }
            let part = UnsafeRawBufferPointer(start: data, count: size * count)
            let inbox = Unmanaged<AnswerInbox>.fromOpaque(context).takeUnretainedValue()
            return inbox.append(body: part) ? part.count : 0
        }
        _ = unmask_curl_set_header(handle) { data, size, count, context in
            guard let data, let context else { return 0 }
            let part = UnsafeRawBufferPointer(start: data, count: size * count)
            Unmanaged<AnswerInbox>.fromOpaque(context).takeUnretainedValue().append(line: part)
            return part.count
        }
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        _ = unmask_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        _ = unmask_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        return withExtendedLifetime(inbox) { transfer(body, perform) }
    }

    private func transfer<Result>(_ body: [UInt8]?, _ perform: (UnsafeMutableRawPointer) -> Result) -> Result {
        guard let body else { return perform(handle) }
        set(CURLOPT_POST, 1)
        set(CURLOPT_POSTFIELDSIZE_LARGE, body.count)
        // The library keeps the pointer, not the bytes: they have to stay where they are until it is done. An empty
        // array has no address, and without one the library would read from standard input.
        let padded = body.isEmpty ? [0] : body
        return padded.withUnsafeBytes { bytes in
            _ = unmask_curl_set_pointer(handle, CURLOPT_POSTFIELDS, bytes.baseAddress)
            return perform(handle)
        }
    }

    var status: Int { number(CURLINFO_RESPONSE_CODE) }
    var systemError: Int32 { Int32(truncatingIfNeeded: number(CURLINFO_OS_ERRNO)) }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return unmask_curl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }
}
