import Foundation
import HTTP
import JSON
import Testing

/// The program itself with exporters in its configuration.
@Suite(.serialized) struct ExportingCollectorTests {
    private func configuration(_ box: PostBox, _ folder: TemporaryFolder, type: String = "webhook") throws -> String {
        let path = folder.file("unmask.yaml")
        try RealGateway.write(
            """
            exporters:
              - name: hook
                type: \(type)
                url: \(box.url)/hook
                secret_env: UNMASK_TEST_KEY
                allow_private: 127.0.0.1
                sends: [alerts, findings]
            """, path)
        return path
    }

    @Test func aTestFromTheCommandLineTellsTheAnswer() throws {
        let box = try PostBox()
        let folder = TemporaryFolder()
        let path = try configuration(box, folder)
        setenv("UNMASK_TEST_KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1)
        let collector = try CollectorProcess(["--config", path], folder: folder)
        let said = try command(["exporters", "test", "hook"], collector)
        #expect(said.code == 0 && said.out == "hook took the message: 202 thank you\n")
        #expect(box.posts.count == 1 && box.posts[0].headers["webhook-signature"]?.hasPrefix("v1,") == true)
        box.answer(HTTPResponse(status: 503, text: "closed"))
        let refused = try command(["exporters", "test", "hook"], collector)
        #expect(refused.code == 1 && refused.out == "hook did not take the message: 503 closed\n")
        let list = try command(["exporters"], collector)
        #expect(list.code == 0 && list.out.contains("hook") && list.out.contains("webhook"))
        #expect(try command(["exporters", "test", "nobody"], collector).code == 1)
        #expect(try command(["exporters", "dead", "hook"], collector).out == "no dead letters\n")
        #expect(try command(["exporters", "replay", "hook"], collector).out == "0 replayed\n")
        #expect(try command(["exporters", "fly", "hook"], collector).code == 64)
        let metrics = String(decoding: try collector.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("unmask_exporter_queue{exporter=\"hook\"} 0"))
        #expect(metrics.contains("unmask_exporter_up{exporter=\"hook\"} 1"))
        #expect(!metrics.contains("whsec_"))
        #expect(try collector.stop() == 0)
    }

    private func command(_ words: [String], _ collector: CollectorProcess) throws -> (code: Int32, out: String) {
        let process = try ChildProcess(
            CollectorProcess.executable, words + ["--server", collector.url], name: "command-\(UUID().uuidString)")
        return (try process.wait(), process.out)
    }

    @Test func aSecretThatIsNotThereIsToldAtTheStart() throws {
        let folder = TemporaryFolder()
        let path = folder.file("unmask.yaml")
        try RealGateway.write(
            "exporters:\n  - {name: hook, type: webhook, url: 'https://example.com', secret_env: UNMASK_NO_SUCH_KEY}\n",
            path)
        let process = try ChildProcess(
            CollectorProcess.executable, CollectorProcess.words(folder) + ["--config", path], name: "serve")
        #expect(try process.wait() == 78)
        #expect(process.err.contains("the environment has no UNMASK_NO_SUCH_KEY"))
    }

    /// A masked trace becomes a signed message; what could not be delivered survives kill -9 and comes after it.
    @Test func aFindingSurvivesAKillAndArrives() throws {
        let box = try PostBox()
        box.stop()
        let folder = TemporaryFolder()
        let path = try configuration(box, folder)
        setenv("UNMASK_TEST_KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1)
        let first = try CollectorProcess(["--config", path], folder: folder)
        try load(first)
        try eventually("messages wait") {
            let items = try JSONParser.parse(first.get("/api/v1/exporters").body)["items"]?.array
            return (items?.first?["waiting"]?.int64 ?? 0) > 0
        }
        first.send(SIGKILL)
        #expect(try first.wait() != 0)
        try box.start()
        let second = try CollectorProcess(["--config", path], folder: folder)
        try eventually("they arrive") { try box.received().contains { $0.contains("\"verdict\":\"masked\"") } }
        try eventually("nothing waits") {
            let items = try JSONParser.parse(second.get("/api/v1/exporters").body)["items"]?.array
            return items?.first?["waiting"]?.int64 == 0
        }
        #expect(try second.stop() == 0)
    }

    /// From spans to people: a new pattern becomes an alert, the alert a signed message, and the list says so.
    @Test func aMaskedFailureReachesPeopleAndTheListSaysWhoWasTold() throws {
        let box = try PostBox()
        let folder = TemporaryFolder()
        let path = try configuration(box, folder)
        setenv("UNMASK_TEST_KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1)
        let collector = try CollectorProcess(["--config", path], folder: folder)
        try load(collector)
        try eventually("an alert arrives") {
            try box.received().contains { $0.contains("\"type\":\"unmask.alert.firing\"") }
        }
        try eventually("the list says whom it was told") {
            let alerts = try JSONParser.parse(collector.get("/api/v1/alerts").body)["items"]?.array ?? []
            return alerts.contains { alert in
                alert["told"]?.array?.contains {
                    $0["exporter"]?.string == "hook" && $0["state"]?.string == "delivered"
                        && $0["answer"]?.string?.hasPrefix("202") == true
                } == true
            }
        }
        let said = try command(["alerts", "test", "hook"], collector)
        #expect(said.code == 0 && said.out.hasPrefix("hook took the message: 202"))
        #expect(try collector.stop() == 0)
    }

    private func load(_ collector: CollectorProcess) throws {
        let process = try ChildProcess(
            CollectorProcess.executable,
            ["load", "--spans", "4000", "--rate", "4000", "--to", "127.0.0.1:\(collector.nativePort)"], name: "load")
        #expect(try process.wait(seconds: 40) == 0, "\(process.err)")
    }

    @Test func otherExportersTakeOverOnSIGHUP() throws {
        let (one, two) = (try PostBox(), try PostBox())
        let folder = TemporaryFolder()
        let path = try configuration(one, folder)
        setenv("UNMASK_TEST_KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1)
        let collector = try CollectorProcess(["--config", path], folder: folder)
        _ = try configuration(two, folder)
        collector.send(SIGHUP)
        try eventually("the other target is told") {
            _ = try command(["exporters", "test", "hook"], collector)
            return !two.posts.isEmpty
        }
        #expect(try collector.stop() == 0)
    }
}
