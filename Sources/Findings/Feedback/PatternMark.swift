/// What a person said of a pattern: by whom, when and why.
package struct PatternMark: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It is meant to happen: chains of this pattern hide nothing.
        case expected
        /// It hurts: where only weak signs spoke of it, it is masked.
        case real
    }

    package let fingerprint: Fingerprint
    package let kind: Kind
    package let author: String
    package let note: String
    package let markedNanoseconds: UInt64

    package init(fingerprint: Fingerprint, kind: Kind, author: String, note: String, markedNanoseconds: UInt64) {
        self.fingerprint = fingerprint
        self.kind = kind
        self.author = author
        self.note = note
        self.markedNanoseconds = markedNanoseconds
    }
}
