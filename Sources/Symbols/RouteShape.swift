/// Compares a template with a path, or two templates, segment by segment; a placeholder stands for anything.
package enum RouteShape {
    package static func areAlike(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        var one = left[...]
        var other = right[...]
        var segments = 0
        while true {
            let (part, otherPart) = (takeSegment(&one), takeSegment(&other))
            guard let part, let otherPart else { return part == nil && otherPart == nil && segments > 0 }
            guard isPlaceholder(part) || isPlaceholder(otherPart) || part.elementsEqual(otherPart) else { return false }
            segments += 1
        }
    }

    private static func takeSegment(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Slice<
        UnsafeBufferPointer<UInt8>
    >? {
        guard let start = rest.firstIndex(where: { $0 != slash }) else { return nil }
        let end = rest[start...].firstIndex(of: slash) ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[start..<end]
    }

    private static let slash = UInt8(ascii: "/")

    /// `{id}`, `{}`, `<id>`, `:id`, `*`.
    private static func isPlaceholder(_ segment: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        switch segment.first {
        case UInt8(ascii: "{"): segment.last == UInt8(ascii: "}")
        case UInt8(ascii: "<"): segment.last == UInt8(ascii: ">")
        case UInt8(ascii: ":"), UInt8(ascii: "*"): true
        default: false
        }
    }
}
