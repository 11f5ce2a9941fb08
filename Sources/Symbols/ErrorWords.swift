package import TraceModel

/// What an error's type says about its nature: `ReadTimeout`, `ConnectionRefusedError`, `java.net.SocketException`.
package enum ErrorWords {
    package static func evidence(_ type: UnsafeBufferPointer<UInt8>) -> Evidence {
        let text = String(decoding: type.prefix(256), as: UTF8.self).lowercased()
        var evidence: Evidence = .errorType
        if ["cancel", "aborted by the user", "aborterror", "clientdisconnect"].contains(where: { text.contains($0) }) {
            evidence.insert(.cancelled)
        }
        if ["timeout", "timedout", "timed_out", "deadline"].contains(where: { text.contains($0) }) {
            evidence.insert(.timedOut)
        }
        if ["connect", "refused", "unreachable", "unknownhost", "nameresolution", "dns", "eai_again", "enotfound"]
            .contains(where: { text.contains($0) }) && !evidence.contains(.timedOut)
        {
            evidence.insert(.connectFailed)
        }
        if ["tls", "ssl", "certificate", "x509"].contains(where: { text.contains($0) }) { evidence.insert(.tlsFailed) }
        return evidence
    }
}
