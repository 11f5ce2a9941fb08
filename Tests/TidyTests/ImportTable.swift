/// Who may import whom. Arrows point down only; a new one is a decision, and this is where it is written down.
enum ImportTable {
    static let rooms: [String: Set<String>] = [
        "CSpanProto": [],
        "JSON": [],
        "Metrics": [],
        "TraceModel": [],
        "Configuration": ["TraceModel", "JSON", "CYAML"],
        "Symbols": ["TraceModel"],
        "Digests": [],
        "Wire": ["Digests", "TraceModel", "CSpanProto", "CLZ4", "CProtobufC"],
        "Answers": ["TraceModel"],
        "Kernel": ["CShims"],
        "Platform": ["Kernel", "CEvent", "CShims"],
        "HTTP": ["JSON", "Platform", "CMicroHTTPD", "CCurl", "CNghttp2", "CZ"],
        "Ingest": [
            "Answers", "Wire", "HTTP", "JSON", "Platform", "Symbols", "TraceModel", "Configuration", "CSpanProto",
            "CProtobufC", "CZ", "CZstd",
        ],
        "UnmaskClient": ["Answers", "Digests", "Wire", "Kernel", "TraceModel"],
        "TraceStore": ["TraceModel", "Symbols", "Wire", "Platform"],
        "Verdicts": ["TraceModel"],
        "SQLite": ["CSQLite"],
        "Findings": ["TraceModel", "Platform", "SQLite"],
        "Judging": [
            "TraceStore", "Verdicts", "Findings", "SQLite", "Symbols", "Wire", "Platform", "TraceModel",
            "Configuration",
        ],
        "Alerting": ["Findings", "TraceModel", "Platform", "SQLite", "Configuration"],
        "Exporters": [
            "Alerting", "Findings", "HTTP", "JSON", "Digests", "Wire", "TraceModel", "Platform", "SQLite",
            "Configuration", "CNATS",
        ],
        "Query": [
            "Alerting", "Findings", "Judging", "TraceStore", "Verdicts", "HTTP", "JSON", "Metrics", "Symbols", "Wire",
            "TraceModel", "Configuration",
        ],
        "Page": ["HTTP"],
        "Compatibility": [
            "Findings", "Judging", "TraceStore", "Query", "HTTP", "JSON", "Platform", "Symbols", "Wire", "TraceModel",
        ],
        "Collector": [
            "Alerting", "Exporters", "Ingest", "TraceStore", "Verdicts", "Judging", "Findings", "Query",
            "Compatibility", "Page", "HTTP", "Platform", "Symbols", "Wire", "JSON", "Metrics", "Configuration",
            "TraceModel",
        ],
        "UnmaskTLS": ["UnmaskClient", "Kernel", "CGnuTLS"],
        "UnmaskURLSession": ["UnmaskClient"],
        "UnmaskTracing": ["UnmaskClient"],
        "ExampleServices": ["UnmaskClient", "HTTP", "Kernel"],
        "Traffic": ["TraceModel", "Wire", "Platform"],
        "unmask": [
            "ExampleServices", "Traffic", "TraceStore", "Collector", "HTTP", "Ingest", "JSON", "Platform", "Query",
            "Symbols", "TraceModel", "Verdicts", "Wire", "Configuration", "Judging",
        ],
        "HotPath": [
            "Findings", "HTTP", "Ingest", "Judging", "Metrics", "Platform", "Query", "Symbols", "TraceModel",
            "TraceStore", "Traffic", "Verdicts", "Wire",
        ],
        "ClientPath": ["CAllocations", "Kernel", "UnmaskClient"],
        "CAllocations": [],
        "UnmaskTestSupport": ["Configuration", "HTTP", "Ingest", "JSON", "Symbols", "TraceModel", "Wire"],
    ]

    /// Modules of the system, and the rooms that may see them. Atomics and locks are everybody's.
    static let system: [String: Set<String>] = [
        "Foundation": ["UnmaskURLSession"],
        "FoundationNetworking": ["UnmaskURLSession"],
        // Of another package, behind the trait of the same name.
        "Tracing": ["UnmaskTracing"],
        "Glibc": ["Kernel", "Platform", "HTTP", "Symbols", "unmask", "HotPath"],
        "Synchronization": Set(rooms.keys).subtracting([
            "TraceModel", "JSON", "Metrics", "Verdicts", "Wire", "Answers", "Digests",
        ]),
    ]

    /// What a test may import beside what its target declares.
    static let testing: Set<String> = [
        "Testing", "Foundation", "FoundationNetworking", "Glibc", "Synchronization", "UnmaskTestSupport",
    ]
}
