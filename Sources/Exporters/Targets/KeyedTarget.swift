import JSON

/// Puts a secret into the body on its way out, for targets that want it there: what waits on disk holds none.
final class KeyedTarget: DeliveryTarget {
    private let web: WebTarget
    private let member: String
    private let secret: Secret

    init(web: WebTarget, member: String, secret: Secret) {
        self.web = web
        self.member = member
        self.secret = secret
    }

    func deliver(_ parcel: Parcel) -> DeliveryOutcome {
        var keyed = parcel
        var writer = JSONWriter()
        writer.object { $0.field(member, secret.text) }
        // Both are objects: the first one's end and the second one's beginning become a comma.
        keyed.body = writer.bytes.dropLast() + [UInt8(ascii: ",")] + parcel.body.dropFirst()
        return web.deliver(keyed)
    }

    func interrupt() { web.interrupt() }
}
