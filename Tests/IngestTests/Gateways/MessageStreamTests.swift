import Ingest
import Testing

/// Messages are the same however their bytes come.
@Suite struct MessageStreamTests {
    private func messages(_ bytes: [UInt8], pieces: Int) -> [String] {
        var stream = MessageStream(.syslog, messageBytesMax: 20)
        var found: [String] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            Array(bytes[start..<min(start + pieces, bytes.count)]).withUnsafeBytes { piece in
                stream.append(piece) { found.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        return found
    }

    @Test(
        arguments: [
            ("a\nb\r\n\n\nc\n", ["a", "b", "c"]), ("4 <1>x5 <1>yz6 <1>abc", ["<1>x", "<1>yz", "<1>abc"]),
            ("12 o'clock\n99999 x\n5 <1>yz", ["12 o'clock", "99999 x", "<1>yz"]),
            ("30 <1>" + String(repeating: "x", count: 27) + "5 <1>yz", ["<1>yz"]),
            ("123456789012345678901\nb\n", ["b"]), ("12345678901234567890\nb\n", ["12345678901234567890", "b"]),
            ("half", []), ("123", []), ("7 <1>", []),
        ] as [(String, [String])])
    func streams(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        for pieces in 1...(bytes.count + 1) { #expect(messages(bytes, pieces: pieces) == expected, "\(pieces)") }
    }

    @Test func syslogsHeaders() {
        let messages = [
            "<190>Nov 21 11:32:06 host nginx: {x}", "<190>Nov  1 11:32:06 nginx: {x}",
            "<134>Nov 21 11:32:06 a h[7]: {x}",
            "<134>1 2026-11-21T11:32:06Z h a 7 id - {x}", "<134>1 - - - - - [a b=\"]\\\"\"][c] \u{FEFF}{x}", "{x}",
            "<13>{x}", "<13>2026-11-21T11:32:06.5+01:00 host app: {x}", "<13>host: {x}\n", "<13>Nov 21 11:32:06 {x}",
        ]
        for message in messages {
            let content = SyslogMessage.content(Array(message.utf8)[...])
            #expect(String(decoding: content, as: UTF8.self) == "{x}", "\(message)")
        }
        for broken in ["", "<", "<>", "<1", "<13>", "<13>1", "<13>1 a", "<13>1 - - - - - [", "<13>Nov 21 11:32:06 "] {
            _ = SyslogMessage.content(Array(broken.utf8)[...])
        }
    }
}
