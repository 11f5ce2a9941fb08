import HTTP
import JSON
import TraceModel

/// Tells spans in one format to the real program. A new receiver adds one file with its teller, and its name to the
/// list in `ReceiverContractTests`.
protocol SpanTeller: Sendable {
    var name: String { get }
    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws
}

extension SpanTeller {
    /// Posts a body and wants one status.
    func post(
        _ url: String, _ body: [UInt8], type: String, wanted: Int = 200, encoding: String? = nil
    ) throws {
        var headers: HTTPHeaders = ["Content-Type": type]
        headers["Content-Encoding"] = encoding
        let answer = try HTTPClient().post(url, headers: headers, body: body)
        guard answer.status == wanted else {
            throw TestFailure("\(name): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
    }
}

extension AttributeValue {
    /// As formats without types write it.
    var told: String {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        case .list(let values): values.map(\.told).joined(separator: ",")
        }
    }
}
