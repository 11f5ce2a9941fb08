/// One file of the page, as it lies in `Assets` and in the binary.
struct PageAsset: Sendable {
    let name: String
    let bytes: [UInt8]
    /// Quoted, as an ETag is written; of the content alone.
    let tag: String

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        // FNV-1a: a change of the file has to show, nobody's trust hangs on it.
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        tag = "\"\(String(hash, radix: 16))\""
    }

    var contentType: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        default: "image/svg+xml"
        }
    }

    static let index = PageAsset("index.html", PackageResources.index_html)

    /// What lies under `/assets/`.
    static let all: [PageAsset] = [
        PageAsset("icon.svg", PackageResources.icon_svg),
        PageAsset("style.css", PackageResources.style_css),
        PageAsset("parts.css", PackageResources.parts_css),
        PageAsset("theme.js", PackageResources.theme_js),
        PageAsset("app.js", PackageResources.app_js),
        PageAsset("dom.js", PackageResources.dom_js),
        PageAsset("names.js", PackageResources.names_js),
        PageAsset("api.js", PackageResources.api_js),
        PageAsset("format.js", PackageResources.format_js),
        PageAsset("words.js", PackageResources.words_js),
        PageAsset("parts.js", PackageResources.parts_js),
        PageAsset("rows.js", PackageResources.rows_js),
        PageAsset("chart.js", PackageResources.chart_js),
        PageAsset("graph.js", PackageResources.graph_js),
        PageAsset("overview.js", PackageResources.overview_js),
        PageAsset("patterns.js", PackageResources.patterns_js),
        PageAsset("pattern.js", PackageResources.pattern_js),
        PageAsset("traces.js", PackageResources.traces_js),
        PageAsset("trace.js", PackageResources.trace_js),
        PageAsset("spans.js", PackageResources.spans_js),
        PageAsset("waterfall.js", PackageResources.waterfall_js),
        PageAsset("detail.js", PackageResources.detail_js),
        PageAsset("compare.js", PackageResources.compare_js),
        PageAsset("routes.js", PackageResources.routes_js),
        PageAsset("map.js", PackageResources.map_js),
        PageAsset("live.js", PackageResources.live_js),
        PageAsset("alerts.js", PackageResources.alerts_js),
    ]
}
