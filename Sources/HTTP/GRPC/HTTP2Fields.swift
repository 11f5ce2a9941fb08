import CNghttp2

/// Header or trailer fields, ready to be sent.
struct HTTP2Fields: Sendable {
    private var bytes: [UInt8] = []
    private var lengths: [(name: Int, value: Int)] = []

    init(_ fields: KeyValuePairs<String, String> = [:]) {
        for (name, value) in fields { add(name, Array(value.utf8)) }
    }

    mutating func add(_ name: String, _ value: [UInt8]) {
        bytes += name.utf8
        bytes += value
        lengths.append((name.utf8.count, value.count))
    }

    /// Lends the fields in the library's form.
    func withLibraryForm<R>(_ body: (UnsafePointer<nghttp2_nv>, Int) -> R) -> R {
        bytes.withUnsafeBufferPointer { bytes in
            var next = UnsafeMutablePointer(mutating: bytes.baseAddress!)
            let list = lengths.map { lengths in
                defer { next += lengths.name + lengths.value }
                return nghttp2_nv(
                    name: next, value: next + lengths.name, namelen: lengths.name, valuelen: lengths.value, flags: 0)
            }
            return list.withUnsafeBufferPointer { body($0.baseAddress!, $0.count) }
        }
    }
}
