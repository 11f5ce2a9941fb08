import Foundation
import Testing
import TraceModel

@testable import Wire

/// Clients that keep to the protocol's letter, or don't, in ways that would hurt others.
@Suite struct RudeClientTests {
    @Test func aClientThatReadsNothingIsNotReadFromEither() throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let before = try collector.metric("process_resident_memory_bytes")
            let probe = try NativeProbe(collector)
            probe.setReceiveBuffer(4096)
            probe.send(BrokenFrame.hello("greedy"))
            let chunk = Self.emptyBatches(20_000)
            var wantsMore = true
            for _ in 0..<400 where wantsMore {
                wantsMore = probe.send(chunk, waiting: false)
                usleep(1000)
            }
            #expect(!wantsMore, "the collector took \(probe.sentBytes) bytes whose answers nobody read")
            let grown = try collector.metric("process_resident_memory_bytes") - before
            #expect(grown < 48e6)
            #expect(try collector.metric("unmask_native_connections_open") == 2)
        }
    }

    @Test func aClientThatReadsLateGetsEveryAnswer() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(collector)
        probe.setReceiveBuffer(65_536)
        probe.send(BrokenFrame.hello("late"))
        let sender = Thread {
            probe.send(Self.emptyBatches(30_000) + SpanSamples.frame([], sequence: 1))
        }
        sender.start()
        usleep(200_000)
        _ = try probe.welcome()
        for _ in 0..<30_000 { try #require(probe.ack().code == WireError.Code.missingSequence.number) }
        #expect(try probe.ack() == Ack(sequence: 1, result: .accepted))
    }

    /// Six bytes each; the rejection of one is more than ten times as long.
    static func emptyBatches(_ count: Int) -> [UInt8] {
        let frame: [UInt8] = [0, 0, 0, 2, 3, 0]
        return Array(repeatElement(frame, count: count).joined())
    }

    @Test func aCrowdThatSendsGarbageCostsAGoodClientNothing() throws {
        let collector = try CollectorProcess()
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededNumbers(seed: seed)
        let good = try NativeProbe(greeting: collector)
        let trace = SpanSamples.traceID()
        let all = SpanSamples.trace(trace, spans: 640)
        var crowd: [NativeProbe] = []
        for number in 0..<64 {
            let rude = number % 2 == 0 ? try NativeProbe(collector) : try NativeProbe(greeting: collector)
            rude.send((0..<Int.random(in: 1...3000, using: &random)).map { _ in .random(in: 0...255, using: &random) })
            crowd.append(rude)
            let spans = Array(all[(number * 10)..<(number * 10 + 10)])
            let ack = try good.deliver(spans, sequence: UInt64(number + 1))
            #expect(ack.result == .accepted && ack.acceptedSpans == 10, "seed \(seed)")
        }
        #expect(try collector.spans(of: trace.description).count == 640, "seed \(seed)")
        #expect(try collector.metric("unmask_native_spans_total") == 640, "seed \(seed)")
        crowd = []
        try collector.await("unmask_native_connections_open") { $0 == 1 }
        #expect(collector.isRunning, "seed \(seed)")
    }

    /// Good frames with one byte changed: whatever comes of it, the others are served and the collector lives.
    @Test func changedBytesInGoodFramesBringNothingDown() throws {
        let collector = try CollectorProcess()
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededNumbers(seed: seed)
        try undisturbed(collector) {
            for round in 0..<300 {
                let probe = try NativeProbe(greeting: collector)
                var bytes = SpanSamples.frame(
                    SpanSamples.trace(SpanSamples.traceID()), sequence: 1, compressed: round % 2 == 0)
                let position = Int.random(in: 4..<bytes.count, using: &random)
                bytes[position] ^= UInt8(1 << Int.random(in: 0...7, using: &random))
                probe.send(bytes)
                switch try probe.next() {
                case .frame(.ack, _), .frame(.error, _), .frame(.pong, _), .frame(.goodbye, _): break
                default:
                    // A changed kind: a pong is not answered, so nothing else may be silent.
                    #expect(bytes[4] == FrameKind.pong.rawValue, "seed \(seed)")
                }
            }
        }
    }

    @Test func oneByteAtATimeIsEnough() throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(collector)
            let trace = SpanSamples.traceID()
            let bytes =
                BrokenFrame.hello("slow") + SpanSamples.frame(SpanSamples.trace(trace), sequence: 1)
                + SpanSamples.frame(SpanSamples.trace(trace, spans: 3).suffix(1), sequence: 2, compressed: true)
            for byte in bytes { probe.send([byte]) }
            #expect(try probe.welcome().protocolVersion == 1)
            #expect(try probe.ack().acceptedSpans == 2)
            #expect(try probe.ack().acceptedSpans == 1)
            #expect(try collector.spans(of: trace.description).count == 3)
        }
    }

    @Test func aLargeFrameMayTrickleIn() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        let trace = SpanSamples.traceID()
        let bytes =
            SpanSamples.frame(SpanSamples.trace(trace, spans: 8000), sequence: 1)
            + SpanSamples.frame(SpanSamples.trace(SpanSamples.traceID()), sequence: 2)
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            probe.send(Array(bytes[start..<min(start + 1000, bytes.count)]))
        }
        #expect(try probe.ack().acceptedSpans == 8000)
        #expect(try probe.ack().acceptedSpans == 2)
        #expect(try collector.metric("unmask_native_spans_total") == 8002)
    }

    @Test func aClientThatHasClosedItsSideIsStillAnswered() throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(collector)
            let trace = SpanSamples.traceID()
            probe.send(BrokenFrame.hello("half"))
            probe.send(SpanSamples.frame(SpanSamples.trace(trace), sequence: 1))
            probe.endSending()
            _ = try probe.welcome()
            #expect(try probe.ack().acceptedSpans == 2)
            #expect(try probe.isClosed())
            #expect(try collector.spans(of: trace.description).count == 2)
        }
    }

    @Test func aGoodbyeIsAnsweredBehindEverythingElse() throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(greeting: collector)
            let trace = SpanSamples.traceID()
            probe.send(SpanSamples.frame(SpanSamples.trace(trace), sequence: 1) + BrokenFrame.frame(.goodbye))
            #expect(try probe.ack().acceptedSpans == 2)
            #expect(try probe.goodbye() == Goodbye())
            #expect(try probe.isClosed())
        }
    }

    @Test func attributesAndPathsDoNotFillTheTableOfNames() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        _ = try probe.deliver(SpanSamples.trace(SpanSamples.traceID()), sequence: 1)
        let before = try collector.metric("unmask_symbols")
        let spans = SpanSamples.trace(SpanSamples.traceID(), spans: 1000).enumerated().map { number, span in
            var span = span
            span.route = "/orders/\(100_000 + number)"
            span.attributes = [SpanAttribute("user", .string("user \(number)"))]
            return span
        }
        #expect(try probe.deliver(spans, sequence: 2).acceptedSpans == 1000)
        #expect(try collector.metric("unmask_symbols") - before <= 1)
    }

    @Test func underPressureBatchesArePutOffAndComeIn() throws {
        let collector = try CollectorProcess(["--memory", "128MiB", "--settle", "100ms"])
        let probe = try NativeProbe(greeting: collector)
        var spans = SpanSamples.trace(SpanSamples.traceID())
        spans[0].attributes = [SpanAttribute("large", .string(String(repeating: "x", count: 4_000_000)))]
        var payload = SpanSamples.payload(spans, sequence: 1)
        var deferred = 0
        for sequence: UInt64 in 1...60 {
            payload.replaceSubrange(1..<9, with: withUnsafeBytes(of: sequence.littleEndian) { Array($0) })
            while true {
                probe.send(.batch, payload)
                let ack = try probe.ack()
                try #require(ack.sequence == sequence && !ack.duplicate)
                guard ack.result == .retryLater else {
                    #expect(ack.result == .accepted && ack.acceptedSpans == 2)
                    break
                }
                #expect(ack.acceptedSpans == 0 && ack.retryMilliseconds > 0)
                deferred += 1
                usleep(ack.retryMilliseconds * 1000)
            }
        }
        #expect(try collector.metric("unmask_native_batches_deferred_total") == Double(deferred))
        #expect(try collector.metric("unmask_native_spans_total") == 120)
    }
}

/// Random numbers that a printed seed brings back.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
