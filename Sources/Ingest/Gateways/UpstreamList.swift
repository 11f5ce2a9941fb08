/// nginx's lists of what its upstreams did: a comma parts attempts of one group, a colon between spaces parts groups,
/// each of which began with an internal redirect.
struct UpstreamList {
    struct Entry {
        var text: String
        var group: Int
    }

    private(set) var entries: [Entry] = []
    private static let entriesMax = 64

    init(_ text: String?) {
        guard let text else { return }
        var group = 0
        for part in text.split(separator: " ") {
            if part == ":" {
                group += 1
                continue
            }
            guard entries.count < Self.entriesMax else { return }
            let value = part.last == "," ? part.dropLast() : part
            entries.append(Entry(text: String(value), group: group))
        }
    }

    subscript(index: Int) -> String? {
        guard index < entries.count, entries[index].text != "-" else { return nil }
        return entries[index].text
    }
}
