import Testing
import TraceModel

@Test func shortUpperCaseAndDashedTraceIDsAreRead() {
    #expect(TraceID(hex: "4BF92F3577B34DA6A3CE929D0E0E4736")?.description == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(TraceID(hex: "ff")?.description == "000000000000000000000000000000ff")
    #expect(TraceID(hex: "4bf92f35-77b3-4da6-a3ce-929d0e0e4736")?.low == 0xA3CE_929D_0E0E_4736)
}

@Test func zeroEmptyAndForeignIDsAreRefused() {
    #expect(TraceID(hex: "") == nil)
    #expect(TraceID(hex: "00000000000000000000000000000000") == nil)
    #expect(TraceID(hex: "xyz") == nil)
    #expect(TraceID(hex: String(repeating: "1", count: 33)) == nil)
    #expect(SpanID(hex: "10000000000000000") == nil)
    #expect(SpanID(hex: "0") == nil)
}

@Test func aRecordPacksAndUnpacksItsSmallFields() {
    var record = SpanRecord(spanID: SpanID(1), parentID: .none, startNanoseconds: 5)
    record.set(durationNanoseconds: .max, httpCode: 503)
    record.set(kind: .consumer, status: .error, outcome: .expected)
    record.grpcPlusOne = 15
    #expect(record.durationNanoseconds == SpanRecord.durationNanosecondsMax)
    #expect(record.httpCode == 503)
    #expect(record.kind == .consumer && record.status == .error && record.outcome == .expected)
    #expect(record.grpcCode == .unavailable)
}

@Test func onlyASpanThatSaysNothingBadIsPlain() {
    var record = SpanRecord(spanID: SpanID(1), parentID: .none, startNanoseconds: 0)
    record.set(kind: .server, status: .ok, outcome: .none)
    record.set(durationNanoseconds: 1, httpCode: 200)
    #expect(record.isPlain)
    record.set(kind: .server, status: .error, outcome: .none)
    #expect(!record.isPlain)
    record.set(kind: .server, status: .unset, outcome: .success)
    #expect(!record.isPlain)
    record.set(kind: .server, status: .unset, outcome: .none)
    record.set(durationNanoseconds: 1, httpCode: 404)
    #expect(!record.isPlain)
    record.set(durationNanoseconds: 1, httpCode: 0)
    record.grpcPlusOne = 6
    #expect(!record.isPlain)
}

@Test func theHarmfulBitsAreAllButTheHarmlessOnes() {
    #expect(SpanRecord.harmfulBits == ~SpanRecord.harmless.rawValue)
}
