import Ingest
import Platform
import Symbols
import TraceModel
import Traffic

/// What it costs to turn OTLP's protobuf bodies into rows. The floor is looking at every byte once.
enum OTLPBenchmark {
    static func run(into table: inout Table) {
        let bodies = OTLPBodies(count: 8, mix: .production)
        let symbols = SymbolTable()
        let reader = OTLPBatchReader(symbols: symbols, hops: HopTable(symbols: symbols))
        // No more bodies than the caches hold: a body was copied out of the kernel a moment before it is read.
        let rounds = 20
        let spans = Double(bodies.spans * rounds)
        var rows = 0
        func each() {
            for body in bodies.bodies {
                body.withUnsafeBytes { bytes in
                    do {
                        _ = try reader.read(bytes) { batch in
                            rows += batch.rows.count
                            return BatchReceipt(admission: .accepted, acceptedSpans: batch.rows.count, dropped: [])
                        }
                    } catch {
                        preconditionFailure("our own body: \(error)")
                    }
                }
            }
        }
        each()
        let cost = cpu { for _ in 0..<rounds { each() } }
        var sum: UInt8 = 0
        let floor = cpu {
            for _ in 0..<rounds {
                for body in bodies.bodies { sum = body.reduce(sum) { $0 ^ $1 } }
            }
        }
        precondition(rows == bodies.spans * (rounds + 1) && sum < UInt8.max)
        table.add("wire size of a span, OTLP protobuf", figure(bodies.bytesPerSpan, "bytes"))
        table.add(
            "OTLP protobuf to rows, a span", figure(cost / spans, "ns"), goal: "110 ns",
            floor: figure(floor / spans, "ns (its bytes)"))
    }
}
