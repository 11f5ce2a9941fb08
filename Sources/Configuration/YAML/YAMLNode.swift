/// A piece of a YAML document: a text, a list or a mapping, and where it begins.
package struct YAMLNode: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// `isQuoted` tells `"null"` from `null`.
        case text(String, isQuoted: Bool)
        case list([YAMLNode])
        /// In the order of the file; no key stands twice.
        case mapping([Entry])
    }

    package struct Entry: Hashable, Sendable {
        package var key: String
        package var place: Place
        package var value: YAMLNode
    }

    package var place: Place
    package var content: Content

    package init(_ place: Place, _ content: Content) {
        self.place = place
        self.content = content
    }

    /// Nothing was written, or the word for nothing.
    package var isEmpty: Bool {
        guard case .text(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    var kindName: String {
        switch content {
        case .text: isEmpty ? "nothing" : "a text"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// Every bound of a configuration file.
package struct YAMLLimits: Hashable, Sendable {
    package var bytesMax = 1 << 20
    package var depthMax = 16
    package var nodesMax = 50_000
    package var textBytesMax = 4096
    package var mistakesMax = 200

    package init() {}
}
