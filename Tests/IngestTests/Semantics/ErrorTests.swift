import Testing
import TraceModel

@Suite struct ErrorTests {
    @Test(arguments: [
        (AttributeValue.bool(true), true), (.string("true"), true), (.string("connection reset"), true),
        (.string(""), true), (.bool(false), false), (.string("false"), false), (.int(0), false),
    ])
    func aTagErrorCountsUnlessItSaysFalse(value: AttributeValue, isError: Bool) {
        #expect(Reading.span(.client, ["error": value]).evidence.contains(.errorTag) == isError)
    }

    @Test func statusInATagIsStatus() {
        #expect(Reading.span(.client, ["otel.status_code": "ERROR"]).status == .error)
        #expect(Reading.span(.client, ["otel.status_code": "OK"]).status == .ok)
    }

    @Test(arguments: [
        ("ReadTimeout", Evidence.timedOut), ("java.net.ConnectException", .connectFailed), ("SSLError", .tlsFailed),
        ("asyncio.exceptions.CancelledError", .cancelled), ("context canceled", .cancelled),
    ])
    func anErrorTypeTellsTheNatureOfTheError(type: String, nature: Evidence) {
        let span = Reading.span(.client, ["error.type": .string(type)])
        #expect(span.errorType == type)
        #expect(span.evidence.isSuperset(of: [.errorType, nature]))
    }

    @Test func anExceptionThatNobodyCallsAnErrorStaysWeak() {
        let span = Reading.span(.internal) {
            $0.events = [Reading.event("exception", ["exception.type": "ValueError"])]
        }
        #expect(span.evidence.contains(.exceptionEvent))
        #expect(!span.evidence.contains(.errorType))
        #expect(span.errorType.isEmpty)
    }

    @Test func anExceptionUnderAnErrorNamesItsType() {
        let span = Reading.span(.internal) {
            $0.status = .error
            $0.events = [Reading.event("exception", ["exception.type": "ValueError"])]
        }
        #expect(span.errorType == "ValueError")
    }

    @Test(arguments: [
        ("Read timed out. (read timeout=1)", Evidence.timedOut), ("[Errno 111] Connection refused", .connectFailed),
        ("certificate verify failed: unable to get issuer", .tlsFailed),
    ])
    func aMessageOfAnErrorTellsWhatItsTypeDoesNot(message: String, nature: Evidence) {
        let failed = Reading.span { span in
            span.status = .error
            span.statusMessage = message
        }
        #expect(failed.evidence.contains(nature))
        let fine = Reading.span { $0.statusMessage = message }
        #expect(!fine.evidence.contains(nature))
    }

    @Test func anOrderThatWasCancelledIsNoCancellation() {
        let span = Reading.span {
            $0.status = .error
            $0.statusMessage = "the order was cancelled by its buyer"
        }
        #expect(!span.evidence.contains(.cancelled))
    }

    @Test func statusOKIsTrustedFromCodeAndFromNoGateway() {
        func evidence(_ scope: String, _ attributes: [String: AttributeValue] = [:]) -> Evidence {
            Reading.span(.server, attributes.merging(["otel.scope.name": .string(scope)]) { $1 }) { $0.status = .ok }
                .evidence
        }
        #expect(evidence("shop.checkout").contains(.trustedOK))
        #expect(!evidence("envoy").contains(.trustedOK))
        #expect(!evidence("mesh", ["component": "proxy"]).contains(.trustedOK))
        #expect(!Reading.span(.server) { $0.status = .ok }.evidence.contains(.trustedOK))
    }
}
