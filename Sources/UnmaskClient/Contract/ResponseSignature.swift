import Digests
import Kernel
import Synchronization

/// Checks that an answer comes from whom it should, is fresh, and was not seen before.
///
/// The header has the form `t=1735689600,n=5f0c,k=2025,v1=<64 hex digits>`: seconds since 1970, a nonce, the name of
/// the key, and the HMAC-SHA256 of `t`, `n` and the body, joined with dots.
///
/// Several keys may be valid at once, so that keys can be changed without a moment in which answers fail.
public struct ResponseSignature: Sendable {
    public var header: String
    /// Secrets by the name of their key.
    public var keys: [String: [UInt8]]
    /// How far the signer's clock may be from this one's.
    public var tolerance: Duration
    private let nonces: NonceBook

    /// - Parameter noncesMax: How many nonces are remembered within the tolerance; the oldest are forgotten first.
    public init(
        keys: [String: [UInt8]], header: String = "Unmask-Signature", tolerance: Duration = .seconds(300),
        noncesMax: Int = 65_536
    ) {
        precondition(noncesMax > 0 && keys.values.allSatisfy { !$0.isEmpty }, "an empty secret is none")
        self.keys = keys
        self.header = header
        self.tolerance = tolerance
        nonces = NonceBook(capacity: noncesMax)
    }

    /// The header for an answer of this service's own.
    public func sign(_ body: some Sequence<UInt8>, key: String, nonce: String) -> String? {
        guard let secret = keys[key], nonce.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") })
        else { return nil }
        let seconds = Clock.wallNanoseconds / 1_000_000_000
        var code = HMACSHA256(key: secret)
        code.update("\(seconds).\(nonce).".utf8)
        code.update(body)
        let digits = code.code().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "t=\(seconds),n=\(nonce),k=\(key),v1=\(digits)"
    }

    /// The check of one answer, while its body streams by.
    struct Check: Sendable {
        enum Verdict: String, Sendable {
            case valid
            case missing = "signature_missing"
            case wrong = "signature_wrong"
            case expired = "signature_expired"
            case replayed = "signature_replayed"
        }

        private let signature: ResponseSignature
        private var code: HMACSHA256?
        private var shown: [UInt8] = []
        private var nonce = ""
        private var early: Verdict?

        init(_ signature: ResponseSignature, header: String?) {
            self.signature = signature
            guard let header, header.utf8.count <= 1024 else {
                early = .missing
                return
            }
            var fields: [Substring: Substring] = [:]
            for part in header.split(separator: ",") {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { fields[pair[0]] = pair[1] }
            }
            guard let time = fields["t"], let seconds = Int64(time), let nonce = fields["n"], let digits = fields["v1"],
                let secret = signature.keys[String(fields["k"] ?? "")], let shown = Self.bytes(digits)
            else {
                early = .wrong
                return
            }
            let now = Int64(Clock.wallNanoseconds / 1_000_000_000)
            let distance =
                seconds > now ? seconds.subtractingReportingOverflow(now) : now.subtractingReportingOverflow(seconds)
            if distance.overflow || distance.partialValue > signature.tolerance.components.seconds { early = .expired }
            self.shown = shown
            self.nonce = String(nonce)
            var code = HMACSHA256(key: secret)
            code.update("\(time).\(nonce).".utf8)
            self.code = code
        }

        mutating func update(_ bytes: some Sequence<UInt8>) { code?.update(bytes) }

        /// Only a right signature uses its nonce up: others can't spoil it for its owner.
        consuming func verdict() -> Verdict {
            guard let code else { return early ?? .wrong }
            guard ConstantTime.equal(shown, code.code()) else { return .wrong }
            if let early { return early }
            return signature.nonces.use(nonce, within: signature.tolerance) ? .valid : .replayed
        }

        private static func bytes(_ digits: Substring) -> [UInt8]? {
            guard digits.utf8.count == SHA256.digestBytes * 2 else { return nil }
            var bytes: [UInt8] = []
            var rest = digits[...]
            while !rest.isEmpty {
                guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            }
            return bytes
        }
    }
}

/// Nonces that were used lately; the oldest are forgotten first.
final class NonceBook: Sendable {
    private struct State {
        var known: Set<String> = []
        var ages: [(nonce: String, at: UInt64)] = []
        var first = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    func use(_ nonce: String, within tolerance: Duration) -> Bool {
        // Twice the tolerance: a signature may be as far ahead of this clock as behind it.
        let lifetime = tolerance.wholeNanoseconds &* 2
        let now = Clock.monotonicNanoseconds
        return state.withLock { state in
            while state.first < state.ages.count,
                state.known.count >= capacity || state.ages[state.first].at &+ lifetime < now
            {
                state.known.remove(state.ages[state.first].nonce)
                state.first += 1
            }
            if state.first > 1024, state.first * 2 > state.ages.count {
                state.ages.removeFirst(state.first)
                state.first = 0
            }
            guard state.known.insert(nonce).inserted else { return false }
            state.ages.append((nonce, now))
            return true
        }
    }
}
