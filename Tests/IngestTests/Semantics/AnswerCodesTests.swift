import Testing
import TraceModel

@Suite struct AnswerCodesTests {
    @Test(arguments: [
        ("http.response.status_code", AttributeValue.int(503)), ("http.status_code", .int(503)),
        ("http.status_code", .string("503")), ("http.status_code", .double(503)),
        ("http.status_code", .string("503.0")),
        ("http.status_code", .list([.string("503")])),
    ])
    func httpCodesAreReadFromEveryNameAndSpelling(key: String, value: AttributeValue) {
        #expect(Reading.span(.server, [key: value]).httpCode == 503)
    }

    @Test func theNewerNameOfACodeWins() {
        let span = Reading.span(.server, ["http.status_code": 200, "http.response.status_code": 503])
        #expect(span.httpCode == 503)
    }

    @Test(arguments: [AttributeValue.int(0), .string("0"), .string("-"), .string(""), .double(0)])
    func emptyCodesMeanThatNoResponseCame(value: AttributeValue) {
        let span = Reading.span(.client, ["http.status_code": value])
        #expect(span.httpCode == 0)
        #expect(span.evidence.contains(.noResponse))
    }

    @Test(arguments: [AttributeValue.int(70_000), .int(-1), .string("okay"), .bool(true), .int(99)])
    func codesThatHTTPDoesNotHaveAreNoCodes(value: AttributeValue) {
        let span = Reading.span(.client, ["http.status_code": value])
        #expect(span.httpCode == 0)
        #expect(!span.evidence.contains(.noResponse))
    }

    @Test(arguments: [
        ("rpc.response.status_code", AttributeValue.string("UNAVAILABLE")), ("rpc.status_code", .int(14)),
        ("rpc.grpc.status_code", .int(14)), ("rpc.grpc.status_code", .string("14")),
        ("grpc.status_code", .string("Unavailable")), ("rpc.connect_rpc.error_code", .string("unavailable")),
    ])
    func grpcCodesAreReadFromEveryNameAndSpelling(key: String, value: AttributeValue) {
        #expect(Reading.span(.client, [key: value]).grpcCode == .unavailable)
    }

    @Test func aCodeOfJSONRPCIsNoCodeOfGRPC() {
        let span = Reading.span(.client, ["rpc.system": "jsonrpc", "rpc.response.status_code": 5])
        #expect(span.grpcCode == nil)
        #expect(span.evidence.contains(.jsonRPCError))
    }

    @Test(arguments: [
        (-32700, true), (-32600, true), (-32601, true), (-32602, true), (-32603, false), (-32000, false), (7, false),
    ])
    func codesOfJSONRPCBlameTheCallerOrTheCallee(code: Int64, isCallers: Bool) {
        let span = Reading.span(.client, ["rpc.jsonrpc.error_code": .int(code)])
        #expect(span.evidence.contains(.jsonRPCRefused) == isCallers)
        #expect(span.evidence.contains(.jsonRPCError) != isCallers)
    }
}
