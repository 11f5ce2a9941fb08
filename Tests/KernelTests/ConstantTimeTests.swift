import Testing

@testable import Kernel

@Suite struct ConstantTimeTests {
    @Test(arguments: [("", ""), ("a", "a"), ("secret", "secret"), ("é", "é")])
    func theSecretIsKnown(shown: String, secret: String) {
        #expect(ConstantTime.equal(shown, secret))
    }

    @Test(arguments: [("", "a"), ("a", ""), ("b", "a"), ("secre", "secret"), ("secretsecret", "secret"), ("aa", "a")])
    func allElseIsNot(shown: String, secret: String) {
        #expect(!ConstantTime.equal(shown, secret))
    }
}
