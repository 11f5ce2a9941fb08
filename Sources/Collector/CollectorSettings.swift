package import Configuration
package import Platform
package import TraceStore

/// Everything that an operator can say, with the defaults.
package struct CollectorSettings: Sendable {
    /// Of the program, as the API tells it.
    package var version = ""
    package var dataFolder = "./unmask-data"
    package var rules = Rules()
    package var limits = StoreLimits()
    package var native: SocketAddress? = SocketAddress("127.0.0.1:7200")
    package var http: SocketAddress? = SocketAddress("127.0.0.1:7280")
    package var otlpHTTP: SocketAddress? = SocketAddress("127.0.0.1:4318")
    package var otlpGRPC: SocketAddress? = SocketAddress("127.0.0.1:4317")
    package var zipkin: SocketAddress? = SocketAddress("127.0.0.1:9411")
    /// X-Ray's daemon: datagrams and requests. Off, since datagrams know no token.
    package var xray: SocketAddress?
    /// Pages of this origin may send OTLP from a browser; empty: none may.
    package var otlpOrigin = ""
    /// Asked of clients that send spans and of the API; empty: nobody needs one.
    package var token = ""
    /// Listening beyond loopback without a token was asked for in words.
    package var allowsInsecureListening = false
    package var readerThreads = 2
    package var helloNanoseconds: UInt64 = 10_000_000_000
    package var idleNanoseconds: UInt64 = 120_000_000_000

    package init() {}

    /// What is wrong with the settings, in one line that says how to mend it; nil when nothing is.
    package var mistake: String? {
        let addresses = [
            ("--listen-native", native), ("--listen-http", http), ("--listen-otlp-http", otlpHTTP),
            ("--listen-otlp-grpc", otlpGRPC), ("--listen-zipkin", zipkin),
        ]
        for case (let option, let address?) in addresses
        where !address.isLoopback && token.isEmpty && !allowsInsecureListening {
            return "\(option) \(address) is open to the network and asks for no token: "
                + "set --token or UNMASK_TOKEN, or say --insecure-listen"
        }
        if let mistake = openToDatagrams { return mistake }
        if addresses.allSatisfy({ $0.1 == nil }) && xray == nil && rules.gateways.isEmpty {
            return "with all listeners off there is nothing to serve"
        }
        if limits.memoryBytes < Self.memoryBytesMin {
            return "--memory must be at least 128MiB: sixteen shards, frames and tables need that much to turn round"
        }
        return nil
    }

    /// Syslog and X-Ray's datagrams know no token.
    private var openToDatagrams: String? {
        var listeners = xray.map { [("--listen-xray", $0)] } ?? []
        for gateway in rules.gateways {
            for listener in gateway.syslog {
                guard let address = SocketAddress(listener.address) else {
                    return "the gateway \(gateway.service) listens on \(listener.address): that is no numeric address"
                }
                listeners.append(("the syslog of \(gateway.service)", address))
            }
        }
        for (name, address) in listeners where !address.isLoopback && !allowsInsecureListening {
            return "\(name) on \(address) is open to the network, and its senders know no token: say --insecure-listen"
        }
        return nil
    }

    package static let memoryBytesMin = 128 << 20
}
