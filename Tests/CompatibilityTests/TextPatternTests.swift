import Foundation
import Testing
import UnmaskTestSupport

@testable import Compatibility

@Suite struct TextPatternTests {
    @Test(
        arguments: [
            ("shop", "shop", true), ("shop", "shopping", false), ("shop.*", "shopping", true),
            (".*/bff", "a/b/bff", true),
            ("a|b", "b", true), ("a|b", "ab", false), ("(?:a|bc)+", "abca", true), ("[a-c]{2,3}", "abc", true),
            ("[a-c]{2,3}", "abca", false), ("[^/]+", "a/b", false), ("\\d+\\.\\w", "12.x", true), ("", "", true),
            ("", "a", false), ("^a$", "a", true), ("a^b", "ab", false), ("(?i)ShOp", "sHoP", true),
            ("a{3}", "aaa", true),
            ("a{2,}", "aaaaa", true), ("a{2,}", "a", false), ("[]a]", "]", true), ("[a\\-z]", "-", true),
            ("é.", "éß", true),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
        ] as [(String, String, Bool)])
    func wholeTextsAreMatched(pattern: String, text: String, matches: Bool) throws {
        #expect(try TextPattern(pattern).matches(text) == matches)
    }

    @Test(
        arguments: [
            "(", ")", "a)", "[", "[z-a]", "*", "a|*", "(?=a)", "\\", "\\k", "a{", "a{2", "a{3,2}", "(a{256}){256}",
            "((((){256}){256}){256}){256}", String(repeating: "(", count: 60), "[\\D]",
        ])
    func whatIsNoPatternIsRefused(pattern: String) {
        #expect(throws: TextPattern.Mistake.self) { try TextPattern(pattern) }
    }

    /// Every pattern of up to five of these characters, against ICU's engine.
    @Test func smallPatternsMeanWhatTheyMeanElsewhere() throws {
        var patterns = [""]
        var texts = [""]
        for _ in 0..<5 {
            patterns += patterns.flatMap { p in "ab|*()".map { p + String($0) } }.filter { $0.count <= 5 }
        }
        patterns = Array(Set(patterns)).sorted()
        for _ in 0..<3 { texts += texts.flatMap { [$0 + "a", $0 + "b"] } }
        texts = Array(Set(texts)).sorted()
        var compared = 0
        for pattern in patterns where !pattern.contains("**") {
            guard let own = try? TextPattern(pattern),
                let theirs = try? NSRegularExpression(pattern: "^(?:\(pattern))$")
            else { continue }
            compared += 1
            for text in texts {
                let range = NSRange(text.startIndex..., in: text)
                let expected = theirs.firstMatch(in: text, range: range) != nil
                if own.matches(text) != expected { Issue.record("\(pattern) on \(text): expected \(expected)") }
            }
        }
        #expect(compared > 1_000)
    }
}
