package import HTTP
import JSON

/// What a page's foot says of the collector.
package struct AboutCollector: Sendable {
    package var version: String
    package var startedNanoseconds: UInt64
    package var spans: Int
    package var spansHot: Int
    package var traces: Int
    package var memoryBytes: Int
    package var memoryBytesMax: Int
    package var residentBytes: Int
    /// Grows with each change of rules.
    package var rulesVersion: UInt64
    package var marks: Int
    /// One life of the process, as event ids name it.
    package var epoch: String

    package init(
        version: String, startedNanoseconds: UInt64, spans: Int, spansHot: Int, traces: Int, memoryBytes: Int,
        memoryBytesMax: Int, residentBytes: Int, rulesVersion: UInt64, marks: Int, epoch: String
    ) {
        self.version = version
        self.startedNanoseconds = startedNanoseconds
        self.spans = spans
        self.spansHot = spansHot
        self.traces = traces
        self.memoryBytes = memoryBytes
        self.memoryBytesMax = memoryBytesMax
        self.residentBytes = residentBytes
        self.rulesVersion = rulesVersion
        self.marks = marks
        self.epoch = epoch
    }
}

/// Tells of the collector itself, for people.
package struct AboutDesk: Sendable {
    private let look: @Sendable () -> AboutCollector

    package init(look: @escaping @Sendable () -> AboutCollector) {
        self.look = look
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/status") { $0.answering(status) }
    }

    private func status(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        _ = try RequestParameters(request, [])
        let about = look()
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("version", about.version)
            writer.field("startedAt", UTCTime(nanoseconds: about.startedNanoseconds))
            writer.field("spans", about.spans)
            writer.field("spansHot", about.spansHot)
            writer.field("traces", about.traces)
            writer.objectField("memory") { writer in
                writer.field("usedBytes", about.memoryBytes)
                writer.field("budgetBytes", about.memoryBytesMax)
                writer.field("residentBytes", about.residentBytes)
            }
            writer.objectField("rules") { writer in
                writer.field("version", about.rulesVersion)
                writer.field("feedback", about.marks)
            }
            writer.field("epoch", about.epoch)
        }
        return HTTPResponse(json: writer)
    }
}
