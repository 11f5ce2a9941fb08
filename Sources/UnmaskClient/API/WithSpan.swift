/// Runs the body inside a span, which is the parent of all spans that begin in it, in child tasks too.
///
/// An error that the body throws is noted on the span, which then counts as failed, and thrown on.
///
/// ```swift
/// let receipt = try withSpan("charge", kind: .client) { span in
///     span[.peerService] = "payment"
///     return try payment.charge(basket)
/// }
/// ```
///
/// - Parameters:
///   - name: What is done, in few different words: `charge`, `GET /cart/{id}`.
///   - kind: What the span does at the border of the process.
///   - parent: The caller's context, as ``Unmask/extract(_:)`` reads it of a request; by default the current span.
@inlinable
public func withSpan<Result>(
    _ name: String, kind: SpanKind = .internal, parent: SpanContext? = nil, _ body: (Span) throws -> Result
) rethrows -> Result {
    guard let open = SpanScope.begin(name, kind, parent) else { return try body(Span(nil)) }
    do {
        let result = try SpanScope.local.withValue(open.storage) { try body(Span(open.storage)) }
        open.end()
        return result
    } catch {
        open.fail(error)
        throw error
    }
}

/// Runs the body inside a span, which is the parent of all spans that begin in it, in child tasks too.
///
/// An error that the body throws is noted on the span, which then counts as failed, and thrown on. The body runs where
/// its caller runs.
///
/// ```swift
/// let cart = try await withSpan("GET /cart/{id}", kind: .server, parent: Unmask.extract { headers[$0] }) { span in
///     span[.httpRoute] = "/cart/{id}"
///     let cart = try await carts.load(id)
///     if cart.isFromCache { span.outcome(.partial(reason: "stale")) }
///     return cart
/// }
/// ```
@inlinable
public func withSpan<Result>(
    _ name: String, kind: SpanKind = .internal, parent: SpanContext? = nil,
    isolation: isolated (any Actor)? = #isolation, _ body: (Span) async throws -> Result
) async rethrows -> Result {
    guard let open = SpanScope.begin(name, kind, parent) else { return try await body(Span(nil)) }
    do {
        let result = try await SpanScope.local.withValue(
            open.storage, operation: { try await body(Span(open.storage)) }, isolation: isolation)
        open.end()
        return result
    } catch {
        open.fail(error)
        throw error
    }
}
