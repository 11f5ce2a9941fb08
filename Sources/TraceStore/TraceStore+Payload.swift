package import TraceModel

/// A span's payload as it came, for whoever can unpack its format.
package struct KeptFrame: Sendable {
    package var bytes: [UInt8]
    package var format: PayloadFormat
    /// The rows of the snapshot's trace in this frame.
    package var rows: [Int]

    package init(bytes: [UInt8], format: PayloadFormat, rows: [Int]) {
        self.bytes = bytes
        self.format = format
        self.rows = rows
    }
}

extension TraceStore {
    /// The frames behind a snapshot's spans; fewer than it has spans where the payload went meanwhile.
    package func frames(of snapshot: TraceSnapshot) -> [KeptFrame] {
        var rows: [UInt32: [Int]] = [:]
        for place in snapshot.places where place.frame != 0 { rows[place.frame, default: []].append(Int(place.row)) }
        let wanted = rows.sorted { $0.key < $1.key }
        return generations.withList { list in
            guard snapshot.generation &- list[0].number < 1 << 15 else { return [] }
            return wanted.compactMap { unit, rows in
                FrameArena.load(unit, pool: pool).map {
                    KeptFrame(bytes: $0.bytes, format: $0.format, rows: rows.sorted())
                }
            }
        }
    }
}
