/// One call from its header to the end of its answer. An object, because each of its frames would copy a value with
/// all that it holds.
///
/// Invariant: `message` holds memory only until the call is answered.
final class GRPCCall {
    var head = GRPCRequestHead()
    var message = MessageIntake()
    var method: GRPCMethod?
    /// When the answer comes too late: the client's own deadline, or the server's patience.
    var deadlineNanoseconds: UInt64
    /// Everything of the request has come.
    var isWhole = false
    var isAnswered = false
    /// The answer's body, its prefix included, and what of it has gone.
    var response: [UInt8] = []
    var responseSent = 0

    init(deadlineNanoseconds: UInt64) {
        self.deadlineNanoseconds = deadlineNanoseconds
    }
}
