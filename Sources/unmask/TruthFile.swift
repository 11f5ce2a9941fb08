import JSON
import Platform
import TraceModel

/// What really happened in recorded traces, as whoever made them wrote it down: one line of JSON for each.
struct TruthFile {
    struct Entry {
        var trace: TraceID
        var scenario: String
        /// Verdicts that are right.
        var verdicts: [String]
        /// Nil where nobody is sure.
        var maskKinds: [String]?
        var maskService: String?
        var originService: String?
        var originClass: String?
    }

    private(set) var entries: [Entry] = []
    private static let bytesMax = 256 << 20

    init(_ path: String) throws(CommandError) {
        for line in try Self.lines(path) {
            guard let trace = line["trace_id"]?.string.flatMap({ TraceID(hex: $0) }),
                let verdicts = line["expect"]?["verdicts"].flatMap(Self.words)
            else { throw CommandError(.failure, "\(path): a line without trace_id or expect.verdicts") }
            let expect = line["expect"]
            entries.append(
                Entry(
                    trace: trace, scenario: line["scenario"]?.string ?? "", verdicts: verdicts,
                    maskKinds: expect?["mask_kind"].flatMap(Self.words), maskService: expect?["mask_service"]?.string,
                    originService: expect?["origin_service"]?.string, originClass: expect?["origin_class"]?.string))
        }
    }

    private static func lines(_ path: String) throws(CommandError) -> [JSONValue] {
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try Files.read(path, bytesMax: bytesMax)
        } catch {
            throw CommandError(.failure, "\(error)")
        }
        var lines: [JSONValue] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(JSONError) {
                lines.append(try JSONParser.parse(Array(line)))
            } catch {
                throw CommandError(.failure, "\(path): line \(number + 1): \(error)")
            }
        }
        return lines
    }

    /// One word or a list of them.
    private static func words(_ value: JSONValue) -> [String]? {
        value.string.map { [$0] } ?? value.array?.compactMap(\.string)
    }
}
