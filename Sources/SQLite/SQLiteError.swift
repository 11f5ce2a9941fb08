/// The database of findings could not do what it was asked: what, to which file, and what SQLite said of it.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        package let name: String

        package static let cannotOpen = Code(name: "cannot_open")
        package static let readOnly = Code(name: "read_only")
        package static let corrupt = Code(name: "corrupt")
        /// The file is a database, but of another program.
        package static let foreign = Code(name: "foreign")
        /// The file was written by a later version of this program.
        package static let newerSchema = Code(name: "newer_schema")
        package static let full = Code(name: "disk_full")
        package static let busy = Code(name: "busy")
        package static let inputOutput = Code(name: "input_output")
        package static let closed = Code(name: "closed")
        /// A stored value is not what this program writes.
        package static let unreadable = Code(name: "unreadable")
        package static let refused = Code(name: "refused")
    }

    package let code: Code
    package let operation: String
    package let path: String
    package let detail: String

    package init(code: Code, operation: String, path: String, detail: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.detail = detail
    }

    package var description: String { "\(operation) \(path): \(detail) (\(code.name))" }
}
