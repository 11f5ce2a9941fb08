/// Reads a document into rules. Each section has a function here or beside here; what one of them finds wrong never
/// keeps the others from being read.
package struct RulesReader {
    var reading = NodeReading()
    var rules = Rules()
    static let entriesMax = 1000

    static let sections = [
        "edge_services", "gateway_services", "ok_status", "expected_failures", "must_exist", "dependencies",
        "envelope_fields", "route_templates", "objectives", "sampling", "fingerprints",
        "gateways", "alerts", "public_url", "exporters",
    ]

    /// The rules in a file's bytes, or everything that is wrong with them.
    package static func rules(_ bytes: [UInt8]) throws(ConfigurationError) -> Rules {
        guard let document = try YAMLReader.read(bytes) else { return Rules() }
        var reader = RulesReader()
        reader.read(document)
        guard reader.reading.mistakes.isEmpty else { throw ConfigurationError(reader.reading.mistakes) }
        return reader.rules
    }

    private mutating func read(_ document: YAMLNode) {
        guard let fields = reading.fields(document, Self.sections, of: "a configuration") else { return }
        rules.edgeServices = reading.names(fields["edge_services"], of: "edge_services")
        rules.gatewayServices = reading.names(fields["gateway_services"], of: "gateway_services")
        rules.mustExist = reading.names(fields["must_exist"], of: "must_exist")
        if let node = fields["ok_status"] { readTrust(node) }
        if let node = fields["dependencies"] { readDependencies(node) }
        readExpected(fields["expected_failures"])
        readEnvelope(fields["envelope_fields"])
        readTemplates(fields["route_templates"])
        readObjectives(fields["objectives"])
        readSampling(fields["sampling"])
        readFingerprints(fields["fingerprints"])
        readGateways(fields["gateways"])
        readAlerts(fields["alerts"])
        readPublicURL(fields["public_url"])
        readExporters(fields["exporters"])
    }

    private mutating func readTrust(_ node: YAMLNode) {
        guard !node.isEmpty,
            let fields = reading.fields(node, ["trusted_scopes", "untrusted_scopes"], of: "ok_status")
        else { return }
        rules.trustedScopes = reading.names(fields["trusted_scopes"], of: "trusted_scopes")
        rules.untrustedScopes = reading.names(fields["untrusted_scopes"], of: "untrusted_scopes")
        refuseBoth(fields["untrusted_scopes"], rules.trustedScopes, "trusted_scopes", "untrusted_scopes")
    }

    private mutating func readDependencies(_ node: YAMLNode) {
        guard !node.isEmpty, let fields = reading.fields(node, ["required", "best_effort"], of: "dependencies") else {
            return
        }
        rules.requiredDependencies = reading.names(fields["required"], of: "required")
        rules.bestEffortDependencies = reading.names(fields["best_effort"], of: "best_effort")
        refuseBoth(fields["best_effort"], rules.requiredDependencies, "required", "best_effort")
    }

    /// A name in two lists that contradict each other.
    private mutating func refuseBoth(_ second: YAMLNode?, _ first: [String], _ one: String, _ other: String) {
        guard case .list(let items) = second?.content else { return }
        for item in items {
            guard case .text(let text, _) = item.content, first.contains(text) else { continue }
            reading.wrong(item.place, "\(Quoted.text(text)) can't be both in \(one) and in \(other)")
        }
    }

    /// The entries of a list of mappings, bounded.
    mutating func entries(
        _ node: YAMLNode?, _ known: [String], of what: String, each: String
    ) -> [(place: Place, fields: [String: YAMLNode])] {
        let items = reading.items(node, of: what, example: "\"- \(known[0]): ...\"")
        if items.count > Self.entriesMax, let node {
            reading.wrong(node.place, "\(what) has \(Self.entriesMax) entries at most")
        }
        return items.prefix(Self.entriesMax).compactMap { item in
            reading.fields(item, known, of: each).map { (item.place, $0) }
        }
    }

    mutating func route(_ node: YAMLNode?) -> RouteName? {
        guard let node, let text = reading.name(node, of: "route") else { return nil }
        let route = RouteName(text: text)
        guard !route.template.isEmpty, route.template.first != " " else {
            reading.wrong(node.place, "route must be like 'GET /orders/{id}', not \(Quoted.text(text))")
            return nil
        }
        return route
    }

    mutating func require(_ key: String, _ fields: [String: YAMLNode], _ place: Place, of what: String) -> YAMLNode? {
        if let node = fields[key] { return node }
        reading.wrong(place, "\(what) needs \(key)")
        return nil
    }
}
