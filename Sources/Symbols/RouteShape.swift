/// Compares a template with a path, or two templates, segment by segment; a placeholder stands for anything.
package enum RouteShape {
    package static func areAlike(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let one = left.split(separator: slash)
        let other = right.split(separator: slash)
        guard one.count == other.count, !one.isEmpty else { return false }
        return zip(one, other).allSatisfy { isPlaceholder($0) || isPlaceholder($1) || $0.elementsEqual($1) }
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
