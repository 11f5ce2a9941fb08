package import HTTP
import JSON

/// Serves the OpenAPI 3.1 document of everything under this server.
package struct OpenAPIDesk: Sendable {
    private let document: HTTPResponse

    package init(version: String) {
        document = HTTPResponse(json: OpenAPIDocument(version: version, parts: APIPart.all).writer)
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/openapi.json") { _ in document }
    }
}

struct OpenAPIDocument {
    let version: String
    let parts: [APIPart]

    var writer: JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("openapi", "3.1.0")
            writer.objectField("info") { writer in
                writer.field("title", "Unmask")
                writer.field("version", version.isEmpty ? "0" : version)
                writer.field(
                    "description",
                    "Masked failures: what callers were told, what they got, and where it was hidden. Times are "
                        + "RFC 3339 in UTC, durations nanoseconds; fields may be added at any time.")
            }
            writer.arrayField("tags", of: parts) { writer, part in
                writer.object { writer in
                    writer.field("name", part.tag)
                    writer.field("description", part.about)
                }
            }
            writer.objectField("paths") { paths(&$0) }
            writer.objectField("components") { components(&$0) }
            writer.arrayField("security", of: ["token", nil]) { writer, name in
                writer.object { writer in
                    if let name { writer.field(name, [String]()) }
                }
            }
        }
        return writer
    }

    private func paths(_ writer: inout JSONWriter) {
        var seen: [String] = []
        let operations = parts.flatMap { part in part.operations.map { (tag: part.tag, operation: $0) } }
        for path in operations.map(\.operation.path) where !seen.contains(path) {
            seen.append(path)
            writer.objectField(path) { writer in
                for (tag, operation) in operations where operation.path == path {
                    writer.key(operation.method.lowercased())
                    operation.write(tag: tag, to: &writer)
                }
            }
        }
    }

    private func components(_ writer: inout JSONWriter) {
        writer.objectField("schemas") { writer in
            for (name, schema) in parts.flatMap(\.schemas) { writer.field(name, schema) }
            writer.field(
                "Problem",
                APISchema.object([("type", .text), ("title", .text), ("status", .integer(400...599))]))
        }
        writer.objectField("responses") { writer in
            writer.objectField("Problem") { writer in
                writer.field("description", "What is wrong, as RFC 9457 writes it.")
                writer.objectField("content") { writer in
                    writer.objectField("application/problem+json") {
                        $0.field("schema", APISchema.reference("Problem"))
                    }
                }
            }
        }
        writer.objectField("securitySchemes") { writer in
            writer.objectField("token") { writer in
                writer.field("type", "http")
                writer.field("scheme", "bearer")
            }
        }
    }
}
