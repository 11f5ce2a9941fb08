import Exporters
import Findings
import HTTP
import Ingest
import Judging
import Platform
import Query
import Symbols
import Synchronization
import TraceModel
import TraceStore
import Verdicts

/// The collector's own numbers.
struct CollectorMetrics: Sendable {
    let parts: CollectorParts
    let receivers: Receivers

    var text: MetricsText {
        var text = MetricsText()
        addStore(&text)
        addVerdicts(&text)
        addLinks(&text)
        addProfiles(&text)
        addDatabase(&text)
        AlertMetrics(engine: parts.alerts).add(to: &text)
        if let native = receivers.native?.counters { addNative(native, &text) }
        receivers.addMetrics(to: &text)
        ExporterMetrics(statuses: parts.exports.statuses).add(to: &text)
        addProcess(&text)
        return text
    }

    private func addStore(_ text: inout MetricsText) {
        let usage = parts.store.usage
        text.counter("unmask_spans_stored_total", "Spans that were taken into the store.", [.init([], usage.spans)])
        text.counter("unmask_traces_seen_total", "Traces of which a first span came.", [.init([], usage.traces)])
        text.counter(
            "unmask_traces_settled_total", "Traces that went quiet and were judged.", [.init([], usage.tracesSettled)])
        text.counter(
            "unmask_spans_dropped_total", "Spans that came and are not there, by reason.",
            DropReason.allCases.map { reason in
                let spans =
                    reason == .duplicate
                    ? parts.judge.counters.duplicateSpans.load(ordering: .relaxed) : parts.store.dropped(reason)
                return .init([("reason", reason.name)], spans)
            })
        text.gauge("unmask_spans_hot", "Spans in memory with all they said.", [.init([], usage.spansHot)])
        text.gauge("unmask_memory_used_bytes", "Bytes of the memory budget in use.", [.init([], usage.memoryBytes)])
        text.gauge("unmask_memory_budget_bytes", "The memory budget.", [.init([], usage.memoryBytesMax)])
        text.gauge("unmask_generations", "Slices of arrival time in memory.", [.init([], usage.generations)])
        text.gauge("unmask_symbols", "Distinct strings.", [.init([], parts.symbols.count)])
        text.gauge("unmask_hops", "Distinct steps.", [.init([], parts.hops.count)])
        text.counter(
            "unmask_symbols_overflowed_total", "Strings that became (other) because the table is full.",
            [.init([], parts.symbols.overflowCount)])
        text.counter(
            "unmask_hops_overflowed_total", "Steps that became (other) because the table is full.",
            [.init([], parts.hops.overflowCount)])
    }

    private func addVerdicts(_ text: inout MetricsText) {
        var counts: [VerdictKind: Double] = [:]
        for route in parts.desk.book.routes.snapshot() {
            for kind in VerdictKind.allCases { counts[kind, default: 0] += Double(route.counts[kind]) }
        }
        text.gauge(
            "unmask_traces_by_verdict", "Edges by their verdict; a revision moves one from one verdict to another.",
            VerdictKind.allCases.map { .init([("verdict", $0.name)], counts[$0] ?? 0) })
        text.counter(
            "unmask_judgements_total", "Traces that the engine walked.",
            [.init([], parts.judge.counters.judged.load(ordering: .relaxed))])
        text.counter(
            "unmask_generations_dropped_total", "Slices of arrival time that gave their memory back.",
            [.init([], parts.judge.counters.generationsDropped.load(ordering: .relaxed))])
        text.counter(
            "unmask_traces_unreadable_total", "Traces that could not be kept because a frame did not unpack.",
            [.init([], parts.keeper.unreadable.load(ordering: .relaxed))])
    }

