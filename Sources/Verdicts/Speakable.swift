package import TraceModel
extension Verdict { package var isSpeakable: Bool { edge != nil } }
