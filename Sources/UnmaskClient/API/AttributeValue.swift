/// What an attribute can hold.
public enum AttributeValue: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)
    case list([AttributeValue])
}

/// Anything that can be put into an attribute.
public protocol AttributeConvertible: Sendable {
    var attributeValue: AttributeValue { get }
    /// Nil where the attribute holds something else: whoever set it last may have meant another type.
    init?(attributeValue: AttributeValue)
}

extension String: AttributeConvertible {
    @inlinable public var attributeValue: AttributeValue { .string(self) }

    @inlinable
    public init?(attributeValue: AttributeValue) {
        guard case .string(let text) = attributeValue else { return nil }
        self = text
    }
}

extension Bool: AttributeConvertible {
    @inlinable public var attributeValue: AttributeValue { .flag(self) }

    @inlinable
    public init?(attributeValue: AttributeValue) {
        guard case .flag(let flag) = attributeValue else { return nil }
        self = flag
    }
}

extension Int: AttributeConvertible {
    @inlinable public var attributeValue: AttributeValue { .integer(Int64(self)) }

    @inlinable
    public init?(attributeValue: AttributeValue) {
        guard case .integer(let number) = attributeValue else { return nil }
        self.init(exactly: number)
    }
}

extension Int64: AttributeConvertible {
    @inlinable public var attributeValue: AttributeValue { .integer(self) }

    @inlinable
    public init?(attributeValue: AttributeValue) {
        guard case .integer(let number) = attributeValue else { return nil }
        self = number
    }
}

extension Double: AttributeConvertible {
    @inlinable public var attributeValue: AttributeValue { .number(self) }

    @inlinable
    public init?(attributeValue: AttributeValue) {
        guard case .number(let number) = attributeValue else { return nil }
        self = number
    }
}

extension Array: AttributeConvertible where Element: AttributeConvertible {
    public var attributeValue: AttributeValue { .list(map(\.attributeValue)) }

    public init?(attributeValue: AttributeValue) {
        guard case .list(let values) = attributeValue else { return nil }
        let elements = values.compactMap { Element(attributeValue: $0) }
        guard elements.count == values.count else { return nil }
        self = elements
    }
}
