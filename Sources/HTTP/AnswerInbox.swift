/// Collects an answer while the library delivers it piece by piece; lives for one transfer.
final class AnswerInbox {
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    /// Whoever reads along wanted no more.
    private(set) var wasStopped = false
    private let bodyBytesMax: Int
    private let onPart: ((UnsafeRawBufferPointer) -> Bool)?
    private var isGood = false

    /// `onPart`: takes the parts of a good answer (2xx) in place of `body`, and says whether it wants more.
    init(bodyBytesMax: Int, onPart: ((UnsafeRawBufferPointer) -> Bool)? = nil) {
        self.bodyBytesMax = bodyBytesMax
        self.onPart = onPart
    }

    /// False stops the transfer.
    func append(body part: UnsafeRawBufferPointer) -> Bool {
        if let onPart, isGood {
            wasStopped = !onPart(part)
            return !wasStopped
        }
        isTooLarge = body.count + part.count > bodyBytesMax
        if !isTooLarge { body.append(contentsOf: part) }
        return !isTooLarge
    }

    /// Takes one line of the head. A status line begins a new answer: the one before was provisional (1xx).
    func append(line part: UnsafeRawBufferPointer) {
        let line = String(decoding: part, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = HTTPHeaders()
            isGood = line.split(separator: " ").dropFirst().first?.hasPrefix("2") ?? false
            return
        }
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        let value = line[line.utf8.index(after: colon)...]
        headers.add(String(line[..<colon]), Self.trim(value))
    }

    private static func trim(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(text)
    }
}
