import Alerting
import Platform

/// A message that is marked as a test and says nothing about anything.
enum TestNotice {
    static func make(_ wallNanoseconds: UInt64) -> Notice {
        let number = String(ThreadLocal.randomBits, radix: 16)
        var alert = Alert(
            id: "test-\(number)", rule: "test", severity: .info, state: .firing,
            labels: [Alert.Label("test", "true")],
            summary: "This is a test message of Unmask: nothing has failed.",
            description: "Somebody asked whether messages arrive here (unmask exporters test).",
            startedNanoseconds: wallNanoseconds)
        alert.figures.traces = 0
        return Notice(
            id: "test-\(number)", kind: .test, group: "test", alerts: [alert], createdNanoseconds: wallNanoseconds)
    }
}
