import Testing
import TraceModel

@Test func aRecordIsOneCacheLine() {
    #expect(MemoryLayout<SpanRecord>.size == 64)
    #expect(MemoryLayout<SpanRecord>.stride == 64)
    #expect(MemoryLayout<SpanRow>.stride == 80)
}
