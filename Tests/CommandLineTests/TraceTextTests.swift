import JSON
import Query
import Testing
import TraceModel

@testable import unmask

private let unicode = TextStyle(isUnicode: true, isColoured: false, columns: nil)

private func text(_ spans: [SpanDetail], _ style: TextStyle = unicode) throws -> String {
    TraceCommand.text(try Example.document(spans), style)
}

@Suite struct TraceTextTests {
    @Test func aMaskedTraceIsToldAndDrawn() throws {
        let expected = """
            Trace 4bf92f3577b34da6a3ce929d0e0e4736 is masked (strong confidence): shop GET /page answered 200, but a \
            failure below was hidden.
            It began in catalog /items (http_5xx) and was swallowed in shop /page (caught).

            shop GET /page  server  2 ms  200  ◀ masked here
            ├─ shop GET  client  3 ms  500
            │  └─ catalog GET /items  server  4 ms  500  ✖ began here
            └─ shop render  internal  5 ms

            """
        #expect(try text(Example.spans) == expected)
    }

    @Test func asciiIsEnough() throws {
        let drawn = try text(Example.spans, .plain)
        #expect(drawn.allSatisfy { $0.isASCII })
        #expect(drawn.contains("|  `- catalog GET /items  server  4 ms  500  x began here"))
        #expect(drawn.contains("shop GET /page  server  2 ms  200  < masked here"))
    }

    @Test func siblingsThatAreAlikeAreOneLine() throws {
        let queries = (10..<22).map { Example.span($0, parent: 1, "shop", "SELECT", kind: .client, at: $0) }
        let drawn = try text(Example.spans + queries)
        #expect(drawn.contains("└─ shop SELECT  client  ×12  11 ms to 22 ms\n"))
    }

    @Test func alikeSubtreesAreFoldedWithWhatIsBelowThem() throws {
        let calls = (10..<15).flatMap { id in
            [
                Example.span(id, parent: 1, "shop", "GET", kind: .client, at: id),
                Example.span(id + 100, parent: id, "price", "GET /price", at: id),
            ]
        }
        let drawn = try text(Example.spans + calls)
        #expect(drawn.contains("└─ shop GET  client  ×5"))
        #expect(drawn.split(separator: "\n").count { $0.contains("GET /price") } == 1)
    }

    @Test func aMarkedSpanIsNeverFolded() throws {
        let twins = (10..<15).map { Example.span($0, parent: 2, "catalog", "GET /items", code: 500, at: $0) }
        let drawn = try text(Example.spans + twins)
        #expect(drawn.contains("✖ began here"))
        #expect(drawn.contains("×5"))
    }

    @Test func anOrphanIsDrawnAndSaidToBeOne() throws {
        let drawn = try text(Example.spans + [Example.span(50, parent: 49, "lost", "work", at: 20)])
        #expect(drawn.contains("\nlost work  server  51 ms  (its parent is missing)\n"))
    }

    @Test func spansInACircleAreDrawnOnce() throws {
        let circle = [
            Example.span(60, parent: 61, "a", "a"), Example.span(61, parent: 62, "b", "b"),
            Example.span(62, parent: 60, "c", "c"), Example.span(63, parent: 63, "self", "self"),
        ]
        let drawn = try text(circle)
        for name in ["a a", "b b", "c c", "self self"] {
            #expect(drawn.split(separator: "\n").count { $0.contains(name) } == 1)
        }
    }

    @Test func aSharedIdHangsTheServerBelowItsClient() throws {
        let spans = [
            Example.span(1, parent: 0, "shop", "call", kind: .client), Example.span(1, parent: 0, "catalog", "serve"),
            Example.span(2, parent: 1, "catalog", "inner", kind: .internal),
        ]
        let drawn = try text(spans)
        #expect(drawn.contains("\n└─ catalog serve"))
        #expect(drawn.contains("\n   └─ catalog inner"))
    }

    @Test func aDeepTraceStaysReadable() throws {
        let chain = (1...10_000).map { Example.span(UInt64($0), parent: UInt64($0 - 1), "deep", "step \($0)") }
        let drawn = try text(chain, TextStyle(isUnicode: true, isColoured: false, columns: 120))
        let lines = drawn.split(separator: "\n")
        #expect(lines.count == 10_002)
        #expect(lines.dropFirst(2).allSatisfy { $0.count <= 120 })
        #expect(drawn.contains("[level 9999] deep step 10000"))
    }

    @Test func aWideTraceIsDrawnWhole() throws {
        let spans = (2...10_000).map { Example.span(UInt64($0), parent: 1, "wide", "call \($0)", at: UInt64($0)) }
        #expect(try text([Example.spans[0]] + spans).split(separator: "\n").count == 10_002)
    }

    @Test func namesThatAttackTheTerminalAreShownAsText() throws {
        let name = "\u{1B}[2J\u{202E}evil\r\n\u{9B}0m\u{200B}\u{7}" + String(repeating: "x", count: 100_000)
        let drawn = try text([Example.span(1, parent: 0, "shop\u{1B}]0;title\u{7}", name)])
        #expect(drawn.utf8.count < 1500)
        #expect(drawn.contains(#"\u{1b}[2J\u{202e}evil\r\n\u{9b}0m\u{200b}\u{7}xxx"#))
        #expect(drawn.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }

    @Test func aHugeNameLeavesTheSummaryWhole() throws {
        let long = String(repeating: "y\u{202E}", count: 50_000)
        let json = String(decoding: Example.bytes(), as: UTF8.self).split(separator: "\"catalog\"").joined(
            separator: "\"\(long)\"")
        let drawn = TraceCommand.text(try JSONParser.parse(Array(json.utf8)), unicode)
        #expect(drawn.contains("...") && drawn.contains(" and was swallowed in shop /page (caught).\n"))
        #expect(!drawn.unicodeScalars.contains("\u{202E}"))
        #expect(drawn.utf8.count < 3000)
    }

    @Test func coloursAreOnlyForTerminals() throws {
        let coloured = try text(Example.spans, TextStyle(isUnicode: true, isColoured: true, columns: nil))
        #expect(coloured.contains("\u{1B}[1;31m◀ masked here\u{1B}[0m"))
        #expect(!(try text(Example.spans)).contains("\u{1B}"))
    }

    @Test func anAnswerOfUnknownShapeDoesNotBreakIt() throws {
        for json in [
            "{}", "[]", "null", #"{"verdict":7,"spans":[1,{},{"spanId":null,"duration":-1,"startTime":"x"}]}"#,
        ] {
            let drawn = TraceCommand.text(try JSONParser.parse(Array(json.utf8)), unicode)
            #expect(drawn.hasPrefix("Trace ? has no verdict yet."))
        }
    }
}
