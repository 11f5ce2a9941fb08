import Ingest
import Testing

/// Logs that real gateways wrote while their upstreams failed in known ways.
@Suite struct RecordedLogTests {
    @Test func nginx() throws {
        var story = GatewayStory("nginx", isEdge: true)
        try story.readFile("nginx.jsonl")
        let verdicts = try story.verdictsByPath()
        #expect(story.refused.isEmpty)
        let expected = [
            "/ok": ["clean"], "/flaky/1": ["recovered"], "/flaky/2": ["clean"], "/connretry/1": ["recovered"],
            "/sorry/1": ["masked rewritten"], "/bad": ["failed"], "/bad/rewrap": ["masked rewritten"],
            "/bad/fallback": ["degraded fallback"], "/slow": ["masked rewritten"], "/err": ["failed"],
            "/ok/notp": ["clean"], "/stale/x": ["clean", "degraded stale", "degraded stale", "clean"],
        ]
        for (path, verdict) in expected { #expect(verdicts[path] == verdict, "\(path)") }
    }

    @Test func envoy() throws {
        var story = GatewayStory("envoy")
        try story.readFile("envoy.jsonl")
        let verdicts = try story.verdictsByPath()
        #expect(story.refused.isEmpty)
        let expected = [
            "/ok": ["clean"], "/flaky/1": ["recovered"], "/connretry/1": ["recovered"],
            "/sorry": ["masked contradiction"], "/slow": ["masked contradiction"], "/bad": ["failed"],
            "/direct": ["clean"], "/hedge": ["masked contradiction"], "/fallback": ["degraded fallback"],
            "/flaky/ctx": ["clean"],
        ]
        for (path, verdict) in expected { #expect(verdicts[path] == verdict, "\(path)") }
    }

    @Test func varnish() throws {
        var story = GatewayStory("varnish")
        try story.readFile("varnish.jsonl")
        let verdicts = try story.verdictsByPath()
        // These lines have whole seconds: which of two fetches came first can't be known from them.
        // One request came without any context: its fetch is nobody's.
        #expect(story.refused == [.noContext])
        let expected = [
            "/ok": ["clean"], "/connretry/1": ["clean"], "/sorry/1": ["masked rewritten"], "/bad": ["failed"],
            "/slow": ["failed"], "/err": ["failed"],
            "/ok/notp": ["clean"],
        ]
        for (path, verdict) in expected { #expect(verdicts[path] == verdict, "\(path)") }
    }
}
