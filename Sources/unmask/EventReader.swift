/// Server-sent events out of bytes that come in any pieces.
struct EventReader {
    struct Event: Equatable {
        var name = ""
        var data: [UInt8] = []
    }

    /// A line that never ends is no event.
    static let lineBytesMax = 1 << 20

    /// Where to go on after a break.
    private(set) var lastID: String?
    private var line: [UInt8] = []
    private var event = Event()

    /// What is complete with these bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Event] {
        var complete: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.lineBytesMax { line.append(byte) }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty {
                if !event.data.isEmpty { complete.append(event) }
                event = Event()
            } else {
                read(line)
            }
            line.removeAll(keepingCapacity: true)
        }
        return complete
    }

    /// The connection is gone, and with it what it had begun to say.
    mutating func forgetRest() {
        line = []
        event = Event()
    }

    private mutating func read(_ line: [UInt8]) {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        var value = line.dropFirst(colon + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": event.name = String(decoding: value, as: UTF8.self)
        case "data": event.data += (event.data.isEmpty ? [] : [UInt8(ascii: "\n")]) + value
        case "id": lastID = String(decoding: value, as: UTF8.self)
        default: break
        }
    }
}
