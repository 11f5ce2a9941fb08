/// Where a reader of the stream stands: a life of the process, and the number of a change in it.
struct EventID: Hashable, CustomStringConvertible {
    let epoch: String
    let number: UInt64

    init(epoch: String, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }

    init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let number = UInt64(parts[1]) else { return nil }
        self.init(epoch: String(parts[0]), number: number)
    }

    var description: String { "\(epoch)-\(number)" }
}
