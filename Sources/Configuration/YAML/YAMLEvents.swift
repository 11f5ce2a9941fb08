internal import CYAML

/// libyaml's parser behind one door: hands out one event after the other as values of our own.
struct YAMLEvents: ~Copyable {
    enum Event {
        case documentStart
        case documentEnd
        case text(String, isQuoted: Bool, Marks)
        case listStart(Marks)
        case listEnd
        case mappingStart(Marks)
        case mappingEnd
        case alias
        case end
    }

    /// What a node bears beside its content.
    struct Marks {
        var hasAnchor: Bool
        var hasTag: Bool
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// Nil where there is no memory for a parser.
    init?(_ bytes: ArraySlice<UInt8>) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: bytes.count)
        _ = input.update(fromContentsOf: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            return nil
        }
        // Without this a byte order mark would turn the whole file into UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLSyntaxError) -> (Event, Place) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
            defer { yaml_event_delete(&event) }
            guard let value = Self.value(event) else { continue }
            return (value, Self.place(event.start_mark))
        }
    }

    private static func value(_ event: yaml_event_t) -> Event? {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let marks = Marks(hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
            let isQuoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
            return .text(String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted, marks)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .listStart(Marks(hasAnchor: start.anchor != nil, hasTag: start.tag != nil))
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(Marks(hasAnchor: start.anchor != nil, hasTag: start.tag != nil))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_STREAM_END_EVENT: return .end
        default: return nil
        }
    }

    private static func place(_ mark: yaml_mark_t) -> Place { Place(line: mark.line + 1, column: mark.column + 1) }

    private func syntaxError() -> YAMLSyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "it can't be read"
        // The reader of bytes counts in bytes, all others in lines.
        if state.error == YAML_READER_ERROR {
            return YAMLSyntaxError(place: place(ofByte: state.problem_offset), problem: problem)
        }
        let context = state.context.map { String(cString: $0) + ": " } ?? ""
        // What people write inside brackets most often are routes, whose braces mean something to YAML.
        let isFlow = context.contains("flow sequence") || context.contains("flow mapping")
        let hint = isFlow ? "; a text with braces or commas needs quotes here" : ""
        return YAMLSyntaxError(place: Self.place(state.problem_mark), problem: context + problem + hint)
    }

    private func place(ofByte offset: Int) -> Place {
        var place = Place.start
        for byte in input[..<min(offset, input.count)] {
            if byte == UInt8(ascii: "\n") {
                place = Place(line: place.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                place.column += 1
            }
        }
        return place
    }
}

/// Why and where libyaml gave up.
struct YAMLSyntaxError: Error {
    var place: Place
    var problem: String
}
