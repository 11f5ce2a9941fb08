import CNghttp2

/// The library's options and callbacks, the same for all sessions and made once.
final class HTTP2Wiring: @unchecked Sendable {
    static let shared = HTTP2Wiring()
    static let endStream = UInt8(NGHTTP2_FLAG_END_STREAM.rawValue)

    private(set) var callbacks: OpaquePointer?
    private(set) var options: OpaquePointer?

    /// Resets in a burst and a second: a client that gives up on calls needs a few, a rapid reset thousands.
    private static let resetsMax: UInt64 = 200
    private static let resetsPerSecond: UInt64 = 20

    private init() {
        let made = nghttp2_option_new(&options) == 0 && nghttp2_session_callbacks_new(&callbacks) == 0
        precondition(made, "no memory for the options of HTTP/2")
        nghttp2_option_set_stream_reset_rate_limit(options, Self.resetsMax, Self.resetsPerSecond)
        nghttp2_option_set_max_continuations(options, 4)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, context in
            HTTP2Wiring.session(context).began(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameCount, value, count, _, context in
            HTTP2Wiring.session(context).field(
                frame!.pointee, .init(start: name, count: nameCount), .init(start: value, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, head, context in
            HTTP2Wiring.session(context).beginning(head!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
            HTTP2Wiring.session(context).received(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, context in
            HTTP2Wiring.session(context).data(stream, UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        setEnds()
    }

    private func setEnds() {
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, context in
            HTTP2Wiring.session(context).closed(stream)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, context in
            HTTP2Wiring.session(context).sent(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, _, _, context in
            HTTP2Wiring.session(context).refused()
            return 0
        }
    }

    static let body: nghttp2_data_source_read_callback = { _, stream, buffer, count, flags, _, context in
        session(context).fill(stream, UnsafeMutableRawBufferPointer(start: buffer, count: count), flags!)
    }

    private static func session(_ context: UnsafeMutableRawPointer?) -> HTTP2Session {
        Unmanaged<HTTP2Session>.fromOpaque(context!).takeUnretainedValue()
    }
}
