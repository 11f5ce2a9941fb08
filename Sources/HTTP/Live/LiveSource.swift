/// What an answer without an end says next. Asked on the server's threads, by one at a time for each answer.
package protocol LiveSource: AnyObject, Sendable {
    /// Empty where there is nothing to say now. `isQuiet`: nothing has been said for a heartbeat's time.
    func next(isQuiet: Bool) -> [UInt8]
}
