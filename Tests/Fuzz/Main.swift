import UnmaskTestSupport

/// libFuzzer's way in for programs that keep their own `main`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// libFuzzer calls from one thread.
nonisolated(unsafe) private var target = FuzzTarget(.frames)

/// `Fuzz TARGET [libFuzzer's own arguments]`, started by `Tests/Fuzz/run`.
@main
enum Fuzz {
    static func main() {
        guard CommandLine.arguments.count > 1, let name = FuzzTarget.Name(rawValue: CommandLine.arguments[1]) else {
            fatalError("one of \(FuzzTarget.Name.allCases.map(\.rawValue)) comes first")
        }
        target = FuzzTarget(name)
        // The target's name is ours; what follows is libFuzzer's.
        var count = CommandLine.argc - 1
        let arguments = CommandLine.unsafeArgv + 1
        var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments
        let code = runDriver(&count, &pointer) { bytes, count in
            target.run(UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        precondition(code == 0, "libFuzzer ended with \(code)")
    }
}
