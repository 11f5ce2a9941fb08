import Foundation
import JSON
import Testing

/// The page as the binary serves it, in a real browser. What the API answers is made up where a real collector has no
/// reason to hold it: ten thousand spans in one trace, names that attack.
@Suite(.serialized) struct PageTests {
    private static let secondsMax = 180.0

    /// The walks of `Python/page_walks.py`, whose documentation says what each is about.
    @Test(arguments: [
        "three_clicks", "span_detail", "live", "search_state", "dark", "keyboard", "accessibility", "widths",
        "hostile", "large", "many_patterns", "token", "troubles", "feedback",
    ]) func walk(_ name: String) throws {
        let collector = try CollectorProcess()
        let seen = try PythonProgram.run("page_check.py", [name, collector.url], seconds: Self.secondsMax)
        #expect(seen.object != nil)
        #expect(try collector.stop() == 0)
    }

    @Test func everythingFitsIntoAHundredAndFiftyKilobytes() throws {
        let collector = try CollectorProcess()
        let seen = try PythonProgram.run("page_check.py", ["weight", collector.url], seconds: Self.secondsMax)
        let bytes = try #require(seen["bytes"]?.uint64)
        #expect(bytes > 10_000 && bytes < 150_000, "\(bytes) bytes over the wire")
    }

    @Test func thePageNeedsNoTokenAndItsDataDoes() throws {
        let collector = try CollectorProcess(token: "sesame")
        let seen = try PythonProgram.run(
            "page_check.py", ["real_token", collector.url, "sesame"], seconds: Self.secondsMax)
        #expect(seen.object != nil)
    }
}
