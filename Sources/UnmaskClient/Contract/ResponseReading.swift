import Answers
import TraceModel

/// One answer while it is checked. Holds a few short texts of the body, never the body.
public struct ResponseReading: Sendable {
    private let contract: ResponseContract
    private let status: Int
    private let contentType: String
    private let isStale: Bool
    private var scanner: EnvelopeScanner
    private var check: ResponseSignature.Check?
    private var bytesSeen = 0
    private var start: [UInt8] = []
    private static let startBytesMax = 64

    init(_ contract: ResponseContract, status: Int, headers: (String) -> String?) {
        self.contract = contract
        self.status = status
        let header = headers("Content-Type") ?? ""
        contentType = header.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
        isStale = Self.isStale(contract, headers)
        scanner = EnvelopeScanner(wanted: contract.requiredFields, isGraphQL: contract.isGraphQL)
        check = contract.signature.map { ResponseSignature.Check($0, header: headers($0.header)) }
    }

    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        check?.update(bytes)
        guard isSuccessCode else { return }
        let room = max(0, contract.bodyBytesMax - bytesSeen)
        var taken: [UInt8] = []
        for byte in bytes {
            bytesSeen += 1
            if taken.count < room { taken.append(byte) }
        }
        if start.count < Self.startBytesMax { start += taken.prefix(Self.startBytesMax - start.count) }
        if looksLikeJSON { scanner.feed(taken) }
    }

    /// Call it once, when the body has ended.
    public mutating func finish() -> ResponseFinding {
        if contract.expectedStatus.contains(status) { return ResponseFinding(.expected) }
        guard isSuccessCode else { return ResponseFinding(nil) }
        if let verdict = check?.verdict(), verdict != .valid { return failure(verdict.rawValue) }
        if contentType == "application/problem+json" || contentType == "application/problem+xml" {
            return failure("problem_json", .problemJSON)
        }
        if !contract.contentTypes.isEmpty, !contract.contentTypes.contains(contentType), hasBody {
            return failure("content_type", isHTML ? .htmlBody : [])
        }
        return body()
            ?? (isStale ? ResponseFinding(.partial(reason: "stale"), .staleAnswer) : ResponseFinding(.success))
    }

    private var isSuccessCode: Bool { (200..<300).contains(status) }

    private var hasBody: Bool { status != 204 && status != 205 && bytesSeen > 0 || !contract.requiredFields.isEmpty }

    private func failure(_ reason: String, _ evidence: Evidence = []) -> ResponseFinding {
        ResponseFinding(.failure(reason: reason), evidence)
    }

    /// Nil where the body says nothing against a success.
    private mutating func body() -> ResponseFinding? {
        guard looksLikeJSON else {
            return contract.requiredFields.isEmpty ? nil : failure("no_json", isHTML ? .htmlBody : [])
        }
        let isCut = bytesSeen > contract.bodyBytesMax
        let evidence = scanner.finish()
        if let finding = envelope(evidence) { return finding }
        // What lies behind the bound was not looked at, so nothing can be said to be missing.
        if isCut { return nil }
        if scanner.isBroken { return bytesSeen == 0 && contract.requiredFields.isEmpty ? nil : failure("broken_body") }
        return scanner.found.isSuperset(of: contract.requiredFields) ? nil : failure("missing_field")
    }

    private func envelope(_ evidence: Evidence) -> ResponseFinding? {
        if evidence.contains(.graphqlData) {
            return ResponseFinding(.partial(reason: "graphql_errors"), evidence)
        }
        let reasons: [(Evidence, String)] = [
            (.graphqlErrors, "graphql_errors"), (.jsonRPCError, "jsonrpc_error"), (.businessFailure, "envelope"),
        ]
        if let reason = reasons.first(where: { evidence.contains($0.0) }) { return failure(reason.1, evidence) }
        // The caller asked for nonsense and was told so.
        return evidence.contains(.jsonRPCRefused) ? ResponseFinding(.expected, evidence) : nil
    }

    private var looksLikeJSON: Bool {
        if contentType.isEmpty {
            let first = start.first { !" \n\r\t".utf8.contains($0) }
            return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        }
        return contentType == "application/json" || contentType.hasSuffix("+json")
    }

    private var isHTML: Bool {
        let text = String(decoding: start, as: UTF8.self).drop { $0.isWhitespace }.prefix(14).lowercased()
        return contentType == "text/html" || text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    }

    private static func isStale(_ contract: ResponseContract, _ headers: (String) -> String?) -> Bool {
        if let header = headers("Cache-Status"), StaleHeaders.provesStale(cacheStatus: header) { return true }
        if let header = headers("Warning"), StaleHeaders.warnsOfStale(warning: header) { return true }
        if let header = headers("X-Cache-Status") ?? headers("X-Cache"), StaleHeaders.saysStale(header) { return true }
        guard let limit = contract.ageMax, let age = headers("Age").flatMap({ Int64($0.filter { $0 != " " }) }) else {
            return false
        }
        return .seconds(age) > limit
    }
}
