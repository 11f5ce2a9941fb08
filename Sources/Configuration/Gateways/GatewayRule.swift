/// A gateway whose access log is read: where its lines come from, how they are to be read and whose spans they become.
package struct GatewayRule: Hashable, Sendable {
    /// `environment/namespace/name`, as services are written everywhere.
    package var service: String
    package var format: LogFormat
    package var files: [String]
    package var syslog: [SyslogListener]
    /// It answers outside callers: whatever they say of a trace before it, its spans are where a trace begins.
    package var isEdge: Bool
    /// What its callers are told in place of a code that it logs: an error file of HAProxy says 200 where the log
    /// says 503.
    package var answersInstead: [UInt16: UInt16]

    package init(
        service: String, format: LogFormat, files: [String] = [], syslog: [SyslogListener] = [], isEdge: Bool = false,
        answersInstead: [UInt16: UInt16] = [:]
    ) {
        self.service = service
        self.format = format
        self.files = files
        self.syslog = syslog
        self.isEdge = isEdge
        self.answersInstead = answersInstead
    }
}

/// Where syslog messages are taken: `udp://127.0.0.1:5514`.
package struct SyslogListener: Hashable, Sendable {
    package enum Transport: String, Hashable, Sendable {
        case udp
        case tcp
    }

    package var transport: Transport
    /// A numeric address and a port.
    package var address: String

    package init(_ transport: Transport, _ address: String) {
        self.transport = transport
        self.address = address
    }
}
