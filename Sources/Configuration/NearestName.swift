/// Finds the name that somebody most likely meant.
package enum NearestName {
    /// `; did you mean …?`, or nothing where no name is near.
    package static func hint(_ word: String, among names: [String], prefix: String = "") -> String {
        let near = names.map { (name: $0, distance: distance(word, $0)) }.min { $0.distance < $1.distance }
        guard let near, near.distance <= max(1, min(3, near.name.utf8.count / 2)) else { return "" }
        return "; did you mean \(prefix)\(near.name)?"
    }

    /// How many bytes have to be changed, put in or taken out. Long words are not worth the work.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count <= 64 else { return .max }
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let changed = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
