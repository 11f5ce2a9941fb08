package import TraceModel

/// Reads what a JSON answer says of itself while it streams by: its outermost members, and paths that somebody asked
/// for. Never holds more than a few short texts of it, however long it is.
///
/// It is no validator: what it can't follow makes it `isBroken`, and all else is read as leniently as it can be.
package struct EnvelopeScanner: Sendable {
    enum Value: Sendable, Equatable {
        case null
        case flag(Bool)
        case number(String)
        case text(String)
        case array
        case object
    }

    struct Member: Sendable {
        var value: Value
        var isEmpty = true
        /// Something below is not null.
        var hasContent = false
        /// `code` of an error object.
        var code: Int64?
    }

    private enum Mode: Sendable {
        case structure
        case text(isKey: Bool)
        case scalar
    }

    static let depthMax = 64
    static let textBytesMax = 64
    static let pathDepthMax = 6
    static let membersMax = 64

    private let wanted: Set<String>
    private var mode = Mode.structure
    private var isEscaped = false
    private var expectsKey = false
    private var containers: [UInt8] = []
    private var keys: [String] = []
    private var text: [UInt8] = []
    private var members: [String: Member] = [:]
    private var evidence: Evidence = []
    private var isGraphQL: Bool
    private var hasBegun = false
    package private(set) var isBroken = false
    /// Paths that were found with a value that is not null.
    package private(set) var found: Set<String> = []

    /// `wanted` are paths such as `order.id`.
    package init(wanted: Set<String> = [], isGraphQL: Bool = false) {
        self.wanted = wanted
        self.isGraphQL = isGraphQL
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes where !isBroken { feed(byte) }
    }

    /// What the whole answer says; call it once, at the end.
    package mutating func finish() -> Evidence {
        if case .scalar = mode { endScalar() }
        if !containers.isEmpty {
            // Cut off: what was seen of the outermost object still counts.
            judge()
            isBroken = true
        }
        if !hasBegun { isBroken = true }
        if case .text = mode { isBroken = true }
        return evidence
    }

    private mutating func feed(_ byte: UInt8) {
        switch mode {
        case .text(let isKey): feedText(byte, isKey: isKey)
        case .scalar:
            if ",}] \n\r\t".utf8.contains(byte) {
                endScalar()
                feedStructure(byte)
            } else {
                keep(byte)
            }
        case .structure: feedStructure(byte)
        }
    }

    private mutating func keep(_ byte: UInt8) {
        if text.count < Self.textBytesMax { text.append(byte) }
    }

    private mutating func feedText(_ byte: UInt8, isKey: Bool) {
        if isEscaped {
            isEscaped = false
            keep(byte)
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            mode = .structure
            let word = String(decoding: text, as: UTF8.self)
            if isKey { setKey(word) } else { note(.text(word)) }
        } else {
            keep(byte)
        }
    }

    private mutating func feedStructure(_ byte: UInt8) {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09: break
        case UInt8(ascii: "{"), UInt8(ascii: "["): open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): close(byte)
        case UInt8(ascii: "\""):
            text = []
            mode = .text(isKey: expectsKey)
        case UInt8(ascii: ","):
            if containers.isEmpty { isBroken = true }
            expectsKey = containers.last == UInt8(ascii: "{")
        case UInt8(ascii: ":"): expectsKey = false
        default:
            text = [byte]
            mode = .scalar
        }
    }

    private mutating func open(_ byte: UInt8) {
        note(byte == UInt8(ascii: "{") ? .object : .array)
        guard containers.count < Self.depthMax else {
            isBroken = true
            return
        }
        containers.append(byte)
        expectsKey = byte == UInt8(ascii: "{")
    }

    private mutating func close(_ byte: UInt8) {
        let opener = byte == UInt8(ascii: "}") ? UInt8(ascii: "{") : UInt8(ascii: "[")
        guard containers.popLast() == opener else {
            isBroken = true
            return
        }
        keys.removeLast(max(0, keys.count - containers.count))
        expectsKey = false
        // An outermost object has ended, or one of an outermost list.
        if opener == UInt8(ascii: "{"), containers.isEmpty || containers == [UInt8(ascii: "[")] { judge() }
    }

    private mutating func endScalar() {
        mode = .structure
        switch String(decoding: text, as: UTF8.self) {
        case "null": note(.null)
        case "true": note(.flag(true))
        case "false": note(.flag(false))
        case let word:
            guard let first = word.utf8.first, "-0123456789".utf8.contains(first) else {
                isBroken = true
                return
            }
            note(.number(word))
        }
    }

    /// How deep the outermost object lies: below a list of them, one deeper.
    private var base: Int { containers.first == UInt8(ascii: "[") ? 1 : 0 }

    private mutating func setKey(_ key: String) {
        let depth = containers.count - 1
        guard depth < Self.pathDepthMax else { return }
        keys.removeLast(max(0, keys.count - depth))
        while keys.count < depth { keys.append("") }
        keys.append(key)
    }

    private mutating func note(_ value: Value) {
        hasBegun = true
        let depth = containers.count - base
        if value != .null, !wanted.isEmpty, keys.count == containers.count, containers.last == UInt8(ascii: "{") {
            let path = keys.joined(separator: ".")
            if wanted.contains(path) { found.insert(path) }
        }
        guard depth >= 1, containers.count > base, keys.count > base else { return }
        let key = keys[base]
        if depth == 1 {
            if members.count < Self.membersMax || members[key] != nil { members[key] = Member(value: value) }
        } else if depth == 2 {
            members[key]?.isEmpty = false
            if value != .null { members[key]?.hasContent = true }
            if case .number(let digits) = value, keys.count > base + 1, keys[base + 1] == "code" {
                members[key]?.code = Int64(digits)
            }
        }
    }

    private mutating func judge() {
        evidence.formUnion(Self.verdict(members, isGraphQL: isGraphQL))
        members = [:]
    }

    private static func verdict(_ members: [String: Member], isGraphQL: Bool) -> Evidence {
        if members["jsonrpc"] != nil {
            guard let error = members["error"], error.value != .null else { return [] }
            return JSONRPCVerdict.evidence(code: error.code ?? 0)
        }
        let data = members["data"]
        if let errors = members["errors"], errors.value == .array, !errors.isEmpty, isGraphQL || data != nil {
            return data?.hasContent == true ? [.graphqlErrors, .graphqlData] : .graphqlErrors
        }
        return saysFailure(members) ? .businessFailure : []
    }

    private static func saysFailure(_ members: [String: Member]) -> Bool {
        if EnvelopeWords.flags.contains(where: { members[$0]?.value == .flag(false) }) { return true }
        let words = EnvelopeWords.words.contains { key in
            guard case .text(let word) = members[key]?.value else { return false }
            return EnvelopeWords.failures.contains(word.lowercased())
        }
        return words || EnvelopeWords.errors.contains { members[$0].map(isSet) ?? false }
    }

    private static func isSet(_ member: Member) -> Bool {
        switch member.value {
        case .null: false
        case .flag(let flag): flag
        case .number(let digits): Double(digits).map { $0 != 0 } ?? true
        case .text(let text): !EnvelopeWords.isNone(text)
        case .array, .object: !member.isEmpty
        }
    }
}
