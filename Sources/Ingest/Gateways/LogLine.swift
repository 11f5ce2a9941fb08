import Configuration
import JSON
import TraceModel

/// The fields of one line of an access log, whatever its grammar.
struct LogLine {
    private enum Fields {
        case json(JSONValue)
        case texts([String: String])
    }

    private let fields: Fields
    private let format: LogFormat
    private static let depthMax = 16

    /// Nil for what is no line of this format.
    init?(_ bytes: ArraySlice<UInt8>, format: LogFormat) {
        self.format = format
        switch format.grammar {
        case .json:
            guard let value = Self.parse(Array(bytes)), value.object != nil else { return nil }
            fields = .json(value)
        case .pattern(let pattern):
            guard let texts = pattern.match(bytes) else { return nil }
            fields = .texts(texts)
        }
    }

    /// The first of the role's fields that says anything. `-` is how logs write nothing.
    func text(_ role: LogRole) -> String? {
        for name in format.names(of: role) {
            if let text = field(name), !text.isEmpty, text != "-" { return text }
        }
        return nil
    }

    /// Every field of the role that says anything, best first.
    func texts(_ role: LogRole) -> [String] {
        format.names(of: role).compactMap { name in field(name).flatMap { $0.isEmpty || $0 == "-" ? nil : $0 } }
    }

    /// The field as it is, `-` included; nil where the line has none.
    func raw(_ role: LogRole) -> String? {
        format.names(of: role).lazy.compactMap { field($0) }.first
    }

    func code(_ role: LogRole) -> UInt16? { text(role).flatMap(Self.code) }

    static func code(_ text: some StringProtocol) -> UInt16? {
        UInt16(text).flatMap { (100...999).contains($0) ? $0 : nil }
    }

    private func field(_ name: String) -> String? {
        switch fields {
        case .texts(let texts): texts[name]
        case .json(let value): Self.find(name[...], in: value).flatMap(Self.text)
        }
    }

    /// A whole name first: keys may have dots of their own.
    private static func find(_ path: Substring, in value: JSONValue) -> JSONValue? {
        if let found = value[String(path)] { return found }
        guard let dot = path.firstIndex(of: "."), let inner = value[String(path[..<dot])] else { return nil }
        return find(path[path.index(after: dot)...], in: inner)
    }

    /// Headers may come as lists: the first one counts.
    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .array(let values): values.first.flatMap(text)
        case .null, .object: nil
        default: JSONFields.attribute(value)?.text
        }
    }

    private static let escapes = Set("\"\\/bfnrtu".utf8)

    /// Some gateways write bytes into JSON that it does not know: escapes such as `\x22`, and what is no UTF-8.
    private static func parse(_ bytes: [UInt8]) -> JSONValue? {
        if let value = try? JSONParser.parse(bytes, depthMax: depthMax) { return value }
        guard bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") else { return nil }
        return try? JSONParser.parse(mended(bytes), depthMax: depthMax)
    }

    private static func mended(_ bytes: [UInt8]) -> [UInt8] {
        let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 16)
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < text.count else {
                if byte >= 0x20 || byte == 0x09 { result.append(byte == 0x09 ? 0x20 : byte) }
                index += 1
                continue
            }
            if text[index + 1] == UInt8(ascii: "x") {
                result += Array("\\u00".utf8)
            } else if escapes.contains(text[index + 1]) {
                result += [byte, text[index + 1]]
            } else {
                result.append(text[index + 1])
            }
            index += 2
        }
        return result
    }
}
