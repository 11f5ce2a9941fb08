/// Where a secret is to be found. The secret itself never stands in a configuration.
package enum SecretSource: Hashable, Sendable {
    case file(String)
    case environment(String)
}
