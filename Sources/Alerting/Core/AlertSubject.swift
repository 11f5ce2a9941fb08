package import Findings

/// What an alert is about. With the rule's name it is what there is one alert of at a time.
package enum AlertSubject: Sendable, Hashable {
    case pattern(Fingerprint)
    case route(RouteKey)
    /// The collector itself; the text tells its alerts apart.
    case collector(String)

    package var fingerprint: Fingerprint? {
        if case .pattern(let fingerprint) = self { fingerprint } else { nil }
    }

    /// The same in every run: ids are computed from it and databases hold it.
    var text: String {
        switch self {
        case .pattern(let fingerprint): "pattern \(fingerprint)"
        case .route(let key): "route \(key.service)\u{0}\(key.route)"
        case .collector(let name): "collector \(name)"
        }
    }

    init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "pattern":
            guard let fingerprint = Fingerprint(hex: parts[1]) else { return nil }
            self = .pattern(fingerprint)
        case "route":
            let names = parts[1].split(separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false)
            guard names.count == 2 else { return nil }
            self = .route(RouteKey(service: String(names[0]), route: String(names[1])))
        case "collector": self = .collector(String(parts[1]))
        default: return nil
        }
    }
}

package struct AlertKey: Sendable, Hashable {
    package var rule: String
    package var subject: AlertSubject

    package init(_ rule: String, _ subject: AlertSubject) {
        self.rule = rule
        self.subject = subject
    }
}

/// Ids that come out the same when the same thing is told again after a crash, and otherwise never.
enum StableID {
    /// 128 bits over the parts, by way of the fingerprint of a name that nobody gives to a pattern.
    static func of(_ parts: String...) -> String {
        var names = PatternNames()
        names.alias = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return Fingerprint(of: names, tenant: "alerting").hex
    }
}
