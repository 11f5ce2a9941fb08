package import Synchronization

/// What a gRPC server counts, for `/metrics`.
package final class GRPCCounters: Sendable {
    /// Why a connection was ended by this side.
    package enum Fault: Int, CaseIterable, Sendable {
        /// What came first is not HTTP/2.
        case preface
        /// A frame that HTTP/2 does not allow there.
        case frame
        /// More bytes than the window allowed.
        case flowControl
        /// Header fields that do not unpack, or too many of them.
        case header
        /// More frames without a request, or more resets, than a client has reason to send.
        case flood
        /// Nothing came, or nothing was read, for too long.
        case timeout

        package var name: String {
            switch self {
            case .preface: "preface"
            case .frame: "frame"
            case .flowControl: "flow_control"
            case .header: "header"
            case .flood: "flood"
            case .timeout: "timeout"
            }
        }
    }

    package let connections = Atomic<Int>(0)
    package let connectionsTotal = Atomic<UInt64>(0)
    package let connectionsRefused = Atomic<UInt64>(0)
    package let bytes = Atomic<UInt64>(0)
    package let messageBytes = Atomic<UInt64>(0)
    /// Calls that the client took back, or that ended with its connection, before they were whole.
    package let callsAbandoned = Atomic<UInt64>(0)
    /// Memory of unfinished messages.
    package let bytesWaiting = Atomic<Int>(0)
    private let answers = Mutex([UInt64](repeating: 0, count: 17))
    private let faults = Mutex([UInt64](repeating: 0, count: Fault.allCases.count))

    package init() {}

    package func answered(_ code: GRPCStatus.Code) -> UInt64 { answers.withLock { $0[Int(code.rawValue)] } }

    package func ended(_ fault: Fault) -> UInt64 { faults.withLock { $0[fault.rawValue] } }

    func count(_ code: GRPCStatus.Code) { answers.withLock { $0[Int(code.rawValue)] += 1 } }

    func count(_ fault: Fault) { faults.withLock { $0[fault.rawValue] += 1 } }
}
