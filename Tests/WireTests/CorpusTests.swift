import Foundation
import Testing
import UnmaskTestSupport

/// What the fuzzers kept, and seeded mutations of it, so that every run of the tests goes their ways again.
@Suite struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fuzz/Corpus")

    private static func inputs(of target: FuzzTarget.Name) throws -> [[UInt8]] {
        let folder = folder.appendingPathComponent(target.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { Array(try Data(contentsOf: folder.appendingPathComponent($0))) }
    }

    @Test(arguments: FuzzTarget.Name.allCases)
    func theKeptCorpusHurtsNobody(name: FuzzTarget.Name) throws {
        let inputs = try Self.inputs(of: name)
        #expect(inputs.count >= 10)
        let target = FuzzTarget(name)
        for input in inputs { input.withUnsafeBytes { target.run($0) } }
    }

    @Test(arguments: FuzzTarget.Name.allCases, [1, 2] as [UInt64])
    func neitherDoMutationsOfIt(name: FuzzTarget.Name, seed: UInt64) throws {
        let inputs = try Self.inputs(of: name)
        let target = FuzzTarget(name)
        var numbers = WordSource(seed: seed)
        for _ in 0..<1000 {
            var input = inputs[Int(numbers.next() % UInt64(inputs.count))]
            for _ in 0...numbers.next() % 3 { Self.mutate(&input, inputs, &numbers) }
            input.withUnsafeBytes { target.run($0) }
        }
    }

    private static func mutate(_ input: inout [UInt8], _ inputs: [[UInt8]], _ numbers: inout WordSource) {
        let place = Int(numbers.next() % UInt64(input.count + 1))
        switch numbers.next() % 6 {
        case 0 where place < input.count: input[place] = UInt8(truncatingIfNeeded: numbers.next())
        case 1 where place < input.count: input[place] ^= 1 << (numbers.next() % 8)
        case 2 where place < input.count: input.remove(at: place)
        case 3: input.removeSubrange(place...)
        case 4:
            let other = inputs[Int(numbers.next() % UInt64(inputs.count))]
            input.insert(contentsOf: other.prefix(Int(numbers.next() % 40)), at: place)
        default:
            input.insert(
                contentsOf: repeatElement(numbers.bool() ? 0 : 0xFF, count: Int(numbers.next() % 5)), at: place)
        }
    }
}
