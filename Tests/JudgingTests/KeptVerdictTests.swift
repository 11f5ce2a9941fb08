import Findings
import Foundation
import Testing
import TraceModel
import TraceStore

@testable import Judging

/// The words of a kept trace follow what is said of it, as long as anything is.
@Suite struct KeptVerdictTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID())").path

    private func open() throws -> FindingsDatabase {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try FindingsDatabase(path: folder + "/findings.sqlite")
    }

    private func words(_ trace: TraceID, in database: FindingsDatabase) throws -> String? {
        #expect(database.flush())
        return try database.keptTrace(trace).map { String(decoding: $0.verdictJSON, as: UTF8.self) }
    }

    @Test(arguments: [false, true])
    func aKeptTraceTellsTheRevisedVerdict(isSkeletonByThen: Bool) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try open()
        defer { database.close() }
        let rig = try LinkRig(database: database)
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        order.deliver(1, failing: true)
        rig.settle()
        #expect(try words(order.accepting, in: database) == "masked of 2")
        if isSkeletonByThen {
            rig.store.dropOldest(atNanoseconds: rig.now)
            #expect(rig.store.snapshot(of: order.accepting)?.age == .skeleton)
        }
        order.deliver(2, failing: false)
        rig.settle()
        #expect(rig.finding(order.accepting)?.verdict == .recovered)
        #expect(try words(order.accepting, in: database)?.hasPrefix("recovered of ") == true)
        #expect(try database.keptTrace(order.accepting)?.spans.isEmpty == false, "the spans stay as they were")
    }
}
