import Testing

@testable import Configuration

private func read(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLNode? {
    try YAMLReader.read(Array(text.utf8), limits: limits)
}

private func mistakes(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> [String] {
    do throws(ConfigurationError) {
        _ = try YAMLReader.read(bytes, limits: limits)
        return []
    } catch {
        return error.mistakes.map { $0.line(in: "f") }
    }
}

private func mistakes(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [String] {
    mistakes(Array(text.utf8), limits: limits)
}

@Suite struct YAMLReaderTests {
    @Test func everyNodeKnowsItsPlace() throws {
        let root = try #require(try read("a: one\nlist:\n  - x\n  - {k: 'v'}\n"))
        guard case .mapping(let entries) = root.content else { return #expect(Bool(false)) }
        #expect(entries.map(\.key) == ["a", "list"])
        #expect(entries[1].place == Place(line: 2, column: 1))
        #expect(entries[0].value == YAMLNode(Place(line: 1, column: 4), .text("one", isQuoted: false)))
        guard case .list(let items) = entries[1].value.content else { return #expect(Bool(false)) }
        #expect(items.map(\.place) == [Place(line: 3, column: 5), Place(line: 4, column: 5)])
    }

    @Test(arguments: ["", "# nothing\n", "---\n...\n", "null", "~"]) func nothingSaidIsNothing(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test func aByteOrderMarkIsNoText() throws {
        #expect(try YAMLReader.read([0xEF, 0xBB, 0xBF] + Array("a: b".utf8))?.place == .start)
    }

    @Test func columnsCountCharacters() throws {
        #expect(mistakes("ü: *x") == ["f:1:4: aliases (*name) are not read: write the value out"])
    }

    @Test(arguments: [
        ("a: [", "f:2:1: while parsing a flow node: did not find expected node content"),
        ("a:\n\t- b", "f:2:1: while scanning for the next token: found character that cannot start any token"),
        (
            "a: [/b/{c}]",
            "f:1:8: while parsing a flow sequence: did not find expected ',' or ']'; "
                + "a text with braces or commas needs quotes here"
        ),
        ("a: 1\n---\nb: 2", "f:2:1: a configuration is one document"),
        ("a: &x 1", "f:1:4: anchors (&name) are not read: write the value out"),
        ("a: !!str 1", "f:1:4: tags (!name) are not read: leave it out"),
        ("a: 1\nb: 2\na: 3", "f:3:1: 'a' stands here already, in line 1"),
        ("? [x]\n: y", "f:1:3: a key must be a text, not a list"),
        ("a: \"\u{1}\"", "f:1:5: control characters are not allowed"),
    ]) func whatIsNotReadIsNamed(text: String, message: String) {
        #expect(mistakes(text) == [message])
    }

    @Test func aliasBombsAreRefusedWithoutExploding() {
        var text = "a: &a [x]\n"
        for index in 0..<30 { text += "b\(index): &b\(index) [*a, *a]\n" }
        let found = mistakes(text)
        #expect(found.count == 91)
        #expect(found.allSatisfy { $0.contains("are not read") })
    }

    @Test func everyBoundHolds() {
        var limits = YAMLLimits()
        limits.bytesMax = 100
        limits.nodesMax = 10
        limits.depthMax = 3
        limits.textBytesMax = 5
        #expect(
            mistakes(String(repeating: "#", count: 101), limits: limits) == [
                "f:1:1: a configuration has 100 bytes at most"
            ])
        #expect(
            mistakes("[" + String(repeating: "a,", count: 20) + "]", limits: limits) == [
                "f:1:20: there are more than 10 values"
            ])
        #expect(mistakes("[[[[[a]]]]]", limits: limits) == ["f:1:5: values lie more than 3 levels deep"])
        #expect(mistakes("[abcdef]", limits: limits) == ["f:1:2: a text has 5 bytes at most"])
    }

    @Test func deepNestingOfAMegabyteEndsSoon() {
        #expect(mistakes(String(repeating: "[", count: 1 << 20)).count == 1)
        #expect(mistakes(String(repeating: "- ", count: 1 << 19)).count == 1)
    }

    @Test func brokenUTF8IsPlaced() {
        let found = mistakes(Array("a: b\nc: ".utf8) + [0xFF, 0xFE])
        #expect(found.count == 1 && found[0].hasPrefix("f:2:4: "))
    }

    @Test func noBytesMakeItTrap() {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &random)
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let alphabet = Array("ab: -[]{},#&*!|>'\"%@`?\n \t\u{7}~<=".utf8) + [0xC3, 0xBC, 0xFF]
        for _ in 0..<3000 {
            let bytes = (0..<Int(next() % 40)).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] }
            do throws(ConfigurationError) {
                _ = try RulesReader.rules(bytes)
            } catch {
                #expect(!error.mistakes.isEmpty, "seed \(seed), \(bytes)")
            }
        }
    }
}
