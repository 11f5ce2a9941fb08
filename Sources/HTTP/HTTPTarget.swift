import CCurl

/// Whom a URL names.
struct HTTPTarget {
    let host: String
    /// `host:port`, as a person would write it.
    let place: String

    init(_ url: String) throws(HTTPError) {
        let invalid = HTTPError(.invalidRequest, "\(String(reflecting: url)) is no http or https URL")
        guard !url.utf8.contains(0), let handle = curl_url() else { throw invalid }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
            let scheme = Self.part(handle, CURLUPART_SCHEME), ["http", "https"].contains(scheme),
            let host = Self.part(handle, CURLUPART_HOST), let port = Self.part(handle, CURLUPART_PORT)
        else { throw invalid }
        self.host = host
        place = "\(host):\(port)"
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
