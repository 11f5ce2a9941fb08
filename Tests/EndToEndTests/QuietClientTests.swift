import Foundation
import Testing
import TraceModel
import Wire

/// Clients that say nothing for too long.
@Suite struct QuietClientTests {
    @Test func aHelloThatNeverComes() throws {
        let collector = try CollectorProcess(["--hello-timeout", "100ms"])
        try undisturbed(collector) {
            let probe = try NativeProbe(collector)
            #expect(try probe.refusal() == WireError(.helloTimeout, "no Hello came within 100 ms"))
            #expect(try collector.metric("unmask_native_timeouts_total") == 1)
        }
    }

    @Test func aHelloThatTricklesForEver() throws {
        let collector = try CollectorProcess(["--hello-timeout", "200ms"])
        try undisturbed(collector) {
            let probe = try NativeProbe(collector)
            let hello = BrokenFrame.hello(String(repeating: "i", count: 200))
            let sender = Thread {
                for byte in hello where probe.send([byte]) { usleep(20_000) }
            }
            sender.start()
            #expect(try probe.refusal() == WireError(.helloTimeout, "no Hello came within 200 ms"))
        }
    }

    @Test func aClientThatFallsSilent() throws {
        let collector = try CollectorProcess(["--idle-timeout", "300ms", "--hello-timeout", "200ms"])
        let probe = try NativeProbe(greeting: collector)
        let other = try NativeProbe(greeting: collector)
        let trace = SpanSamples.traceID()
        #expect(try probe.deliver(SpanSamples.trace(trace), sequence: 1).acceptedSpans == 2)
        let offset = probe.sentBytes
        // Half a frame is silence too, once nothing follows.
        probe.send([0, 0, 0, 9, 3])
        for nonce: UInt64 in 1...8 {
            other.send(.ping, Ping(nonce: nonce).payload)
            #expect(try other.pong().nonce == nonce)
            usleep(100_000)
        }
        #expect(try probe.refusal() == WireError(.idleTimeout, "nothing came for 300 ms", offset: offset))
        #expect(try other.deliver(SpanSamples.trace(trace, spans: 3).suffix(1), sequence: 1).acceptedSpans == 1)
        #expect(try collector.spans(of: trace.description).count == 3)
    }

    @Test func theWelcomeSaysHowLongSilenceMayLast() throws {
        let collector = try CollectorProcess(["--idle-timeout", "1500ms"])
        let probe = try NativeProbe(collector)
        probe.send(BrokenFrame.hello("a"))
        #expect(try probe.welcome().idleMilliseconds == 1500)
    }
}
