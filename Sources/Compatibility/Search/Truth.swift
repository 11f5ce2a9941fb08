/// What is known of a question before everything is known: a search asks cheap facts first, and opens a trace only
/// where they do not say no.
enum Truth: Sendable {
    case no
    case maybe
    case yes

    init(_ flag: Bool) { self = flag ? .yes : .no }

    var isPossible: Bool { self != .no }

    static func && (left: Truth, right: @autoclosure () -> Truth) -> Truth {
        if left == .no { return .no }
        let right = right()
        if right == .no { return .no }
        return left == .yes && right == .yes ? .yes : .maybe
    }

    static func || (left: Truth, right: @autoclosure () -> Truth) -> Truth {
        if left == .yes { return .yes }
        let right = right()
        if right == .yes { return .yes }
        return left == .no && right == .no ? .no : .maybe
    }

    static prefix func ! (truth: Truth) -> Truth {
        switch truth {
        case .no: .yes
        case .maybe: .maybe
        case .yes: .no
        }
    }
}
