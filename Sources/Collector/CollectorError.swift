/// Why a collector can't run, in one line for its operator.
package struct CollectorError: Error, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        private let number: Int

        /// Something in the settings or on the machine has to be changed first.
        package static let configuration = Code(number: 1)
        /// The machine refused something that it should have.
        package static let system = Code(number: 2)
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
