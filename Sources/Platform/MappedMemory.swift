import Glibc

/// A region of anonymous memory that starts out as zeros and is given back whole. Pages cost nothing until touched.
///
/// Large regions ask for huge pages: table look-ups then miss the TLB a hundred times less.
package struct MappedMemory: ~Copyable, @unchecked Sendable {
    package let base: UnsafeMutableRawPointer
    package let bytes: Int

    package init(bytes: Int, hugePages: Bool = true) throws(PlatformError) {
        let size = (bytes + Self.hugePageBytes - 1) / Self.hugePageBytes * Self.hugePageBytes
        let wanted = hugePages ? size : (bytes + 4095) / 4096 * 4096
        // Over-reserve so that the region can start on a huge page's border.
        let slack = hugePages ? Self.hugePageBytes : 0
        guard
            let raw = mmap(
                nil, wanted + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            raw != MAP_FAILED
        else { throw .last("mmap", "\(wanted) bytes") }
        reservation = (raw, wanted + slack)
        let address = UInt(bitPattern: raw)
        let aligned =
            hugePages ? (address + UInt(slack) - 1) / UInt(Self.hugePageBytes) * UInt(Self.hugePageBytes) : address
        base = raw + Int(aligned - address)
        self.bytes = wanted
        if hugePages {
            // A refusal only costs speed, and the kernel may have huge pages switched off.
            _ = madvise(base, wanted, MADV_HUGEPAGE)
        }
    }

    /// Gives the pages back to the system; the region reads as zeros again.
    package func release() {
        let result = madvise(base, bytes, MADV_DONTNEED)
        precondition(result == 0, "madvise on memory of our own cannot fail")
    }

    deinit {
        munmap(reservation.base, reservation.bytes)
    }

    package static let hugePageBytes = 2 << 20
    private let reservation: (base: UnsafeMutableRawPointer, bytes: Int)
}
