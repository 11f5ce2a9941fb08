import Glibc
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

/// Takes libFuzzer's arguments. The target comes by the environment, since libFuzzer starts the program again with
/// arguments of its own where it merges a corpus.
@main
enum Fuzz {
    static func main() {
        guard let name = getenv("UNMASK_FUZZ_TARGET").flatMap({ FuzzTarget.Name(rawValue: String(cString: $0)) }) else {
            fatalError("UNMASK_FUZZ_TARGET is one of \(FuzzTarget.Name.allCases.map(\.rawValue))")
        }
        target = FuzzTarget(name)
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let code = runDriver(&count, &arguments) { bytes, count in
            target.run(UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        exit(code)
    }
}
