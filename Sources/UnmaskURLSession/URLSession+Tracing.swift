public import Foundation
public import UnmaskClient

#if canImport(FoundationNetworking)
    public import FoundationNetworking
#endif

extension URLSession {
    /// Sends the request inside a CLIENT span that hands its context on, and checks the answer against the contract.
    ///
    /// ```swift
    /// let (data, response) = try await URLSession.shared.tracedData(
    ///     for: request, route: "/orders/{id}", contract: ResponseContract(requiredFields: ["order.id"]))
    /// ```
    ///
    /// - Parameters:
    ///   - route: The template that the path was made of, where there is one.
    ///   - contract: What the answer has to be to count as a success.
    public func tracedData(
        for request: URLRequest, route: String? = nil, contract: ResponseContract? = ResponseContract()
    ) async throws -> (Data, URLResponse) {
        let tracing = ClientTracing<URLRequest, (Data, URLResponse)>(
            request: { $0.facts(route: route) }, setHeader: { $0.setValue($2, forHTTPHeaderField: $1) },
            response: { ResponseFacts($0.0, $0.1) }, contract: contract)
        return try await tracing.send(request) { try await self.data(for: $0) }
    }
}

extension URLRequest {
    fileprivate func facts(route: String?) -> RequestFacts {
        RequestFacts(
            method: httpMethod ?? "GET", path: url?.path ?? "", route: route, host: url?.host, port: url?.port)
    }
}

extension ResponseFacts {
    /// What comes without a status code (a file, a data URL) counts as 200.
    fileprivate init(_ data: Data, _ response: URLResponse) {
        let http = response as? HTTPURLResponse
        var headers: [String: String] = [:]
        for (name, value) in http?.allHeaderFields ?? [:] { headers["\(name)".lowercased()] = "\(value)" }
        let found = headers
        self.init(status: http?.statusCode ?? 200, header: { found[$0.lowercased()] }, body: Array(data))
    }
}
