import HTTP
import Testing

@Suite struct ForeignPagesTests {
    private func status(_ method: String, _ headers: HTTPHeaders) -> Int {
        let handler = ForeignPages.refusing { _ in HTTPResponse(status: 204) }
        return handler(HTTPRequest(method: method, rawPath: "/silences", path: ["silences"], headers: headers)).status
    }

    @Test(
        arguments: [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "null", "Host": "a:7280"],
            ["Origin": "http://evil.example", "Host": "a:7280"], ["Origin": "http://a:3000", "Host": "a:7280"],
            ["Origin": "http://a:7280"],
        ] as [HTTPHeaders]) func anotherSitesPageChangesNothing(headers: HTTPHeaders)
    {
        #expect(status("POST", headers) == 403 && status("DELETE", headers) == 403)
        #expect(status("GET", headers) == 204, "it may ask, and its browser keeps the answer from it")
    }

    @Test(
        arguments: [
            [:], ["Sec-Fetch-Site": "same-origin", "Origin": "https://proxy", "Host": "inner:7280"],
            ["Sec-Fetch-Site": "none"], ["Origin": "http://A:7280", "Host": "a:7280"],
            ["Origin": "https://a", "Host": "a"],
        ] as [HTTPHeaders]) func theOwnPageAndProgramsDo(headers: HTTPHeaders)
    {
        #expect(status("POST", headers) == 204)
    }
}
