import Kernel
import TraceModel

/// Who records spans: the service, and which process of it.
public struct ServiceIdentity: Sendable, Hashable, ExpressibleByStringLiteral {
    public var name: String
    /// The family that the service belongs to, such as `shop`.
    public var namespace: String
    /// `production`, `staging` and so on.
    public var environment: String
    public var version: String
    /// Tells the processes of a service apart.
    public var instance: String
    public var attributes: [Attribute]

    /// What is not said is found: in `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`, in the host's name, in the
    /// container's id.
    public init(
        name: String? = nil, namespace: String? = nil, environment: String? = nil, version: String? = nil,
        instance: String? = nil, attributes: [Attribute] = []
    ) {
        let found = ResourceDetection.ofEnvironment()
        self.name = name ?? found.name ?? "unknown_service"
        self.namespace = namespace ?? found["service.namespace"] ?? ""
        self.environment =
            environment ?? found["deployment.environment.name"] ?? found["deployment.environment"] ?? ""
        self.version = version ?? found["service.version"] ?? ""
        let host = ProcessSelf.hostName
        self.instance = instance ?? found["service.instance.id"] ?? "\(host)/\(ProcessSelf.identifier)"
        self.attributes = found.others + ResourceDetection.ofMachine(host: host) + attributes
    }

    public init(stringLiteral name: String) {
        self.init(name: name)
    }

    var resource: SpanResource {
        var all = attributes
        if !version.isEmpty { all.append(Attribute(key: "service.version", value: .string(version))) }
        return SpanResource(
            service: SpanLimits.cut(name, SpanLimits.nameBytesMax),
            namespace: SpanLimits.cut(namespace, SpanLimits.nameBytesMax),
            environment: SpanLimits.cut(environment, SpanLimits.nameBytesMax),
            instance: SpanLimits.cut(instance, SpanLimits.nameBytesMax),
            attributes: all.prefix(SpanLimits.attributesMax).map {
                SpanAttribute($0.key, SpanLimits.cut($0.value).wire)
            })
    }
}

/// What a process can learn of itself.
struct ResourceDetection {
    private static let own: Set<String> = [
        "service.name", "service.namespace", "deployment.environment.name", "deployment.environment",
        "service.version", "service.instance.id",
    ]
    private var values: [(key: String, value: String)] = []

    static func ofEnvironment() -> ResourceDetection {
        var found = ResourceDetection(list: ProcessSelf.environment("OTEL_RESOURCE_ATTRIBUTES") ?? "")
        if let name = ProcessSelf.environment("OTEL_SERVICE_NAME"), !name.isEmpty {
            found.values.insert(("service.name", name), at: 0)
        }
        return found
    }

    /// `key=value,key=value`, values with `%2C` for what would break the list. A broken member is left out.
    init(list: String) {
        for member in list.split(separator: ",") {
            let parts = member.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let key = parts[0].filter { $0 != " " }
            if !key.isEmpty { values.append((key, Self.unescaped(parts[1]))) }
        }
    }

    subscript(_ key: String) -> String? { values.first { $0.key == key }?.value }

    var name: String? { self["service.name"] }

    var others: [Attribute] {
        values.filter { !Self.own.contains($0.key) }.map { Attribute(key: $0.key, value: .string($0.value)) }
    }

    static func ofMachine(host: String) -> [Attribute] {
        var found = [Attribute(key: "process.pid", value: .integer(Int64(ProcessSelf.identifier)))]
        if !host.isEmpty { found.append(Attribute(key: "host.name", value: .string(host))) }
        let places = ["/proc/self/cgroup", "/proc/self/mountinfo"]
        let texts = places.lazy.compactMap { try? Files.read($0, bytesMax: 1 << 20) }
        if let container = texts.compactMap({ containerID(in: $0) }).first {
            found.append(Attribute(key: "container.id", value: .string(container)))
        }
        return found
    }

    /// The first run of exactly 64 hex digits behind a slash, dash or colon, which is how every runtime names one.
    static func containerID(in text: [UInt8]) -> String? {
        var run = 0
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : 0
            let isHex = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            if isHex {
                run += 1
                continue
            }
            let start = index - run
            if run == 64, start > 0, "/-:".utf8.contains(text[start - 1]) {
                return String(decoding: text[start..<index], as: UTF8.self)
            }
            run = 0
        }
        return nil
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self).filter { $0 != "\"" }
    }
}
