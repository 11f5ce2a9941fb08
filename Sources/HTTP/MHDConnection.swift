import CMicroHTTPD
import Glibc
import Platform

/// The library's handle of one connection, valid inside one of its callbacks.
struct MHDConnection {
    let handle: OpaquePointer

    /// The value of the first header field of a name.
    func header(_ name: String) -> String? {
        MHD_lookup_connection_value(handle, .HEADER_KIND, name).map { String(cString: $0) }
    }

    var headers: HTTPHeaders {
        var headers = HTTPHeaders()
        for pair in pairs(.HEADER_KIND) {
            headers.add(String(decoding: pair.name, as: UTF8.self), String(decoding: pair.value, as: UTF8.self))
        }
        return headers
    }

    /// The query's items, percent-decoded, where the library has made each `+` a space; nil where an escape is broken.
    var query: [HTTPRequest.QueryItem]? {
        var items: [HTTPRequest.QueryItem] = []
        for pair in pairs(.GET_ARGUMENT_KIND) {
            guard let name = PercentCoding.decode(pair.name), let value = PercentCoding.decode(pair.value) else {
                return nil
            }
            items.append(HTTPRequest.QueryItem(name: name, value: value))
        }
        return items
    }

    private typealias Pair = (name: [UInt8], value: [UInt8])

    private func pairs(_ kind: MHD_ValueKind) -> [Pair] {
        var pairs: [Pair] = []
        withUnsafeMutablePointer(to: &pairs) { target in
            _ = MHD_get_connection_values(
                handle, kind,
                { context, _, name, value in
                    guard let context, let name else { return .YES }
                    let pair = (name: MHDConnection.bytes(name), value: value.map(MHDConnection.bytes) ?? [])
                    context.assumingMemoryBound(to: [Pair].self).pointee.append(pair)
                    return .YES
                }, target)
        }
        return pairs
    }

    var remoteAddress: String {
        unmask_mhd_client_address(handle).flatMap { SocketAddress(kernelForm: $0)?.host } ?? ""
    }

    static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// Hands an answer to the library; `NO` makes it close the connection.
    func queue(_ response: HTTPResponse) -> MHD_Result {
        guard let handle = Self.make(response) else { return .NO }
        defer { MHD_destroy_response(handle) }
        return MHD_queue_response(self.handle, UInt32(response.status), handle)
    }

    private static func make(_ response: HTTPResponse) -> OpaquePointer? {
        var response = response
        if response.headers["Cache-Control"] == nil { response.headers.add("Cache-Control", "no-store") }
        if response.headers["X-Content-Type-Options"] == nil {
            response.headers.add("X-Content-Type-Options", "nosniff")
        }
        let made =
            response.live?.makeResponse()
            ?? response.body.withUnsafeMutableBytes {
                MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
            }
        guard let made else { return nil }
        // A value with a line break would let whoever made it write headers: the library refuses it, and so do we.
        for field in response.headers.fields where MHD_add_response_header(made, field.name, field.value) != .YES {
            MHD_destroy_response(made)
            return nil
        }
        return made
    }
}
