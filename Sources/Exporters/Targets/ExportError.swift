/// Why an exporter can't work, in one line for its operator.
package struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
