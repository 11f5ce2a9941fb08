/// Secrets are compared here and nowhere else.
package enum ConstantTime {
    /// Takes as long wherever the first difference is; only the length of what was shown can be learned from it.
    package static func equal(_ shown: some Collection<UInt8>, _ secret: some Collection<UInt8>) -> Bool {
        let shown = Array(shown)
        let secret = Array(secret)
        var difference = shown.count ^ secret.count
        for index in shown.indices {
            difference |= Int(shown[index] ^ (secret.isEmpty ? 1 : secret[index % secret.count]))
        }
        return difference == 0
    }

    package static func equal(_ shown: String, _ secret: String) -> Bool { equal(shown.utf8, secret.utf8) }
}
