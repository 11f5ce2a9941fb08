import CCurl
import Glibc
import Platform

/// Stands between one transfer and its sockets: opens those that the guard lets through. Lives for one transfer.
final class SocketGate {
    private let targets: TargetGuard
    private let host: String
    /// Why the latest address was refused.
    private(set) var complaint: String?

    init(_ targets: TargetGuard, host: String) {
        self.targets = targets
        self.host = host
    }

    fileprivate func open(_ wanted: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let raw = UnsafeRawPointer(wanted) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
        guard let address = SocketAddress(kernelForm: raw) else {
            complaint = "\(host) has an address of an unknown kind"
            return CURL_SOCKET_BAD
        }
        if let refusal = targets.complaint(address, of: host) {
            complaint = refusal
            return CURL_SOCKET_BAD
        }
        return socket(
            wanted.pointee.family, wanted.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.pointee.protocol)
    }
}

extension CurlTransfer {
    /// From now on only sockets that the gate opens; it has to live as long as the transfer.
    func pass(_ gate: SocketGate) {
        _ = unmask_curl_set_socket(handle) { context, _, wanted in
            guard let context, let wanted else { return CURL_SOCKET_BAD }
            return Unmanaged<SocketGate>.fromOpaque(context).takeUnretainedValue().open(wanted)
        }
        _ = unmask_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(gate).toOpaque())
    }
}
