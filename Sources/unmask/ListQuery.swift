import JSON
import Platform
import TraceModel

/// What the lists of a collector have in common: options that become its query.
enum ListQuery {
    static let verdict = OptionSpec(
        "verdict", "NAME", "masked, failed, degraded, suspect, recovered, clean ...; several with commas",
        choices: VerdictKind.allCases.map(\.name))
    static let kind = OptionSpec(
        "kind", "NAME", "how it was hidden: caught, rewritten, fallback ...", choices: MaskKind.allCases.map(\.name))
    static let service = OptionSpec("service", "NAME", "the edge's service")
    static let route = OptionSpec("route", "ROUTE", "the edge's method and route")
    static let maskService = OptionSpec("mask-service", "NAME", "the service that swallowed the failure")
    static let originService = OptionSpec("origin-service", "NAME", "the service where it began")
    static let originClass = OptionSpec("class", "NAME", "how it began: http_5xx, timeout, db ...")
    static let text = OptionSpec("text", "TEXT", "part of any name, in either case")
    static let from = OptionSpec("from", "TIME", "not before, as 2026-03-01T08:00:00Z")
    static let to = OptionSpec("to", "TIME", "before")
    static let since = OptionSpec("since", "DURATION", "not before so long ago, as 10m or 2h; in place of --from")
    static let limit = OptionSpec("limit", "N", "how many, 50 by default")
    static let cursor = OptionSpec("cursor", "CURSOR", "go on where an earlier list ended")
    static let failIfAny = OptionSpec("fail-if-any", nil, "end with 1 where the list is not empty")

    static func sort(_ orders: [String]) -> OptionSpec {
        OptionSpec("sort", "ORDER", orders.joined(separator: ", "), choices: orders)
    }

    /// The query of those options that were given and stand for a parameter of the same name.
    static func items(_ arguments: Arguments, _ options: [OptionSpec]) -> [(String, String)] {
        options.flatMap { option in arguments.all(option.name).map { (option.name, $0) } }
    }

    /// The time that `--since` means; nil without it.
    static func start(_ arguments: Arguments) throws(CommandError) -> String? {
        guard let length = try arguments.duration("since") else { return nil }
        if arguments.has("from") { throw .usage("--since and --from say the same thing: give one of them") }
        return time(before: length)
    }

    /// The moment that lies so long back.
    static func time(before nanoseconds: UInt64) -> String {
        let now = Clock.wallNanoseconds
        return UTCTime(nanoseconds: now - min(now, nanoseconds)).description
    }

    /// Prints a list and says what the shell is told.
    static func show(
        _ body: [UInt8], _ arguments: Arguments, _ console: Console, _ client: CollectorClient,
        text: (JSONValue, TextStyle) -> String
    ) throws(CommandError) -> ExitCode {
        let isJSON = arguments.has("json")
        let fails = arguments.has(failIfAny.name)
        if isJSON && !fails {
            console.writeOut(body)
            return .success
        }
        let document = try client.document(body)
        if isJSON {
            console.writeOut(body)
        } else {
            console.out(text(document, console.style(ascii: arguments.has("ascii"))))
        }
        return fails && document["items"]?.array?.isEmpty == false ? .failure : .success
    }

    /// The last line of a list that goes on.
    static func more(_ document: JSONValue, _ style: TextStyle) -> String {
        document["nextCursor"]?.string.map { "more: --cursor \(SafeText.escape($0, style: style))\n" } ?? ""
    }
}

/// Numbers as tables show them.
enum NumberText {
    /// A share in hundredths, with the digits that tell 99.9 from 99.99.
    static func percent(_ value: JSONValue?) -> String {
        guard let share = value?.double else { return "-" }
        return fixed(share * 100, digits: 2) + " %"
    }

    static func fixed(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        guard abs(value) < 1e12 else { return "\(value)" }
        let whole = Int64((value * scale).rounded())
        let text = String(whole.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return (whole < 0 ? "-" : "") + padded.dropLast(digits) + (digits > 0 ? "." + padded.suffix(digits) : "")
    }

    /// `03-01 08:00:00`, for a table of one year.
    static func time(_ value: JSONValue?) -> String {
        (value?.string ?? "").dropFirst(5).prefix(14).split(separator: "T").joined(separator: " ")
    }
}
