import Foundation
import JSON
import Testing

/// The page as the binary serves it, in a real browser. Some of what it shows is made up beside it, where a real
/// collector has no reason to hold it: ten thousand spans in one trace, five thousand patterns.
@Suite(.serialized) struct PageTests {
    private static let secondsMax = 180.0

    /// `Python/page_walks.py` says what each of them is about.
    @Test(arguments: [
        "three_clicks", "span_detail", "live", "search_state", "dark", "keyboard", "accessibility", "widths",
        "hostile", "large", "many_patterns", "token", "troubles", "feedback",
    ]) func walkBesideAFixture(_ name: String) throws {
        let collector = try CollectorProcess()
        let seen = try PythonProgram.run(
            "page_check.py", ["walks.\(name)", collector.url], seconds: Self.secondsMax)
        #expect(seen.object != nil)
        #expect(try collector.stop() == 0)
    }

    /// `Python/page_real.py` says what each of them is about.
    @Test(arguments: ["three_clicks", "live", "hostile", "feedback"])
    func walkBesideACollector(_ name: String) throws {
        let collector = try CollectorProcess()
        let seen = try PythonProgram.run(
            "page_check.py", ["real.\(name)", collector.url, "\(collector.nativePort)"], seconds: Self.secondsMax)
        #expect(seen.object != nil)
        #expect(try collector.stop() == 0)
    }

    @Test func thePageNeedsNoTokenAndItsDataDoes() throws {
        let collector = try CollectorProcess(token: "sesame")
        let seen = try PythonProgram.run(
            "page_check.py", ["real.token", collector.url, "sesame"], seconds: Self.secondsMax)
        #expect(seen.object != nil)
    }

    @Test func allViewsTogetherAreUnderAHundredAndFiftyKilobytes() throws {
        let collector = try CollectorProcess()
        let seen = try PythonProgram.run("page_check.py", ["walks.weight", collector.url], seconds: Self.secondsMax)
        let bytes = try #require(seen["bytes"]?.uint64)
        let parts = try #require(seen["parts"]?.uint64)
        #expect(parts > 20, "only \(parts) parts were asked for")
        #expect(bytes > 10_000 && bytes < 150_000, "\(bytes) bytes over the wire")
    }
}
