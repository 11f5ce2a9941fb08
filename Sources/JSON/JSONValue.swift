/// A parsed JSON value. Whole numbers keep every digit as long as 64 bits hold them.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// A whole number above `Int64.max`.
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package subscript(_ key: String) -> JSONValue? { object?[key] }

    package var isNull: Bool { self == .null }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    package var int64: Int64? {
        if case .int(let value) = self { value } else { nil }
    }

    package var uint64: UInt64? {
        switch self {
        case .int(let value): UInt64(exactly: value)
        case .unsigned(let value): value
        default: nil
        }
    }

    /// Any number, rounded where it must be.
    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

/// The members of an object in the order in which they came, each key once.
///
/// Keys are equal when their bytes are: two spellings of one accented letter are two keys, as in every other parser.
package struct JSONObject: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member]

    /// Of members with the same key the last one stays.
    package init(_ members: [Member]) {
        self.members = members
        if members.count <= Self.comparedMax, !Self.hasRepeatedKey(members) { return }
        var last: [[UInt8]: Int] = [:]
        last.reserveCapacity(members.count)
        for (index, member) in members.enumerated() { last[Array(member.key.utf8)] = index }
        if last.count < members.count { self.members = last.values.sorted().map { members[$0] } }
    }

    /// So many keys are sooner compared with each other than put into a table.
    private static let comparedMax = 24

    private static func hasRepeatedKey(_ members: [Member]) -> Bool {
        for place in members.indices {
            let bytes = members[place].key.utf8.count
            for other in 0..<place where members[other].key.utf8.count == bytes {
                if members[other].key.utf8.elementsEqual(members[place].key.utf8) { return true }
            }
        }
        return false
    }

    package subscript(_ key: String) -> JSONValue? {
        members.first { $0.key.utf8.count == key.utf8.count && $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
}
