import Findings
import SQLite
import TraceModel

/// Alerts as rows: columns, values and the way back, in one order.
enum AlertRow {
    static let columns = """
        id, rule, subject, severity, state, message_group, labels, annotations, summary, description, names, \
        confidence, traces, weight, per_minute, apparent_rate, real_rate, examples, latest, started_ns, updated_ns, \
        resolved_ns, resolved_reason, held_ns, seen_ns, first_decided_ns, first_told_ns, told_ns, silenced_by, for_ns, \
        is_sighted, reason_when_over
        """
    static let marks = Array(repeating: "?", count: 32).joined(separator: ", ")

    static func values(_ record: AlertRecord) -> [SQLValue] {
        let alert = record.alert
        return [
            .text(alert.id), .text(alert.rule), .text(record.key.subject.text), .text(alert.severity.rawValue),
            .text(alert.state.rawValue), .text(record.group), .text(text(alert.labels)), .text(text(alert.annotations)),
            .text(alert.summary), .text(alert.description), .text(alert.names.map(text)),
            .text(alert.confidence?.name), .integer(alert.figures.traces), .real(alert.figures.weight),
            .real(alert.figures.perMinute), real(alert.figures.apparentRate), real(alert.figures.realRate),
            .text(alert.traces.map(\.description).joined(separator: "\n")), .text(record.latest?.description),
            .unsigned(alert.startedNanoseconds), .unsigned(alert.updatedNanoseconds),
            time(alert.resolvedNanoseconds), .text(alert.resolvedReason), .unsigned(record.heldNanoseconds),
            .unsigned(record.seenNanoseconds), .unsigned(record.firstDecidedNanoseconds),
            time(record.firstToldNanoseconds), time(record.toldNanoseconds), .text(record.silencedBy),
            .unsigned(record.forNanoseconds), .flag(record.isSighted), .text(record.reasonWhenOver),
        ]
    }

    static func record(_ row: SQLRow) throws(SQLiteError) -> AlertRecord {
        guard let subject = AlertSubject(text: row.text(2)) else { throw row.unreadable("subject of an alert") }
        guard let severity = Alert.Severity(rawValue: row.text(3)), let state = Alert.State(rawValue: row.text(4))
        else { throw row.unreadable("severity or state of an alert") }
        var alert = Alert(
            id: row.text(0), rule: row.text(1), severity: severity, state: state, labels: labels(row.text(6)),
            summary: row.text(8), description: row.text(9), startedNanoseconds: row.unsigned(19))
        alert.annotations = labels(row.text(7))
        alert.fingerprint = subject.fingerprint
        alert.names = row.isNull(10) ? nil : names(row.text(10))
        alert.confidence = Confidence.allCases.first { $0.name == row.text(11) }
        alert.figures.traces = row.integer(12)
        alert.figures.weight = row.real(13)
        alert.figures.perMinute = row.real(14)
        alert.figures.apparentRate = row.isNull(15) ? nil : row.real(15)
        alert.figures.realRate = row.isNull(16) ? nil : row.real(16)
        alert.traces = row.text(17).split(separator: "\n").compactMap { TraceID(hex: $0) }
        alert.updatedNanoseconds = row.unsigned(20)
        alert.resolvedNanoseconds = time(row, 21)
        alert.resolvedReason = row.text(22)
        var record = AlertRecord(
            alert: alert, key: AlertKey(alert.rule, subject), group: row.text(5), heldNanoseconds: row.unsigned(23),
            seenNanoseconds: row.unsigned(24), firstDecidedNanoseconds: row.unsigned(25),
            isSighted: row.flag(30), reasonWhenOver: row.text(31))
        record.firstToldNanoseconds = time(row, 26)
        record.toldNanoseconds = time(row, 27)
        record.silencedBy = row.isNull(28) ? nil : row.text(28)
        record.forNanoseconds = row.unsigned(29)
        record.latest = TraceID(hex: row.text(18))
        return record
    }

    private static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
    private static func time(_ value: UInt64?) -> SQLValue { value.map { .unsigned($0) } ?? .null }
    private static func time(_ row: SQLRow, _ column: Int32) -> UInt64? {
        row.isNull(column) ? nil : row.unsigned(column)
    }

    private static func text(_ labels: [Alert.Label]) -> String {
        LabelText.encode(labels.map { ($0.name, $0.value) })
    }

    private static func labels(_ text: String) -> [Alert.Label] {
        LabelText.decode(text).map { Alert.Label($0.name, $0.value) }
    }

    private static func text(_ names: PatternNames) -> String {
        LabelText.encode([
            ("edge_service", names.edgeService), ("edge_route", names.edgeRoute), ("mask_service", names.maskService),
            ("mask_operation", names.maskOperation), ("kind", names.kind?.name ?? ""),
            ("origin_service", names.originService), ("origin_operation", names.originOperation),
            ("origin_class", names.originClass), ("origin_is_peer", names.originIsPeer ? "true" : ""),
            ("alias", names.alias),
        ])
    }

    private static func names(_ text: String) -> PatternNames {
        let found = Dictionary(LabelText.decode(text).map { ($0.name, $0.value) }) { first, _ in first }
        func part(_ name: String) -> String { found[name] ?? "" }
        return PatternNames(
            edgeService: part("edge_service"), edgeRoute: part("edge_route"), maskService: part("mask_service"),
            maskOperation: part("mask_operation"), kind: MaskKind(name: part("kind")),
            originService: part("origin_service"), originOperation: part("origin_operation"),
            originClass: part("origin_class"), originIsPeer: part("origin_is_peer") == "true", alias: part("alias"))
    }
}
