import Foundation
import Ingest
import JSON
import Symbols
import Testing
import TraceModel
import Verdicts

@Suite struct LaboratoryTests {
    private static func truths() throws -> [JSONValue] { try Corpus.lines("lab/truth.jsonl") }

    /// The worker's failure is in a trace of its own.
    @Test func aLinkedWorkersFailureIsFoundInItsTrace() throws {
        let corpus = try Corpus("lab/exports")
        let links = try Corpus.lines("lab/worker_links.jsonl").filter { $0["scenario"]?.string == "async_link_fail" }
        #expect(!links.isEmpty)
        for link in links {
            let accepting = try #require(TraceID(hex: link["origin"]?.string ?? ""))
            let chain = try #require(corpus.verdicts[accepting]?.leadingChain)
            #expect(chain.kind == .ackThenFailed)
            #expect(chain.origin.traceID?.description == link["trace_id"]?.string)
            #expect(corpus.symbols.string(chain.origin.service).hasSuffix("worker"))
        }
    }

    @Test func everyTraceOfTheLaboratoryIsJudgedAsItsTruthSays() throws {
        let corpus = try Corpus("lab/exports")
        let truths = try Self.truths()
        #expect(truths.count > 40)
        for truth in truths {
            let id = try #require(TraceID(hex: truth["trace_id"]?.string ?? ""))
            let verdict = try #require(corpus.verdicts[id])
            let right = truth["expect"]?["verdicts"]?.array?.compactMap(\.string) ?? []
            #expect(right.contains(verdict.kind.name), "\(id), \(truth["scenario"]?.string ?? "")")
        }
    }

    @Test func maskPointsOriginsAndKindsAreTheTrueOnes() throws {
        let corpus = try Corpus("lab/exports")
        for truth in try Self.truths() {
            let id = try #require(TraceID(hex: truth["trace_id"]?.string ?? ""))
            guard let verdict = corpus.verdicts[id], verdict.kind == .masked else { continue }
            let chain = try #require(verdict.leadingChain)
            let expect = try #require(truth["expect"])
            if let service = expect["mask_service"]?.string {
                #expect(chain.maskPoint.map { corpus.symbols.string($0.service).hasSuffix(service) } == true, "\(id)")
            }
            if let service = expect["origin_service"]?.string {
                #expect(corpus.symbols.string(chain.origin.service).hasSuffix(service), "\(id)")
            }
            if let name = expect["origin_class"]?.string { #expect(chain.originClass.name == name, "\(id)") }
            let kinds = expect["mask_kind"]?.array?.compactMap(\.string) ?? expect["mask_kind"]?.string.map { [$0] }
            if let kinds { #expect(kinds.contains(chain.kind?.name ?? ""), "\(id)") }
        }
    }

    @Test func exportsInAnyOrderGiveTheSameVerdicts() throws {
        let inOrder = try Corpus("lab/exports")
        var recording = inOrder.recording
        recording.spans.reverse()
        let reversed = try Corpus(recording)
        for (id, verdict) in inOrder.verdicts { #expect(reversed.verdicts[id]?.kind == verdict.kind, "\(id)") }
    }

    @Test func everyRequestOfTheLaboratoryIsRead() throws {
        let recording = try Corpus("lab/exports").recording
        #expect(recording.files == 96)
        #expect(recording.skipped.isEmpty)
        #expect(recording.dropped.isEmpty)
    }
}

@Suite struct EnvoyTests {
    /// What the client saw and Envoy did, by path; the numbers in a path are the request's.
    private static let expected: [(path: String, verdict: VerdictKind, kind: MaskKind?)] = [
        ("/ok", .clean, nil), ("/warm", .clean, nil), ("/direct", .clean, nil), ("/flaky/{}", .recovered, nil),
        ("/connretry/{}", .recovered, nil), ("/sorry", .masked, .contradiction), ("/slow", .masked, .contradiction),
        ("/hedge", .masked, .contradiction), ("/bad", .failed, nil), ("/bad/rewrap", .masked, .rewritten),
        ("/err", .masked, .rewritten), ("/err/lua", .masked, .rewritten),
    ]

    @Test(arguments: ["envoy-otlp-grpc", "envoy-zipkin"])
    func retriesAndRewrittenAnswersOfEnvoyAreSeen(folder: String) throws {
        let corpus = try Corpus(folder)
        for (path, verdict, kind) in Self.expected {
            let found = corpus.verdicts.values.filter {
                corpus.symbols.string($0.edge?.route.template ?? .empty) == path
            }
            #expect(!found.isEmpty, "\(path)")
            for one in found {
                #expect(one.kind == verdict, "\(path)")
                if let kind { #expect(one.leadingChain?.kind == kind, "\(path)") }
            }
        }
    }
}
