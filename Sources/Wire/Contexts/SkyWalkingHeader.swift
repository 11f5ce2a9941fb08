internal import Digests
package import TraceModel

/// SkyWalking's `sw8`: eight fields between dashes, the texts in Base64. Its trace ids are any text at all, so that it
/// is not a `RemoteContext` until somebody says what to make of them.
package struct SkyWalkingHeader: Hashable, Sendable {
    package static let header = "sw8"

    package var isSampled: Bool
    package var traceID: String
    package var parentSegmentID: String
    package var parentSpanID: Int32
    package var parentService: String
    package var parentInstance: String
    package var parentEndpoint: String
    /// How the caller addressed the one that is called.
    package var target: String

    package init(
        isSampled: Bool, traceID: String, parentSegmentID: String, parentSpanID: Int32, parentService: String,
        parentInstance: String, parentEndpoint: String, target: String
    ) {
        self.isSampled = isSampled
        self.traceID = traceID
        self.parentSegmentID = parentSegmentID
        self.parentSpanID = parentSpanID
        self.parentService = parentService
        self.parentInstance = parentInstance
        self.parentEndpoint = parentEndpoint
        self.target = target
    }

    package init?(parsing text: some StringProtocol) {
        guard let value = HeaderText.trimmed(text) else { return nil }
        let parts = value.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 8, parts[0] == [UInt8(ascii: "0")] || parts[0] == [UInt8(ascii: "1")],
            let span = Int32(String(decoding: parts[3], as: UTF8.self)), span >= 0
        else { return nil }
        var texts: [String] = []
        for place in [1, 2, 4, 5, 6, 7] {
            guard let bytes = Base64.decode(parts[place]), let text = String(validating: bytes, as: UTF8.self) else {
                return nil
            }
            texts.append(text)
        }
        guard !texts[0].isEmpty, !texts[1].isEmpty else { return nil }
        self.init(
            isSampled: parts[0] == [UInt8(ascii: "1")], traceID: texts[0], parentSegmentID: texts[1],
            parentSpanID: span, parentService: texts[2], parentInstance: texts[3], parentEndpoint: texts[4],
            target: texts[5])
    }

    package var text: String {
        let texts = [parentService, parentInstance, parentEndpoint, target].map { Base64.encode(Array($0.utf8)) }
        let ids = [traceID, parentSegmentID].map { Base64.encode(Array($0.utf8)) }
        return "\(isSampled ? 1 : 0)-\(ids[0])-\(ids[1])-\(parentSpanID)-\(texts.joined(separator: "-"))"
    }

    /// The trace, where its id is what other formats would call one.
    package var hexTraceID: TraceID? {
        let digits = traceID.filter { $0 != "-" }
        return digits.utf8.count == 32 ? TraceID(hex: digits) : nil
    }
}
