import TraceModel

/// What counts as a failure, and what does not.
extension RulesReader {
    mutating func readExpected(_ node: YAMLNode?) {
        let each = "an expected failure"
        for (place, fields) in entries(
            node, ["service", "route", "code", "class"], of: "expected_failures", each: each)
        {
            var failure = ExpectedFailure()
            failure.service = fields["service"].flatMap { reading.name($0, of: "service") } ?? ""
            failure.route = route(fields["route"])
            if fields["service"] == nil, fields["route"] == nil {
                reading.wrong(place, "\(each) needs service or route: everywhere would be too much")
            }
            failure.codes = reading.oneOrMore(fields["code"]).compactMap { code($0) }
            failure.classes = reading.oneOrMore(fields["class"]).compactMap { originClass($0) }
            rules.expectedFailures.append(failure)
        }
    }

    private mutating func code(_ node: YAMLNode) -> AnswerCode? {
        guard let text = reading.name(node, of: "code") else { return nil }
        if let number = UInt16(text), (100...599).contains(number) { return .http(number) }
        if Int(text) == nil, let code = GRPCCode(text: text) { return .grpc(code) }
        let hint = NearestName.hint(text.uppercased(), among: GRPCCode.allCases.map(\.name))
        let expected = "an HTTP code from 100 to 599 or a gRPC code such as UNAVAILABLE"
        reading.wrong(node.place, "code must be \(expected), not \(Quoted.text(text))\(hint)")
        return nil
    }

    private mutating func originClass(_ node: YAMLNode) -> OriginClass? {
        guard let text = reading.name(node, of: "class") else { return nil }
        if let known = OriginClass(name: text) { return known }
        let names = OriginClass.allNames
        let hint = NearestName.hint(text, among: names)
        let choices = hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint
        reading.wrong(node.place, "\(Quoted.text(text)) is no class of failure\(choices)")
        return nil
    }

    mutating func readEnvelope(_ node: YAMLNode?) {
        let each = "an envelope field"
        for (place, fields) in entries(node, ["field", "failures"], of: "envelope_fields", each: each) {
            let name = require("field", fields, place, of: each).flatMap { reading.name($0, of: "field") }
            guard let list = require("failures", fields, place, of: each) else { continue }
            let failures = reading.names(list, of: "failures")
            if case .list(let items) = list.content, items.isEmpty {
                reading.wrong(list.place, "failures names no value")
            }
            guard let name else { continue }
            if rules.envelopeFields.contains(where: { $0.name == name }) {
                reading.wrong(place, "\(Quoted.text(name)) stands in envelope_fields twice")
            }
            rules.envelopeFields.append(EnvelopeField(name: name, failures: failures))
        }
    }
}
