/// A line's shape: literal text with fields in braces. `{name}` takes what stands up to the literal that follows it;
/// `{}` takes it and forgets it.
///
/// Invariant: two fields never touch, so that where each ends is plain.
package struct LinePattern: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case literal([UInt8])
        case field(String)
    }

    package let parts: [Part]
    package static let partsMax = 200

    package struct Fault: Error, Hashable, Sendable {
        package let message: String
    }

    package init(_ text: String) throws(Fault) {
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "{") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    throw Fault(message: "a brace is open to the end")
                }
                if case .field = parts.last {
                    throw Fault(message: "two fields stand side by side: what is between them ends the first")
                }
                parts.append(.field(String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)))
                rest = rest[(end + 1)...]
            } else {
                let literal = rest.prefix { $0 != UInt8(ascii: "{") }
                parts.append(.literal(Array(literal)))
                rest = rest.dropFirst(literal.count)
            }
        }
        guard parts.contains(where: { if case .field(let name) = $0 { !name.isEmpty } else { false } }) else {
            throw Fault(message: "it names no field in braces")
        }
        guard parts.count <= Self.partsMax else { throw Fault(message: "it has more than \(Self.partsMax) parts") }
        self.parts = parts
    }

    package var fieldNames: [String] {
        parts.compactMap { part in
            if case .field(let name) = part, !name.isEmpty { name } else { nil }
        }
    }

    /// The line's fields by name; nil for a line of another shape. What is behind the last literal may be anything.
    package func match(_ line: ArraySlice<UInt8>) -> [String: String]? {
        var fields: [String: String] = [:]
        var rest = line
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let bytes):
                guard rest.starts(with: bytes) else { return nil }
                rest = rest.dropFirst(bytes.count)
            case .field(let name):
                let end = index + 1 < parts.count ? Self.end(of: rest, before: parts[index + 1]) : rest.endIndex
                guard let end else { return nil }
                if !name.isEmpty { fields[name] = String(decoding: rest[..<end], as: UTF8.self) }
                rest = rest[end...]
            }
        }
        return fields
    }

    /// Where the literal begins; one behind a backslash is part of the field.
    private static func end(of text: ArraySlice<UInt8>, before part: Part) -> Int? {
        guard case .literal(let literal) = part, let first = literal.first else { return nil }
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "\\"), first == UInt8(ascii: "\"") {
                index += 2
            } else if text[index] == first, text[index...].starts(with: literal) {
                return index
            } else {
                index += 1
            }
        }
        return nil
    }
}
