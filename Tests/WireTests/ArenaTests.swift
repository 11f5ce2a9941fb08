import Testing
import TraceModel
import UnmaskTestSupport

@testable import Wire

private func refusal(_ payload: [UInt8]) -> WireError.Code? {
    do throws(WireError) {
        _ = try decode(payload) { (d, p) throws(WireError) in try d.batch(p, limits: FrameLimits()).count }
        return nil
    } catch {
        return error.code
    }
}

/// `depth` lists, each the only value of the one around it.
private func nested(_ depth: Int) -> AttributeValue {
    (0..<depth).reduce(.string("deepest")) { value, _ in .list([value]) }
}

@Suite struct ArenaTests {
    @Test func manyTinyPartsFailInsteadOfGrowing() {
        var writer = ProtoWriter()
        writer.fixed64(1, 1)
        for _ in 0..<200_000 { writer.present(4, block: []) }
        #expect(refusal(writer.bytes) == .tooComplex)
    }

    @Test func manyNumbersInTheirOwnFieldsFailInsteadOfGrowing() {
        var writer = ProtoWriter()
        writer.fixed64(1, 1)
        for _ in 0..<200_000 { writer.fixed32(12, 1) }
        // Two hundred thousand kinds for no span, in whichever way that is found out.
        #expect(refusal(writer.bytes) != nil)
    }

    @Test func listsNestedAsDeepAsAnybodyNestsThemAreRead() throws {
        var numbers = WordSource(seed: 1)
        var span = numbers.spans(1)[0]
        span.attributes = [SpanAttribute("deep", nested(20))]
        var encoder = BatchEncoder()
        encoder.append(span)
        let read = try DetailReader().spans(in: encoder.payload(sequence: 1), compressed: false, rows: [0])
        #expect(read.spans == [span])
    }

    /// What `BatchEncoder` would write for an attribute with `depth` lists, without recursion.
    private func deepAttribute(_ depth: Int) -> [UInt8] {
        // From the inside out, reversed at the end: prepending to an array would take quadratic time.
        var reversed: [UInt8] = []
        func wrap(_ field: UInt32) {
            var writer = ProtoWriter()
            writer.append(UInt64(field << 3 | 2))
            writer.append(UInt64(reversed.count))
            reversed += writer.bytes.reversed()
        }
        for _ in 0..<depth {
            wrap(1)
            wrap(7)
        }
        return reversed.reversed()
    }

    @Test(arguments: [1000, 100_000])
    func listsNestedWithoutEndFailInsteadOfOverflowingTheStack(depth: Int) throws {
        let attribute = deepAttribute(depth)
        var resource = ProtoWriter()
        resource.present(5, block: attribute)
        var writer = ProtoWriter()
        writer.fixed64(1, 1)
        // Ballast lifts the arena's bound, which grows with the payload.
        writer.present(2, block: Array(repeating: 0, count: 4 << 20))
        writer.present(3, block: [0, 0, 0x40, 0])
        writer.present(4, block: resource.bytes)
        #expect(refusal(writer.bytes) == .tooComplex)
    }

    @Test(arguments: [1000, 100_000])
    func detailsNestedWithoutEndAreShownWithout(depth: Int) throws {
        var details = ProtoWriter()
        details.present(1, block: deepAttribute(depth))
        var writer = ProtoWriter()
        writer.fixed64(1, 1)
        writer.block(5, Array(repeating: 1, count: 16))
        writer.block(6, Array(repeating: 1, count: 8))
        writer.present(8, block: Array(repeating: 1, count: 8))
        writer.block(28, details.bytes)
        writer.column(29, [UInt32(details.bytes.count)])
        let read = try DetailReader().spans(in: writer.bytes, compressed: false, rows: [0])
        #expect(read.spans.count == 1 && !read.isWhole)
    }

    @Test func aDecoderIsAsGoodAsNewAfterAFailure() {
        let decoder = MessageDecoder()
        var writer = ProtoWriter()
        writer.fixed64(1, 1)
        for _ in 0..<200_000 { writer.present(4, block: []) }
        writer.bytes.withUnsafeBytes { #expect((try? decoder.batch($0, limits: FrameLimits()).count) == nil) }
        let hello = Hello(clientName: "a", instance: "b")
        hello.payload.withUnsafeBytes { #expect((try? decoder.hello($0)) == hello) }
    }
}
