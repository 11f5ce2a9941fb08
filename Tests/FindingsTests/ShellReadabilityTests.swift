import Findings
import Foundation
import Testing
import TraceModel

/// What a person sees who opens the file with the ordinary `sqlite3`.
@Suite struct ShellReadabilityTests {
    private func example() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let book = FindingsBook(database: try FindingsDatabase(path: folder.database, wallClock: { Sample.start }))
        book.routes.recordClean(
            service: "gateway", route: "GET /orders/{id}", count: 7, atNanoseconds: Sample.start)
        book.publish(Sample.masked(1, decided: Sample.start + 5))
        book.publish(Sample.masked(2, decided: Sample.start + 2 * Sample.second))
        book.publish(Sample.failed(3))
        book.publish(Sample.masked(4))
        book.publish(Sample.recovered(4))
        book.database?.keep(Sample.masked(1), spans: [1, 2], verdictJSON: Array(#"{"verdict":"masked"}"#.utf8))
        book.save()
        book.database?.close()
        return folder
    }

    @Test func maskedTracesTellWhoHidWhatAndWhen() throws {
        let folder = try example()
        let rows = try Shell.sqlite(
            folder.database,
            """
            SELECT decided_at, trace_id, edge_service, edge_route, told, mask_kind, mask_service, origin_service,
                origin_class, duration_ms FROM masked_traces;
            """)
        #expect(
            rows == """
                2026-01-02T03:04:02.000000000Z|00000000000a11ce0000000000000002|gateway|GET /orders/{id}|200|caught|\
                orders|inventory|http_5xx|250.0
                2026-01-02T03:04:00.000000005Z|00000000000a11ce0000000000000001|gateway|GET /orders/{id}|200|caught|\
                orders|inventory|http_5xx|250.0
                """)
    }

    @Test func patternSummaryCountsAndNamesPatterns() throws {
        let folder = try example()
        let rows = try Shell.sqlite(
            folder.database,
            """
            SELECT verdict, traces, weight, mask_service, origin_service, first_seen, last_seen, kept, fingerprint
            FROM pattern_summary;
            """)
        #expect(
            rows == """
                masked|2|2.0|orders|inventory|2026-01-02T03:04:00.000000005Z|2026-01-02T03:04:02.000000000Z|1|\
                f519d5d512fabb0e096aab7759eee484
                """)
    }

    @Test func routeRatesShowTheGap() throws {
        let folder = try example()
        let rows = try Shell.sqlite(
            folder.database,
            """
            SELECT service, route, traces, masked, failed, recovered, round(apparent, 3), round(real, 3)
            FROM route_rates;
            """)
        #expect(rows == "gateway|GET /orders/{id}|11|2|1|1|0.909|0.727")
    }

    @Test func historyTellsWhatWasRevised() throws {
        let folder = try example()
        let rows = try Shell.sqlite(
            folder.database,
            "SELECT changed_at, old_verdict, new_verdict, new_state, author FROM verdict_history LIMIT 1;")
        #expect(rows == "2026-01-02T03:04:00.000000000Z|masked|recovered|revised|engine")
    }

    @Test func keptVerdictsAreReadableJSON() throws {
        let folder = try example()
        let rows = try Shell.sqlite(
            folder.database, "SELECT verdict_json ->> 'verdict', bytes, slot, hex(spans) FROM kept_traces;")
        #expect(rows == "masked|22|first|0102")
    }

    @Test func fileCanBeReadWhileItIsWritten() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        database.enqueue(FindingsLog.Change(before: nil, after: Sample.masked(1)))
        #expect(database.flush())
        #expect(try Shell.sqlite(folder.database, "SELECT count(*) FROM masked_traces;") == "1")
    }
}
