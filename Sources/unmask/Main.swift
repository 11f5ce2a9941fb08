import Glibc

@main
struct Main {
    static func main() {
        let code = CommandLineTool.run(Array(CommandLine.arguments.dropFirst()), on: .standard)
        exit(code.rawValue)
    }
}
