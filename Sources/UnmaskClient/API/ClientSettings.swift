import Kernel

/// Everything that a service may say of its tracer; only its own name has to be said.
public struct ClientSettings: Sendable {
    public var service: ServiceIdentity
    /// Tried in this order; the next one where one is out of reach. Empty: nothing is sent.
    public var collectors: [CollectorAddress]
    /// What the collector's operator gave with `--token`.
    public var token: String
    public var sampling = SamplingPolicy.all
    public var propagation = Propagation()
    /// Encoded batches that wait for a collector, in bytes. What does not fit is dropped and counted.
    public var backlogBytesMax = 2 << 20
    /// A batch goes when it has so many spans,
    public var batchSpansMax = 512
    /// or when its oldest span has waited so long.
    public var batchDelay = Duration.milliseconds(200)
    /// A collector that has not answered a batch for so long is left and another connection is made.
    public var answerTimeout = Duration.seconds(30)
    /// Told of everything an operator would ask about. Called on the delivering thread, which it must not keep long.
    public var onNotice: (@Sendable (ClientNotice) -> Void)?

    /// Reads what is not said from the environment: `UNMASK_COLLECTOR` (several with commas) and `UNMASK_TOKEN`.
    public init(service: ServiceIdentity, collectors: [CollectorAddress]? = nil, token: String? = nil) {
        self.service = service
        self.collectors = collectors ?? CollectorAddress.ofEnvironment
        self.token = token ?? ProcessSelf.environment("UNMASK_TOKEN") ?? ""
    }
}

/// Where a collector listens.
public struct CollectorAddress: Sendable, Hashable, CustomStringConvertible {
    enum Place: Hashable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    let place: Place
    /// How bytes become secret on the way; nil for plain ones.
    let security: TransportSecurity?

    init(_ place: Place, security: TransportSecurity? = nil) {
        self.place = place
        self.security = security
    }

    /// For the module that knows how to make bytes secret.
    package init(host: String, port: UInt16, security: TransportSecurity) {
        self.init(.tcp(host: host, port: port), security: security)
    }

    public static func tcp(_ host: String, port: UInt16 = 7200) -> CollectorAddress {
        CollectorAddress(.tcp(host: host, port: port))
    }

    /// A socket of the file system.
    public static func unix(_ path: String) -> CollectorAddress { CollectorAddress(.unix(path: path)) }

    /// `host`, `host:port`, `[::1]:port`, `unix:/path`. Nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty else { return nil }
            self = .unix(path)
            return
        }
        let bare = text.hasPrefix("tcp://") ? String(text.dropFirst(6)) : text
        guard let (host, port) = Self.split(bare) else { return nil }
        self = .tcp(host, port: port)
    }

    static func split(_ text: String) -> (host: String, port: UInt16)? {
        guard !text.isEmpty, !text.contains("/") else { return nil }
        if let bracket = text.lastIndex(of: "]") {
            guard text.hasPrefix("[") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<bracket])
            let rest = text[text.index(after: bracket)...]
            if rest.isEmpty { return (host, 7200) }
            return rest.hasPrefix(":") ? UInt16(rest.dropFirst()).map { (host, $0) } : nil
        }
        guard let colon = text.lastIndex(of: ":") else { return (text, 7200) }
        let host = String(text[..<colon])
        guard !host.isEmpty, !host.contains(":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        return (host, port)
    }

    public var description: String {
        switch place {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    static var ofEnvironment: [CollectorAddress] {
        guard let text = ProcessSelf.environment("UNMASK_COLLECTOR"), !text.isEmpty else {
            return [.tcp("127.0.0.1")]
        }
        return text.split(separator: ",").compactMap { word in
            CollectorAddress(String(word.filter { $0 != " " }))
        }
    }
}
