// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

/// Pure rooms also promise memory safety; the rooms that touch bytes and C keep unsafe code behind one door each.
let safe = strict + [.strictMemorySafety()]

func room(_ name: String, _ imports: [Target.Dependency] = [], settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: settings)
}

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
    products: [.executable(name: "unmask", targets: ["unmask"])],
    targets: [
        library("CLZ4"), library("CProtobufC"), library("CEvent"), library("CMicroHTTPD"), library("CSQLite"),
        library("CCurl"),
        .target(name: "CSpanProto", linkerSettings: [.linkedLibrary("protobuf-c")]),

        room("JSON"),
        room("TraceModel", settings: safe),
        room("Symbols", ["TraceModel"]),
        room("Wire", ["TraceModel", "CSpanProto", "CLZ4", "CProtobufC"]),
        room("Platform", ["CEvent"]),
        room("HTTP", ["Platform", "CMicroHTTPD", "CCurl"]),
        room("Ingest", ["Wire", "HTTP", "Platform", "Symbols", "TraceModel"]),
        room("TraceStore", ["TraceModel", "Symbols", "Wire", "Platform"]),
        room("Verdicts", ["TraceModel"], settings: safe),
        room("Findings", ["TraceModel", "Platform", "CSQLite"]),
        room("Query", ["Findings", "TraceStore", "Verdicts", "HTTP", "JSON", "Symbols", "TraceModel"]),
        room(
            "Collector",
            ["Ingest", "TraceStore", "Verdicts", "Findings", "Query", "HTTP", "Platform", "Symbols", "Wire", "JSON",
                "TraceModel"]),
        .executableTarget(
            name: "unmask", dependencies: ["Collector", "HTTP", "JSON", "Platform", "Wire", "TraceModel"],
            swiftSettings: strict),
        room("UnmaskTestSupport", ["TraceModel"]),

        tests("TraceModel", ["TraceModel"]),
        tests("Verdicts", ["Verdicts", "TraceModel"]),
    ]
)
