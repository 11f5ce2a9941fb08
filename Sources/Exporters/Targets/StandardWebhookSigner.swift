import Digests
import HTTP

/// The three headers of Standard Webhooks. Every key signs, so that keys can be changed without a moment at which a
/// receiver knows none of them.
struct StandardWebhookSigner: Sendable {
    private let keys: [[UInt8]]
    private static let mark = "whsec_"

    /// `whsec_` and base64, as the standard has it; anything else is the key itself.
    init(_ secrets: [Secret]) throws(ExportError) {
        var keys: [[UInt8]] = []
        for secret in secrets {
            guard secret.text.hasPrefix(Self.mark) else {
                keys.append(Array(secret.text.utf8))
                continue
            }
            guard let key = Base64.decode(secret.text.dropFirst(Self.mark.count).utf8), !key.isEmpty else {
                throw ExportError("a secret that begins with whsec_ goes on in base64")
            }
            keys.append(key)
        }
        self.keys = keys
    }

    func headers(_ parcel: Parcel, wallNanoseconds: UInt64) -> HTTPHeaders {
        let seconds = wallNanoseconds / 1_000_000_000
        let signatures = keys.map { key in
            var code = HMACSHA256(key: key)
            code.update("\(parcel.id).\(seconds).".utf8)
            code.update(parcel.body)
            return "v1," + Base64.encode(code.code())
        }
        return [
            "webhook-id": parcel.id, "webhook-timestamp": "\(seconds)",
            "webhook-signature": signatures.joined(separator: " "),
        ]
    }
}
