/// Appends JSON text to a buffer of bytes, in the order in which it is told.
///
/// Separators take care of themselves; that keys and values alternate inside an object is up to the caller, which
/// is why the closures of `object` and `array` are the usual way in.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    /// The next key or element has a neighbour before it.
    private var needsComma = false

    /// Appends behind what is already in `bytes`.
    package init(appendingTo bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    package static func bytes(_ value: some JSONWritable) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    package mutating func object(_ fill: (inout JSONWriter) -> Void) {
        nested(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), fill)
    }

    package mutating func array(_ fill: (inout JSONWriter) -> Void) {
        nested(open: UInt8(ascii: "["), close: UInt8(ascii: "]"), fill)
    }

    package mutating func array<Elements: Sequence>(
        of elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        array { writer in
            for element in elements { write(&writer, element) }
        }
    }

    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func field(_ name: String, _ value: some JSONWritable) {
        key(name)
        self.value(value)
    }

    package mutating func objectField(_ name: String, _ fill: (inout JSONWriter) -> Void) {
        key(name)
        object(fill)
    }

    package mutating func arrayField<Elements: Sequence>(
        _ name: String, of elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        key(name)
        array(of: elements, write)
    }

    package mutating func value(_ value: some JSONWritable) {
        value.write(to: &self)
    }

    package mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    /// Appends JSON that is already text: numbers and words that need no escaping.
    mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func nested(open: UInt8, close: UInt8, _ fill: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        fill(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        JSONEscape.append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}
