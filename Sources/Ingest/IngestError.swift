/// Why recorded or received spans could not be read: what is wrong and where.
package struct IngestError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The bytes are no trace data of any known format.
        case unknownFormat
        /// The bytes claim a format and break its grammar.
        case corrupt
        /// The grammar holds, but a field is missing or says something impossible.
        case invalidField
        /// More bytes or more spans than may be held.
        case tooLarge
        /// Too many parts, or nested too deeply, for so few bytes.
        case tooComplex
        /// The file or folder itself can't be read.
        case unreadable
    }

    package let code: Code
    package let message: String
    /// The file or request that held the bytes, where it has a name.
    package var source: String

    package init(_ code: Code, _ message: String, source: String = "") {
        self.code = code
        self.message = message
        self.source = source
    }

    package func from(_ source: String) -> IngestError {
        IngestError(code, message, source: self.source.isEmpty ? source : self.source)
    }

    package var description: String { source.isEmpty ? message : "\(source): \(message)" }
}
