import Synchronization
import Testing

@testable import HTTP

/// What only an attacker or a broken client sends ends its connection, and is counted.
@Suite struct HostileFrameTests {
    private func ends(
        _ fault: GRPCCounters.Fault, _ script: FrameScript, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let rig = ConversationRig().send(script, piece: 4096)
        #expect(rig.fault == fault, sourceLocation: sourceLocation)
        #expect(rig.isOver, sourceLocation: sourceLocation)
        #expect(rig.counters.ended(fault) == 1, sourceLocation: sourceLocation)
        rig.close()
        #expect(rig.bytesWaiting == 0, sourceLocation: sourceLocation)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"])
    func whatIsNotHTTP2(text: String) {
        var script = FrameScript(greeting: false)
        script.raw(Array(text.utf8))
        ends(.preface, script)
    }

    @Test func aRequestBeforeTheSettings() {
        var script = FrameScript(greeting: false)
        script.raw(FrameScript.preface)
        script.call(1, [1])
        ends(.frame, script)
    }

    @Test func aFloodOfPings() {
        var script = FrameScript()
        for _ in 0..<2000 { script.frame(FrameScript.ping, 0, 0, [UInt8](repeating: 1, count: 8)) }
        ends(.flood, script)
    }

    @Test func aFloodOfSettings() {
        var script = FrameScript()
        for _ in 0..<2000 { script.frame(FrameScript.settings, 0, 0, [0, 4, 0, 1, 0, 0]) }
        ends(.flood, script)
    }

    @Test func settingsWithThousandsOfEntries() {
        var script = FrameScript()
        script.frame(FrameScript.settings, 0, 0, (0..<2000).flatMap { _ in [0, 4, 0, 1, 0, 0] as [UInt8] })
        ends(.flood, script)
    }

    @Test func aFloodOfEmptyData() {
        var script = FrameScript()
        script.head(1)
        for _ in 0..<2000 { script.data(1, [], ended: false) }
        ends(.flood, script)
    }

    @Test func aFloodOfPriorities() {
        var script = FrameScript()
        for _ in 0..<2000 { script.frame(2, 0, 1, [0, 0, 0, 3, 1]) }
        ends(.flood, script)
    }

    @Test func aRapidReset() {
        var script = FrameScript()
        for number in 0..<2000 as Range<UInt32> {
            script.head(number * 2 + 1)
            script.frame(FrameScript.reset, 0, number * 2 + 1, FrameScript.number(8))
        }
        ends(.flood, script)
    }

    @Test func requestsThatMakeTheServerReset() {
        var script = FrameScript()
        for number in 0..<2000 as Range<UInt32> { script.head(number * 2 + 1, FrameScript.fields([("Upper", "x")])) }
        ends(.flood, script)
    }

    @Test func aFloodOfContinuations() {
        var script = FrameScript()
        script.frame(FrameScript.headers, 0, 1, FrameScript.block(FrameScript.fields()))
        for _ in 0..<1000 { script.frame(FrameScript.continuation, 0, 1, FrameScript.block([("a", "b")])) }
        ends(.header, script)
    }

    @Test func aHeaderThatUnpacksToMegabytes() {
        var script = FrameScript()
        // One field of 4,000 bytes goes into the table, and is named with one byte from then on.
        let value = String(repeating: "x", count: 3900)
        var block = FrameScript.block(FrameScript.fields())
        var remembered = FrameScript.block([("bomb", value)])
        remembered[0] = 0x40
        block += remembered + [UInt8](repeating: 0x80 | 62, count: 10_000)
        script.frame(FrameScript.headers, FrameScript.endHeaders, 1, block)
        ends(.header, script)
    }

    @Test func aHeaderThatIsOnlyTooLargeCostsItsCallAlone() {
        var script = FrameScript()
        script.call(1, [1], FrameScript.fields((0..<5).map { ("x-\($0)", String(repeating: "v", count: 2400)) }))
        script.call(3, [1])
        let rig = ConversationRig { $0.headerBytesMax = 8192 }.send(script)
        #expect(rig.answer(1).status == "8" && rig.answer(3).status == "0")
        #expect(rig.fault == nil && rig.heard.count == 1)
    }

    @Test func headerFieldsThatDoNotUnpack() {
        var script = FrameScript()
        script.frame(FrameScript.headers, FrameScript.endHeaders, 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        ends(.header, script)
    }

    @Test func dataOnAStreamThatNeverWas() {
        var script = FrameScript()
        script.data(5, [1, 2, 3])
        ends(.frame, script)
    }

    @Test func aFrameLargerThanAllowed() {
        var script = FrameScript()
        script.head(1)
        script.data(1, [UInt8](repeating: 0, count: 20_000))
        ends(.frame, script)
    }

    @Test func moreThanTheWindowAllows() {
        let rig = ConversationRig {
            $0.connectionWindowBytes = 1 << 20
            $0.streamWindowBytes = 65_535
        }
        var script = FrameScript()
        // The acknowledgement puts the server's settings in force.
        script.frame(FrameScript.settings, 1, 0, [])
        script.head(1)
        let part = [UInt8](repeating: 0, count: 16_000)
        script.data(1, FrameScript.message(part, announced: 10 << 20), ended: false)
        for _ in 0..<5 { script.data(1, part, ended: false) }
        // All at once: windows are given back only after what is read.
        rig.send(script.bytes)
        #expect(rig.fault == nil || rig.fault == .flowControl)
        var overflow = FrameScript()
        overflow.frame(FrameScript.windowUpdate, 0, 0, [0x7F, 0xFF, 0xFF, 0xFF])
        ends(.flowControl, overflow)
    }

    @Test func fieldsThatHTTP2ForbidsCostTheirCallAlone() {
        var script = FrameScript()
        script.call(1, [1], FrameScript.fields([("Upper", "case")]))
        script.call(3, [1], FrameScript.fields([("connection", "close")]))
        script.call(5, [1], Array(FrameScript.fields().dropFirst()))
        script.call(7, [1])
        let rig = ConversationRig().send(script)
        for stream in [1, 3, 5] as [UInt32] { #expect(rig.answer(stream).reset == 1, "stream \(stream)") }
        #expect(rig.answer(7).status == "0" && rig.heard.count == 1)
    }

    @Test func tooManyCallsAtOnceAreRefusedOneByOne() {
        let rig = ConversationRig { $0.streamsMax = 4 }
        var script = FrameScript()
        script.frame(FrameScript.settings, 1, 0, [])
        for number in 0..<6 as Range<UInt32> { script.head(number * 2 + 1) }
        rig.send(script)
        #expect(rig.callsUnderWay <= 4)
    }

    @Test func noMangledConversationBreaksTheInvariants() {
        let seed = UInt64.random(in: .min ... .max)
        var state = seed
        func roll(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var whole = FrameScript()
        whole.call(1, [1, 2, 3])
        whole.head(3, FrameScript.fields([("grpc-timeout", "1S"), ("grpc-encoding", "gzip")]))
        whole.data(3, FrameScript.message([1, 2, 3, 4], compressed: true))
        whole.frame(FrameScript.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])
        whole.frame(FrameScript.windowUpdate, 0, 0, [0, 0, 1, 0])
        whole.call(5, [1, 2, 3])
        for _ in 0..<2000 {
            var bytes = whole.bytes
            for _ in 0...roll(4) { bytes[24 + roll(bytes.count - 24)] = UInt8(roll(256)) }
            let rig = ConversationRig()
            rig.send(Array(bytes.prefix(roll(bytes.count + 1))), piece: 1 + roll(60))
            rig.close()
            #expect(rig.bytesWaiting == 0, "seed \(seed)")
        }
    }
}
