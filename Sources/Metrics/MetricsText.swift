/// Builds what `/metrics` answers, family by family, in either format.
package struct MetricsText {
    package let format: MetricsFormat
    private var bytes: [UInt8] = []
    private var names: Set<String> = []

    package init(_ format: MetricsFormat = .prometheus) {
        self.format = format
    }

    /// A trace that stands for a number.
    package struct Exemplar: Sendable {
        var traceID: String
        var value: Double
        /// Nil: the moment of the scrape.
        var seconds: Double?

        package init(traceID: String, value: Double, seconds: Double? = nil) {
            self.traceID = traceID
            self.value = value
            self.seconds = seconds
        }
    }

    package struct Sample: Sendable {
        var labels: LabelText
        var value: Double
        var exemplar: Exemplar?
        /// Since when a counter has counted, where that is not the process's start.
        var createdSeconds: Double?

        package init(_ labels: [(name: String, value: String)] = [], _ value: some BinaryInteger) {
            self.init(LabelText(labels), Double(value))
        }

        package init(_ labels: [(name: String, value: String)] = [], _ value: Double) {
            self.init(LabelText(labels), value)
        }

        package init(
            _ labels: LabelText, _ value: Double, exemplar: Exemplar? = nil, createdSeconds: Double? = nil
        ) {
            self.labels = labels
            self.value = value
            self.exemplar = exemplar
            self.createdSeconds = createdSeconds
        }
    }

    /// The whole answer; nothing can be added after it.
    package consuming func finished() -> [UInt8] {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
        return bytes
    }

    package mutating func counter(_ name: String, _ help: String, _ samples: [Sample]) {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total")
        begin(String(name.dropLast("_total".count)), suffix: "_total", "counter", help)
        for sample in samples {
            append(name, sample.labels, sample.value, sample.exemplar)
            if format == .openMetrics, let created = sample.createdSeconds {
                append(name.dropLast("_total".count) + "_created", sample.labels, created)
            }
        }
    }

    package mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        begin(name, suffix: "", "gauge", help)
        for sample in samples { append(name, sample.labels, sample.value) }
    }

    package mutating func histogram(_ name: String, _ help: String, _ samples: [HistogramSample]) {
        begin(name, suffix: "", "histogram", help)
        for sample in samples { append(name, sample) }
    }

    private mutating func append(_ name: String, _ sample: HistogramSample) {
        var total: UInt64 = 0
        for (place, count) in sample.counts.enumerated() {
            total += count
            let bound = place < sample.bounds.count ? Self.number(sample.bounds[place]) : "+Inf"
            let fits = sample.exemplar.map { sample.place(of: $0.value) == place } ?? false
            append(
                name + "_bucket", sample.labels, Double(total), fits ? sample.exemplar : nil, bound: bound)
        }
        append(name + "_sum", sample.labels, sample.sum)
        append(name + "_count", sample.labels, Double(total))
    }

    // MARK: Lines

    /// OpenMetrics calls a family by its name without the suffix of its samples, and wants each name once.
    private mutating func begin(_ family: String, suffix: String, _ type: String, _ help: String) {
        precondition(names.insert(family).inserted, "\(family) is a family already: OpenMetrics knows no second one")
        let name = format == .openMetrics ? family : family + suffix
        bytes += "# HELP \(name) \(escapedHelp(help))\n# TYPE \(name) \(type)\n".utf8
        if format == .openMetrics,
            let unit = ["seconds", "bytes", "ratio"].first(where: { family.hasSuffix("_" + $0) })
        {
            bytes += "# UNIT \(name) \(unit)\n".utf8
        }
    }

    private func escapedHelp(_ help: String) -> String {
        help.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where format == .openMetrics: text += "\\\""
            default: text.append(character)
            }
        }
    }

    private mutating func append(
        _ name: some StringProtocol, _ labels: LabelText, _ value: Double, _ exemplar: Exemplar? = nil,
        bound: String? = nil
    ) {
        bytes += name.utf8
        if !labels.bytes.isEmpty || bound != nil {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels.bytes
            if let bound {
                if !labels.bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
                bytes += "le=\"".utf8
                bytes += bound.utf8
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        bytes += Self.number(value).utf8
        if format == .openMetrics, let exemplar { append(exemplar) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ exemplar: Exemplar) {
        bytes += " # {".utf8
        bytes += LabelText([("trace_id", exemplar.traceID)]).bytes
        bytes += "} ".utf8
        bytes += Self.number(exemplar.value).utf8
        if let seconds = exemplar.seconds {
            bytes.append(UInt8(ascii: " "))
            bytes += Self.number(seconds).utf8
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 9e15 ? String(Int64(value)) : String(value)
    }
}
