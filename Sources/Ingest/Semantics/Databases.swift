import TraceModel

/// Calls of databases, caches and object stores.
enum Databases {
    private static let systems = ["db.system.name", "db.system", "db.type"]
    private static let namespaces = ["db.namespace", "db.name", "db.instance"]
    private static let operations = ["db.operation.name", "db.operation"]
    private static let collections = [
        "db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "aws.dynamodb.table_names",
    ]
    private static let statements = ["db.query.text", "db.statement", "sql.query"]
    private static let caches: Set<String> = [
        "redis", "valkey", "memcached", "memcache", "hazelcast", "ehcache", "caffeine",
    ]
    private static let objectStoreHosts = [
        "storage.googleapis.com", ".blob.core.windows.net", ".r2.cloudflarestorage.com",
    ]

    static func read(_ reading: inout SpanReading) {
        let system = reading.attributes.text(systems)?.lowercased()
        if system != nil || reading.attributes.text(statements) != nil { reading.mark(.database) }
        if system.map(caches.contains) ?? false || isObjectStore(reading.attributes) {
            reading.mark(.cacheOrObjectStore)
        }
    }

    static func peer(_ attributes: AttributeIndex) -> String? {
        guard let system = attributes.text(systems) else { return nil }
        return attributes.text(namespaces).map { "\(system)/\($0)" } ?? system
    }

    /// Summary, else operation and collection, else what of a statement names no value.
    static func operation(_ attributes: AttributeIndex) -> String? {
        if let summary = attributes.text("db.query.summary") { return summary }
        guard attributes.text(systems) != nil || attributes.text(statements) != nil else { return nil }
        let words = [attributes.text(operations), attributes.text(collections)].compactMap { $0 }
        if !words.isEmpty { return words.joined(separator: " ") }
        return attributes.text(statements).flatMap(summary)
    }

    static let beforeTable: Set<String> = ["from", "into", "update", "table", "join"]

    /// `SELECT orders` of `SELECT * FROM orders WHERE id = 7`.
    private static func summary(_ statement: String) -> String? {
        let words = statement.prefix(4096).split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "(" }
        guard let verb = words.first, verb.allSatisfy({ $0.isLetter }) else { return nil }
        let place = words.firstIndex { beforeTable.contains($0.lowercased()) }
        let table = place.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        return ([verb.uppercased()] + (table.map { [String($0)] } ?? [])).joined(separator: " ")
    }

    private static func isObjectStore(_ attributes: AttributeIndex) -> Bool {
        if attributes.text(["aws.s3.bucket", "gcp.storage.bucket"]) != nil { return true }
        if attributes.text("rpc.service")?.uppercased() == "S3" { return true }
        let host = attributes.text(["server.address", "net.peer.name"])?.lowercased()
        guard let host else { return false }
        let labels = host.split { $0 == "." || $0 == ":" }
        let isAmazons = labels.contains { $0 == "s3" || $0.hasPrefix("s3-") && host.contains(".amazonaws.") }
        return isAmazons || labels.first.map(isMinIO) ?? false || objectStoreHosts.contains { host.contains($0) }
    }

    private static func isMinIO(_ label: Substring) -> Bool {
        label.split { !$0.isLetter }.contains("minio")
    }
}
