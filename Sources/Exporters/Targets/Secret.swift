import Configuration
import Platform

/// A key, a token or an address that nobody may see. It does not print itself.
package struct Secret: Hashable, Sendable, CustomStringConvertible {
    let text: String
    package var description: String { "(secret)" }

    private static let bytesMax = 65_536

    /// The first line of a file, or a variable; where a file has several lines, each is a secret.
    static func read(
        _ sources: [SecretSource], environment: (String) -> String?
    ) throws(ExportError) -> [Secret] {
        var secrets: [Secret] = []
        for source in sources {
            let (text, name) = try read(source, environment)
            let lines = text.split(whereSeparator: \.isNewline).map { line in
                line.drop { $0 == " " || $0 == "\t" }
            }.map { line in
                var line = line
                while let last = line.last, last == " " || last == "\t" { line.removeLast() }
                return String(line)
            }.filter { !$0.isEmpty }
            guard !lines.isEmpty else { throw ExportError("\(name) holds no secret") }
            guard lines.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
                throw ExportError("\(name) holds control signs, which no secret has")
            }
            secrets += lines.map { Secret(text: $0) }
        }
        return secrets
    }

    private static func read(
        _ source: SecretSource, _ environment: (String) -> String?
    ) throws(ExportError) -> (text: String, name: String) {
        switch source {
        case .environment(let name):
            guard let text = environment(name), !text.isEmpty else {
                throw ExportError("the environment has no \(name)")
            }
            return (text, name)
        case .file(let path):
            do {
                return (String(decoding: try Files.read(path, bytesMax: bytesMax), as: UTF8.self), path)
            } catch {
                throw ExportError("\(error)")
            }
        }
    }
}
