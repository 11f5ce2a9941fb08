import Platform

/// A frame that is too large to wait in a shared buffer: its memory is as long as it announced, so every byte is
/// received into its place and nothing is copied or parsed again until it is whole. Pages cost nothing until filled.
///
/// The announced length was checked against the limits before.
final class LargeFrame {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var filled: Int

    init(start: UnsafeRawBufferPointer, bytes: Int) {
        precondition(start.count < bytes, "a frame that is whole does not wait")
        memory = .allocate(byteCount: bytes, alignment: 16)
        memory.copyMemory(from: start)
        filled = start.count
    }

    deinit {
        memory.deallocate()
    }

    var isWhole: Bool { filled == memory.count }
    /// Valid as long as the frame lives.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<filled]) }

    func receive(_ descriptor: Int32) -> Socket.Transfer {
        let transfer = Socket.receive(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
        if case .bytes(let count) = transfer { filled += count }
        return transfer
    }
}
