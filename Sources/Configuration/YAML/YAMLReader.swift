/// Turns the bytes of one YAML document into nodes.
///
/// Anchors, aliases and tags are refused: a file of rules has no need of them, and without them what is read is never
/// larger than what was written.
package struct YAMLReader: ~Copyable {
    private var events: YAMLEvents
    private let limits: YAMLLimits
    private var nodesLeft: Int
    private var mistakes: [Mistake] = []

    /// Nil for a document in which nothing is said.
    package static func read(
        _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
    ) throws(ConfigurationError) -> YAMLNode? {
        guard bytes.count <= limits.bytesMax else {
            throw ConfigurationError([Mistake(.start, "a configuration has \(limits.bytesMax) bytes at most")])
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let contents = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        guard let events = YAMLEvents(contents) else {
            throw ConfigurationError([Mistake(.start, "there is no memory to read it")])
        }
        var reader = YAMLReader(events: events, limits: limits)
        return try reader.document()
    }

    private init(events: consuming YAMLEvents, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
        nodesLeft = limits.nodesMax
    }

    private mutating func document() throws(ConfigurationError) -> YAMLNode? {
        var root: YAMLNode?
        do throws(YAMLSyntaxError) {
            while true {
                let (event, place) = try events.next()
                if case .end = event { break }
                guard case .documentStart = event else { continue }
                if root != nil { throw YAMLSyntaxError(place: place, problem: "a configuration is one document") }
                root = try node(depth: 0)
            }
        } catch {
            mistakes.append(Mistake(error.place, error.problem))
        }
        guard mistakes.isEmpty else { throw ConfigurationError(Array(mistakes.prefix(limits.mistakesMax))) }
        return root.flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func node(depth: Int) throws(YAMLSyntaxError) -> YAMLNode {
        let (event, place) = try events.next()
        return try node(event, place, depth: depth)
    }

    private mutating func node(
        _ event: YAMLEvents.Event, _ place: Place, depth: Int
    ) throws(YAMLSyntaxError) -> YAMLNode {
        nodesLeft -= 1
        guard nodesLeft >= 0 else {
            throw YAMLSyntaxError(place: place, problem: "there are more than \(limits.nodesMax) values")
        }
        guard depth <= limits.depthMax else {
            throw YAMLSyntaxError(place: place, problem: "values lie more than \(limits.depthMax) levels deep")
        }
        switch event {
        case .text(let text, let isQuoted, let marks):
            check(marks, place)
            guard text.utf8.count <= limits.textBytesMax else {
                mistakes.append(Mistake(place, "a text has \(limits.textBytesMax) bytes at most"))
                return YAMLNode(place, .text("", isQuoted: true))
            }
            return YAMLNode(place, .text(text, isQuoted: isQuoted))
        case .listStart(let marks):
            check(marks, place)
            return YAMLNode(place, .list(try list(depth: depth)))
        case .mappingStart(let marks):
            check(marks, place)
            return YAMLNode(place, .mapping(try mapping(depth: depth)))
        case .alias:
            mistakes.append(Mistake(place, "aliases (*name) are not read: write the value out"))
            return YAMLNode(place, .text("", isQuoted: false))
        case .documentStart, .documentEnd, .listEnd, .mappingEnd, .end:
            preconditionFailure("libyaml's events are balanced")
        }
    }

    private mutating func list(depth: Int) throws(YAMLSyntaxError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let (event, place) = try events.next()
            if case .listEnd = event { return items }
            items.append(try node(event, place, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLSyntaxError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var places: [String: Place] = [:]
        while true {
            let (event, place) = try events.next()
            if case .mappingEnd = event { return entries }
            let key = try node(event, place, depth: depth + 1)
            let value = try node(depth: depth + 1)
            guard case .text(let name, _) = key.content else {
                mistakes.append(Mistake(place, "a key must be a text, not \(key.kindName)"))
                continue
            }
            if let first = places[name] {
                mistakes.append(Mistake(place, "\(Quoted.text(name)) stands here already, in line \(first.line)"))
                continue
            }
            places[name] = place
            entries.append(YAMLNode.Entry(key: name, place: place, value: value))
        }
    }

    private mutating func check(_ marks: YAMLEvents.Marks, _ place: Place) {
        if marks.hasAnchor { mistakes.append(Mistake(place, "anchors (&name) are not read: write the value out")) }
        if marks.hasTag { mistakes.append(Mistake(place, "tags (!name) are not read: leave it out")) }
    }
}
