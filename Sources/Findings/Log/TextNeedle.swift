import TraceModel

/// A text that somebody looks for in names, in either case, prepared once for a whole search.
///
/// Lower-casing every name of 200,000 findings takes a good part of a second; comparing bytes that differ by one bit
/// takes some milliseconds. So the slow way is taken only where the needle has letters beyond ASCII.
package struct TextNeedle: Sendable {
    private let bytes: [UInt8]
    private let isASCII: Bool

    package init(_ text: String) {
        bytes = Array(text.lowercased().utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    func isFound(in finding: Finding) -> Bool {
        isFound(in: finding.edgeService) || isFound(in: finding.edgeRoute) || isFound(in: finding.maskService)
            || isFound(in: finding.maskOperation) || isFound(in: finding.originService)
            || isFound(in: finding.originOperation) || isFound(in: finding.originClass)
            || finding.kind.map { isFound(in: $0.name) } ?? false
    }

    package func isFound(in names: PatternNames) -> Bool {
        isFound(in: names.edgeService) || isFound(in: names.edgeRoute) || isFound(in: names.maskService)
            || isFound(in: names.maskOperation) || isFound(in: names.originService)
            || isFound(in: names.originOperation) || isFound(in: names.originClass) || isFound(in: names.alias)
            || names.kind.map { isFound(in: $0.name) } ?? false
    }

    package func isFound(in name: String) -> Bool {
        if bytes.isEmpty { return true }
        var folded = isASCII ? name : name.lowercased()
        return folded.withUTF8 { isFound(in: $0) }
    }

    private func isFound(in haystack: UnsafeBufferPointer<UInt8>) -> Bool {
        guard haystack.count >= bytes.count else { return false }
        return (0...haystack.count - bytes.count).contains { start in
            bytes.indices.allSatisfy { Self.lower(haystack[start + $0]) == bytes[$0] }
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
