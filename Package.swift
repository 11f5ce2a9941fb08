// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
    // The rooms call each other for every span: without this an option set's `contains` is a call through a witness
    // table. Only what is public is inlined into another room, `@inlinable` or not, so TraceModel, the columns of a
    // batch and hashing are public. Exclusivity is checked in debug builds, which run all tests. With a section for
    // each function the linker leaves out what a program does not call: four in a hundred of a small service.
    .unsafeFlags(
        ["-cross-module-optimization", "-enforce-exclusivity=unchecked", "-Xfrontend", "-function-sections"],
        .when(configuration: .release)),
]

/// Pure rooms also promise memory safety; the rooms that touch bytes and C keep unsafe code behind one door each.
let safe = strict + [.strictMemorySafety()]

func room(
    _ name: String, _ imports: [Target.Dependency] = [], notes: [String] = [], settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: imports, exclude: notes, swiftSettings: settings)
}

/// The page's files become bytes of the binary: there is nothing to install beside it.
let page: Target = .target(
    name: "Page", dependencies: ["HTTP"], resources: [.embedInCode("Assets")], swiftSettings: safe)

func library(_ name: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibraries/\(name)")
}

func tests(_ name: String, _ imports: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: imports + ["UnmaskTestSupport"], resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "unmask",
    products: [
        .executable(name: "unmask", targets: ["unmask"]),
        .library(name: "UnmaskClient", targets: ["UnmaskClient"]),
        .library(name: "UnmaskTLS", targets: ["UnmaskTLS"]),
        .library(name: "UnmaskURLSession", targets: ["UnmaskURLSession"]),
        .library(name: "UnmaskTracing", targets: ["UnmaskTracing"]),
    ],
    traits: [
        .trait(
            name: "Tracing", description: "UnmaskTracing, the adapter for swift-distributed-tracing, which is fetched")
    ],
    // Fetched with the trait alone: a build without it needs no network.
    dependencies: [.package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.2.0")],
    targets: [
        library("CLZ4"), library("CProtobufC"), library("CEvent"), library("CMicroHTTPD"), library("CSQLite"),
        library("CCurl"), library("CZ"), library("CZstd"), library("CYAML"), library("CNghttp2"), library("CGnuTLS"),
        library("CNATS"),
        .target(name: "CShims", path: "Sources/CLibraries/CShims"),
        .target(name: "CSpanProto", linkerSettings: [.linkedLibrary("protobuf-c")]),

        room("JSON", settings: safe),
        room("Metrics", settings: safe),
        room("TraceModel", settings: safe),
        room("Configuration", ["TraceModel", "JSON", "CYAML"]),
        room("Symbols", ["TraceModel"]),
        room("Digests", settings: safe),
        room("Wire", ["Digests", "TraceModel", "CSpanProto", "CLZ4", "CProtobufC"]),
        room("Answers", ["TraceModel"], settings: safe),
        room("Kernel", ["CShims"]),
        room("Platform", ["Kernel", "CEvent", "CShims"]),
        room("HTTP", ["JSON", "Platform", "CMicroHTTPD", "CCurl", "CNghttp2", "CZ"]),
        room(
            "Ingest",
            [
                "Answers", "Wire", "HTTP", "Platform", "Symbols", "TraceModel", "JSON", "Configuration", "CSpanProto",
                "CProtobufC", "CZ", "CZstd",
            ]),
        room("UnmaskClient", ["Answers", "Digests", "Wire", "Kernel", "TraceModel"]),
        room("TraceStore", ["TraceModel", "Symbols", "Wire", "Platform"]),
        room("Verdicts", ["TraceModel"], notes: ["RATIONALE.md"], settings: safe),
        room("UnmaskURLSession", ["UnmaskClient"]),
        room("UnmaskTLS", ["UnmaskClient", "Kernel", "CGnuTLS"]),
        room(
            "UnmaskTracing",
            [
                "UnmaskClient",
                .product(name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["Tracing"])),
            ]),
        room("ExampleServices", ["UnmaskClient", "HTTP", "Kernel"]),
        room("Traffic", ["TraceModel", "Wire", "Platform"]),
        room(
            "Judging",
            [
                "TraceStore", "Verdicts", "Findings", "SQLite", "Symbols", "Wire", "Platform", "TraceModel",
                "Configuration",
            ]),
        room("SQLite", ["CSQLite"]),
        room("Findings", ["TraceModel", "Platform", "SQLite"]),
        room("Alerting", ["Findings", "TraceModel", "Platform", "SQLite", "Configuration"]),
        room(
            "Exporters",
            [
                "Alerting", "Findings", "HTTP", "JSON", "Digests", "Wire", "TraceModel", "Platform", "SQLite",
                "Configuration", "CNATS",
            ]),
        room(
            "Query",
            [
                "Alerting", "Findings", "Judging", "TraceStore", "Verdicts", "HTTP", "JSON", "Metrics", "Symbols",
                "Wire", "TraceModel", "Configuration",
            ]),
        page,
        room(
            "Compatibility",
            [
                "Findings", "Judging", "TraceStore", "Query", "HTTP", "JSON", "Platform", "Symbols", "Wire",
                "TraceModel",
            ]),
        room(
            "Collector",
            [
                "Alerting", "Exporters", "Ingest", "TraceStore", "Verdicts", "Judging", "Findings", "Query",
                "Compatibility", "Page", "HTTP", "Platform", "Symbols", "Wire", "JSON", "Metrics", "Configuration",
                "TraceModel",
            ]),
        .executableTarget(
            name: "unmask",
            dependencies: [
                "ExampleServices", "Traffic", "TraceStore", "Collector", "HTTP", "JSON", "Platform", "TraceModel",
                "Ingest", "Verdicts", "Query", "Symbols", "Wire", "Configuration", "Judging",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "HotPath",
            dependencies: [
                "Findings", "HTTP", "Ingest", "Judging", "Metrics", "Platform", "Query", "Symbols", "TraceModel",
                "TraceStore", "Traffic", "Verdicts", "Wire",
            ],
            path: "Benchmarks/HotPath", swiftSettings: strict),
        .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
        .executableTarget(
            name: "ClientPath", dependencies: ["CAllocations", "Kernel", "UnmaskClient"],
            path: "Benchmarks/ClientPath", swiftSettings: strict),
        room("UnmaskTestSupport", ["Configuration", "HTTP", "Ingest", "JSON", "Symbols", "TraceModel", "Wire"]),

        tests("JSON", ["JSON"]),
        tests("Metrics", ["Metrics"]),
        tests("HTTP", ["HTTP", "JSON", "Platform", "CNghttp2"]),
        tests("Page", ["Page", "HTTP"]),
        tests(
            "Query",
            [
                "Query", "Alerting", "Configuration", "Findings", "HTTP", "Judging", "JSON", "Metrics", "Platform",
                "Symbols", "TraceModel", "TraceStore", "Wire",
            ]),
        tests(
            "Compatibility",
            [
                "Compatibility", "Collector", "Findings", "HTTP", "JSON", "Platform", "Query", "TraceModel",
                "TraceStore", "Traffic", "Wire",
            ]),
        tests(
            "CommandLine",
            [
                "unmask", "Collector", "Configuration", "Findings", "HTTP", "JSON", "Platform", "Query", "TraceModel",
                "TraceStore", "Traffic", "Wire",
            ]),
        tests("TraceModel", ["TraceModel"]),
        tests(
            "EndToEnd",
            [
                "unmask", "Alerting", "Configuration", "ExampleServices", "Exporters", "Findings", "HTTP", "Ingest",
                "JSON", "Kernel", "Query", "TraceModel", "UnmaskClient", "Wire",
            ],
            resources: [.copy("Python")]),
        tests(
            "Ingest", ["Ingest", "Configuration", "Verdicts", "Symbols", "Wire", "JSON", "TraceModel"],
            resources: [.copy("Corpus")]),
        tests("Configuration", ["Configuration", "TraceModel"]),
        tests(
            "Alerting", ["Alerting", "Configuration", "Findings", "Platform", "SQLite", "TraceModel"]),
        tests("Findings", ["Findings", "TraceModel", "Platform", "SQLite", "CSQLite"]),
        tests(
            "Judging",
            [
                "Judging", "Configuration", "Findings", "TraceStore", "Verdicts", "Symbols", "Platform", "TraceModel",
            ]),
        tests("Oracle", ["TraceModel"]),
        tests("Verdicts", ["Verdicts", "TraceModel"]),
        tests("Tidy", []),
        tests("Answers", ["Answers", "Ingest", "JSON", "TraceModel"]),
        tests(
            "Exporters",
            [
                "Exporters", "Alerting", "Configuration", "Digests", "Findings", "HTTP", "JSON", "Platform", "SQLite",
                "TraceModel",
            ]),
        tests("Kernel", ["Kernel"]),
        tests("Platform", ["Platform"]),
        tests(
            "UnmaskClient",
            ["UnmaskClient", "UnmaskTLS", "Digests", "Ingest", "Kernel", "Symbols", "TraceModel", "Wire"]),
        tests("UnmaskURLSession", ["UnmaskURLSession", "UnmaskClient", "HTTP"]),
        tests("Symbols", ["Symbols", "TraceModel", "Platform"]),
        tests("TraceStore", ["TraceStore", "Symbols", "TraceModel", "Platform", "Wire"]),
        tests("Traffic", ["Traffic", "Wire", "TraceModel"]),
        tests(
            "Wire", ["Wire", "Digests", "Ingest", "Platform", "Symbols", "TraceModel", "CSpanProto", "CProtobufC"]),
        tests(
            "Simulation",
            ["Findings", "Ingest", "Judging", "Symbols", "TraceModel", "TraceStore", "Verdicts", "Wire"]),
    ]
)

// libFuzzer has to be linked, so the fuzzers are only there for `Tests/Fuzz/run`.
if Context.environment["UNMASK_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz", dependencies: ["UnmaskTestSupport"], path: "Tests/Fuzz", exclude: ["Corpus", "run"],
            swiftSettings: strict))
}