    private func addLinks(_ text: inout MetricsText) {
        let counts = parts.links.book.counts
        text.gauge("unmask_links", "Linked deliveries that are remembered.", [.init([], counts.links)])
        text.gauge("unmask_links_bytes", "Bytes that they take.", [.init([], counts.bytes)])
        text.counter(
            "unmask_links_evicted_total", "Linked deliveries that made room for newer ones.",
            [.init([], counts.evicted)])
        text.counter(
            "unmask_links_unmatched_total", "Traces whose work failed elsewhere, and that never came.",
            [.init([], counts.unmatched)])
    }

    private func addProfiles(_ text: inout MetricsText) {
        let counters = parts.profiles.counters
        text.gauge("unmask_profiles", "Routes of which something was learned.", [.init([], parts.profiles.count)])
        text.gauge("unmask_profile_bytes", "Memory of all profiles.", [.init([], parts.profiles.bytes)])
        text.counter("unmask_profile_lessons_total", "Clean traces that taught.", [.init([], counters.lessons)])
        text.counter(
            "unmask_profiles_evicted_total", "Routes that made room for others.", [.init([], counters.evicted)])
        text.counter(
            "unmask_profiles_changed_total", "Routes that changed so much that they were learned anew.",
            [.init([], counters.changed)])
        text.counter(
            "unmask_clean_traces_unusual_total", "Clean traces that did not look like their route.",
            [.init([], counters.unusual)])
    }

    private func addDatabase(_ text: inout MetricsText) {
        let health = parts.database.health()
        text.counter(
            "unmask_database_writes_total", "Things written to the findings database.", [.init([], health.written)])
        text.counter("unmask_database_failures_total", "Attempts to write that failed.", [.init([], health.failures)])
        text.counter(
            "unmask_database_dropped_total", "Things that were never written, by reason.",
            DatabaseDropReason.allCases.map { .init([("reason", $0.name)], health.dropped[$0] ?? 0) })
        text.gauge("unmask_database_queue", "Things waiting to be written.", [.init([], health.queued)])
        text.gauge("unmask_database_bytes", "Bytes in use in the findings database.", [.init([], health.bytesInUse)])
        text.gauge("unmask_kept_traces", "Traces whose complete spans are on disk.", [.init([], health.keptTraces)])
    }

    private func addNative(_ native: NativeCounters, _ text: inout MetricsText) {
        text.gauge(
            "unmask_native_connections", "Native clients connected.",
            [.init([], native.connections.load(ordering: .relaxed))])
        let counters: [(String, String, UInt64)] = [
            ("connections", "Native clients that connected.", native.connectionsTotal.load(ordering: .relaxed)),
            ("connections_refused", "Native clients turned away.", native.connectionsRefused.load(ordering: .relaxed)),
            ("received_bytes", "Bytes from native clients.", native.bytes.load(ordering: .relaxed)),
            ("batches", "Batches that unpacked.", native.batches.load(ordering: .relaxed)),
            ("batches_duplicate", "Batches known already.", native.batchesDuplicate.load(ordering: .relaxed)),
            ("batches_deferred", "Batches put off under pressure.", native.batchesDeferred.load(ordering: .relaxed)),
            ("batches_rejected", "Batches that did not unpack.", native.batchesRejected.load(ordering: .relaxed)),
            ("spans", "Spans accepted.", native.spans.load(ordering: .relaxed)),
            (
                "protocol_errors", "Conversations ended by an Error frame.",
                native.protocolErrors.load(ordering: .relaxed)
            ),
            ("timeouts", "Conversations ended for silence.", native.timeouts.load(ordering: .relaxed)),
        ]
        for (name, help, value) in counters { text.counter("unmask_native_\(name)_total", help, [.init([], value)]) }
    }

    private func addProcess(_ text: inout MetricsText) {
        text.counter(
            "process_cpu_seconds_total", "User and system CPU time.",
            [.init([], Double(Clock.processCPUNanoseconds) / 1e9)])
        text.gauge("process_resident_memory_bytes", "Resident memory.", [.init([], ProcessSelf.residentBytes)])
        text.gauge(
            "process_start_time_seconds", "When the process began.", [.init([], Double(parts.startedNanoseconds) / 1e9)]
        )
    }
}
