import Synchronization

/// Orders of lists whose readers turn pages. What a list is ordered by changes all the time: who goes on reading goes
/// on in the order of the first page, so that nothing comes twice or is skipped. Any thread may call.
///
/// Bounded by entries over all orders; the order that was made first makes room, and its readers begin again.
final class OrderShelf<Key: Sendable>: Sendable {
    static var entriesMax: Int { 400_000 }

    private struct State {
        var orders: [UInt64: [Key]] = [:]
        /// The first made first.
        var numbers: [UInt64] = []
        var entries = 0
    }

    private let entriesMax: Int
    private let state = Mutex(State())

    init(entriesMax: Int = OrderShelf.entriesMax) {
        self.entriesMax = entriesMax
    }

    struct Page {
        var keys: ArraySlice<Key>
        var next: OrderCursor?
    }

    /// The first page of a list that was just ordered.
    func firstPage(_ order: [Key], limit: Int) -> Page {
        guard order.count > limit else { return Page(keys: order[...], next: nil) }
        // By chance, so that a cursor of an earlier process finds nothing.
        let number = UInt64.random(in: 1 << 32..<1 << 48)
        state.withLock { state in
            state.orders[number] = order
            state.numbers.append(number)
            state.entries += order.count
            while state.entries > entriesMax, state.numbers.count > 1 {
                state.entries -= state.orders.removeValue(forKey: state.numbers.removeFirst())?.count ?? 0
            }
        }
        return Page(keys: order.prefix(limit), next: OrderCursor(number: number, position: limit))
    }

    /// Nil where the order had to make room.
    func page(_ cursor: OrderCursor, limit: Int) -> Page? {
        guard let order = state.withLock({ $0.orders[cursor.number] }) else { return nil }
        let start = min(cursor.position, order.count)
        let end = min(start + limit, order.count)
        let next = end < order.count ? OrderCursor(number: cursor.number, position: end) : nil
        return Page(keys: order[start..<end], next: next)
    }
}

/// A place in an order, as an opaque text.
struct OrderCursor: Hashable, CustomStringConvertible {
    let number: UInt64
    let position: Int

    init(number: UInt64, position: Int) {
        self.number = number
        self.position = position
    }

    init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0], radix: 36), let position = Int(parts[1], radix: 36),
            position > 0
        else { return nil }
        self.init(number: number, position: position)
    }

    var description: String { "\(String(number, radix: 36))-\(String(position, radix: 36))" }
}
