/// Where something stands in a file, as editors count: from 1, in characters.
package struct Place: Hashable, Sendable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static let start = Place(line: 1, column: 1)

    package static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One thing that is wrong in a configuration, and how to mend it.
package struct Mistake: Hashable, Sendable {
    package var place: Place
    package var message: String

    package init(_ place: Place, _ message: String) {
        self.place = place
        self.message = message
    }

    /// One line, as compilers write it.
    package func line(in path: String) -> String { "\(path):\(place.line):\(place.column): \(message)" }
}

/// Everything that is wrong with one configuration, in the order of the file.
package struct ConfigurationError: Error, Hashable, Sendable {
    package let mistakes: [Mistake]

    /// `mistakes` is never empty.
    init(_ mistakes: [Mistake]) {
        precondition(!mistakes.isEmpty, "an error says what is wrong")
        self.mistakes = mistakes.enumerated().sorted {
            $0.element.place == $1.element.place
                ? $0.offset < $1.offset : $0.element.place < $1.element.place
        }.map(\.element)
    }
}

/// What somebody wrote, fit for one line of a message.
enum Quoted {
    private static let scalarsMax = 60

    static func text(_ text: String) -> String {
        var shown = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == scalarsMax { return "'\(shown)...'" }
            shown +=
                scalar.isASCII && scalar.value < 0x20 || scalar.value == 0x7F
                ? scalar.escaped(asASCII: true)
                : String(scalar)
        }
        return "'\(shown)'"
    }
}
