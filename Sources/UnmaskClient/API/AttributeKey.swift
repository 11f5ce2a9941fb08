/// The name of an attribute together with the type of what it holds.
///
/// Keys of OpenTelemetry's conventions are there already; your own are one line each:
///
/// ```swift
/// extension AttributeKey<Int> {
///     static var basketItems: Self { "shop.basket.items" }
/// }
///
/// withSpan("checkout") { span in
///     span[.basketItems] = 3
///     span[.httpRoute] = "/checkout"
/// }
/// ```
public struct AttributeKey<Value: AttributeConvertible>: Sendable, Hashable, ExpressibleByStringLiteral {
    public let name: String

    @inlinable
    public init(_ name: String) {
        self.name = name
    }

    @inlinable
    public init(stringLiteral name: String) {
        self.name = name
    }
}

/// An attribute with its key, for events, links and many at once.
public struct Attribute: Sendable, Hashable {
    public let key: String
    public let value: AttributeValue

    @inlinable
    public init<Value>(_ key: AttributeKey<Value>, _ value: Value) {
        self.key = key.name
        self.value = value.attributeValue
    }

    @inlinable
    public init(key: String, value: AttributeValue) {
        self.key = key
        self.value = value
    }
}
