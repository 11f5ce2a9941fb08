import HTTP
import JSON
import Testing

@testable import Query

@Suite struct OpenAPITests {
    private func document() throws -> JSONValue {
        try JSONParser.parse(OpenAPIDocument(version: "1", parts: APIPart.all).writer.bytes)
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let document = try document()
        var references: [String] = []
        func walk(_ value: JSONValue) {
            for member in value.object?.members ?? [] {
                if member.key == "$ref", let reference = member.value.string { references.append(reference) }
                walk(member.value)
            }
            for element in value.array ?? [] { walk(element) }
        }
        walk(document)
        #expect(references.count > 20)
        for reference in references {
            let place = reference.split(separator: "/").dropFirst().reduce(document as JSONValue?) { $0?[String($1)] }
            #expect(place != nil, "\(reference)")
        }
    }

    @Test func operationsHaveNamesOfTheirOwnAndPathsTheirParameters() throws {
        let operations = APIPart.all.flatMap(\.operations)
        #expect(Set(operations.map { "\($0.method) \($0.path)" }).count == operations.count)
        for operation in operations {
            let named = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            #expect(named == operation.parameters.filter { $0.place == .path }.map(\.name), "\(operation.path)")
        }
        let paths = try #require(try document()["paths"]?.object)
        var names: [String] = []
        for path in paths.members {
            for operation in path.value.object?.members ?? [] {
                names.append(operation.value["operationId"]?.string ?? "")
            }
        }
        #expect(Set(names).count == operations.count && !names.contains(""))
    }

    /// What a desk answers is described, and what is described is there.
    @Test func documentAndDesksNameTheSameParameters() throws {
        let rig = try ApiRig()
        for operation in APIPart.all.flatMap(\.operations) where operation.method == "GET" {
            guard operation.path.hasPrefix("/api/v1/"), !operation.path.contains("{") else { continue }
            let answer = try rig.get("\(operation.path)?no-such-parameter=1")
            guard answer.status == 400 else { continue }
            let detail = try JSONParser.parse(answer.body)["detail"]?.string ?? ""
            let known =
                detail.split(separator: "there are ").last.map { $0.split(separator: ", ").map(String.init) } ?? []
            let described = operation.parameters.filter { $0.place == .query }.map(\.name)
            #expect(Set(known) == Set(described), "\(operation.path)")
        }
    }
}
