import Foundation
import Glibc
import Platform
import Synchronization
import Testing

@Suite struct EventLoopTests {
    private final class Log: Sendable {
        let entries = Mutex<[Int]>([])
        func add(_ entry: Int) { entries.withLock { $0.append(entry) } }
        var all: [Int] { entries.withLock { $0 } }
    }

    @Test func jobsRunInOrderOnTheLoopsThreadUntilItStops() throws {
        let loop = try EventLoop()
        let log = Log()
        for number in 0..<10 { loop.submit { log.add(number) } }
        let thread = try WorkerThread(name: "loop") { loop.run() }
        for number in 10..<1000 { loop.submit { log.add(number) } }
        loop.submit { loop.submit { log.add(-1) } }
        while !log.all.contains(-1) { Clock.sleep(nanoseconds: 1_000_000) }
        loop.stop()
        thread.join()
        #expect(log.all == Array(0..<1000) + [-1])
    }

    @Test func aTimerAndAReadableDescriptorWakeTheLoop() throws {
        let loop = try EventLoop()
        let log = Log()
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        let near = Descriptor(owning: ends[0])
        let far = Descriptor(owning: ends[1])
        let reader = near.raw
        var ticks = 0
        var timer: Watch?
        let watch = loop.watch(reader, for: .reading) {
            var byte: UInt8 = 0
            if read(reader, &byte, 1) == 1 { log.add(Int(byte)) }
            if byte == 9 { loop.stop() }
        }
        timer = loop.timer(everyNanoseconds: 1_000_000) {
            ticks += 1
            var byte: UInt8 = ticks < 3 ? 1 : 9
            _ = write(far.raw, &byte, 1)
            if ticks == 3 { timer = nil }
        }
        loop.run()
        _ = watch
        #expect(log.all == [1, 1, 9] && timer == nil)
    }
}

@Suite struct FileTests {
    private static func folder() -> String { "/tmp/unmask-files-\(getpid())-\(UInt64.random(in: 0 ... .max))" }

    @Test func aFileIsReplacedWholeAndReadWithinItsBound() throws {
        let root = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folder = root + "/a/b"
        try Files.makeFolder(folder)
        try Files.makeFolder(folder)
        let path = folder + "/file"
        try Files.replace(path, with: [1, 2, 3])
        try Files.replace(path, with: [4])
        #expect(try Files.read(path, bytesMax: 1) == [4])
        #expect(throws: PlatformError.self) { try Files.read(path, bytesMax: 0) }
        #expect(throws: PlatformError.self) { try Files.read(folder + "/none", bytesMax: 9) }
        #expect(throws: PlatformError.self) { try Files.makeFolder(path) }
    }

    @Test func aLockIsHeldByOne() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Files.makeFolder(folder)
        let held = try Files.lock(folder + "/lock")
        #expect(Self.isTaken(folder + "/lock"))
        _ = consume held
        #expect(!Self.isTaken(folder + "/lock"))
    }

    private static func isTaken(_ path: String) -> Bool {
        do {
            _ = try Files.lock(path)
            return false
        } catch {
            return true
        }
    }
}

@Suite struct MappedMemoryTests {
    @Test(arguments: [(1, false), (4097, false), (1, true), (5 << 20, true)])
    func aRegionIsZeroAlignedAndZeroAgainAfterRelease(bytes: Int, hugePages: Bool) throws {
        let memory = try MappedMemory(bytes: bytes, hugePages: hugePages)
        let page = hugePages ? MappedMemory.hugePageBytes : 4096
        let place = UInt(bitPattern: memory.base)
        let size = memory.bytes
        #expect(size >= bytes && size % page == 0 && place % UInt(page) == 0)
        memory.base.storeBytes(of: 7, toByteOffset: size - 1, as: UInt8.self)
        memory.release()
        let last = memory.base.load(fromByteOffset: size - 1, as: UInt8.self)
        #expect(last == 0)
    }
}
