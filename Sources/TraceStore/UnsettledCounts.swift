/// How many hot traces of each generation have not settled yet, so that nobody walks a table to find none.
///
/// A generation's count is begun anew when it goes; numbers wrap, and far fewer generations live than there are places.
struct UnsettledCounts {
    private static let places = 256
    private var counts = [Int32](repeating: 0, count: places)

    @inline(__always)
    subscript(generation: UInt16) -> Int32 {
        get { counts[Int(generation) % Self.places] }
        set { counts[Int(generation) % Self.places] = newValue }
    }
}
