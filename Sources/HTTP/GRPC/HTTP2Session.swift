import CNghttp2

/// What happens on a connection, told while `HTTP2Session` receives and sends.
protocol HTTP2Events: AnyObject {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// A request's header begins.
    func streamBegan(_ stream: Int32)
    /// One field of its header, or of its trailers.
    func streamField(_ stream: Int32, _ name: Bytes, _ value: Bytes, isTrailing: Bool)
    func streamHeaded(_ stream: Int32)
    func streamData(_ stream: Int32, _ bytes: UnsafeRawBufferPointer)
    /// The request is whole.
    func streamEnded(_ stream: Int32)
    func streamClosed(_ stream: Int32)
    /// More of an answer's body; what follows it where that was all.
    func fillBody(_ stream: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, trailers: HTTP2Fields?)
    /// A header went out that was the whole answer.
    func answerSent(_ stream: Int32)
    func peerIntroduced()
    /// A frame that carries nothing of a request.
    func controlFrame()
    func faultFound(_ fault: GRPCCounters.Fault)
}

/// A server's side of one HTTP/2 connection: bytes in, bytes out, events on the way. No socket, no clock. The one
/// place that calls nghttp2.
final class HTTP2Session {
    private unowned let events: any HTTP2Events
    private var handle: OpaquePointer?

    init(_ events: any HTTP2Events, limits: GRPCLimits) {
        self.events = events
        let context = Unmanaged.passUnretained(self).toOpaque()
        let wiring = HTTP2Wiring.shared
        let made = nghttp2_session_server_new2(&handle, wiring.callbacks, context, wiring.options)
        precondition(made == 0, "no memory for an HTTP/2 session")
        greet(limits)
    }

    deinit {
        nghttp2_session_del(handle)
    }

    private func greet(_ limits: GRPCLimits) {
        let entries = [
            (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streamsMax),
            (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytesMax),
            (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ].map { nghttp2_settings_entry(settings_id: Int32($0.0.rawValue), value: UInt32($0.1)) }
        nghttp2_submit_settings(handle, Self.noFlags, entries, entries.count)
        nghttp2_session_set_local_window_size(handle, Self.noFlags, 0, Int32(limits.connectionWindowBytes))
    }

    private static let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)

    /// Takes what came. What can't be answered in HTTP/2 comes back: the connection is over at once.
    func receive(_ bytes: UnsafeRawBufferPointer) -> GRPCCounters.Fault? {
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let taken = nghttp2_session_mem_recv(handle, start, bytes.count)
        guard taken < 0 else { return nil }
        switch nghttp2_error(Int32(taken)) {
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC: return .preface
        case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_SETTINGS: return .flood
        case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: return .header
        default: return .frame
        }
    }

    /// Appends what is to be sent, up to about `bytesMax` bytes.
    func appendOutput(to output: inout [UInt8], bytesMax: Int) {
        var bytes: UnsafePointer<UInt8>?
        while output.count < bytesMax {
            let count = nghttp2_session_mem_send(handle, &bytes)
            guard count > 0 else { return }
            output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    /// Frames that wait to be sent.
    var outputFrames: Int { nghttp2_session_get_outbound_queue_size(handle) }
    /// Nothing will be received or sent any more.
    var isOver: Bool { nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0 }

    /// An answer that is a header alone, or one whose body `fillBody` will be asked for.
    func respond(_ stream: Int32, _ fields: HTTP2Fields, hasBody: Bool) {
        var provider = nghttp2_data_provider(source: nghttp2_data_source(), read_callback: HTTP2Wiring.body)
        let result = fields.withLibraryForm { list, count in
            withUnsafePointer(to: &provider) {
                nghttp2_submit_response(handle, stream, list, count, hasBody ? $0 : nil)
            }
        }
        if result != 0 { reset(stream, NGHTTP2_INTERNAL_ERROR) }
    }

    /// Asks the peer to send no more of a request that is answered already.
    func refuseRest(of stream: Int32) {
        reset(stream, NGHTTP2_NO_ERROR)
    }

    func cancel(_ stream: Int32) {
        reset(stream, NGHTTP2_CANCEL)
    }

    private func reset(_ stream: Int32, _ code: nghttp2_error_code) {
        nghttp2_submit_rst_stream(handle, Self.noFlags, stream, UInt32(code.rawValue))
    }

    /// No new calls from now on; those under way go on.
    func goAway() {
        let last = nghttp2_session_get_last_proc_stream_id(handle)
        nghttp2_submit_goaway(handle, Self.noFlags, last, UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0)
    }

    /// Says why, and takes nothing any more.
    func terminate(calm: Bool) {
        let code = calm ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_NO_ERROR
        nghttp2_session_terminate_session(handle, UInt32(code.rawValue))
    }
}

// What the library calls, with the C types taken off.
extension HTTP2Session {
    func began(_ frame: nghttp2_frame) {
        if frame.headers.cat == NGHTTP2_HCAT_REQUEST { events.streamBegan(frame.hd.stream_id) }
    }

    func field(_ frame: nghttp2_frame, _ name: HTTP2Events.Bytes, _ value: HTTP2Events.Bytes) {
        let isTrailing = frame.headers.cat != NGHTTP2_HCAT_REQUEST
        events.streamField(frame.hd.stream_id, name, value, isTrailing: isTrailing)
    }

    func beginning(_ head: nghttp2_frame_hd) {
        switch nghttp2_frame_type(UInt32(head.type)) {
        case NGHTTP2_HEADERS, NGHTTP2_CONTINUATION: break
        case NGHTTP2_DATA where head.length > 0 || head.flags & HTTP2Wiring.endStream != 0: break
        default: events.controlFrame()
        }
    }

    func received(_ frame: nghttp2_frame) {
        let stream = frame.hd.stream_id
        switch nghttp2_frame_type(UInt32(frame.hd.type)) {
        case NGHTTP2_HEADERS:
            if frame.headers.cat == NGHTTP2_HCAT_REQUEST { events.streamHeaded(stream) }
        case NGHTTP2_DATA: break
        case NGHTTP2_SETTINGS: return events.peerIntroduced()
        default: return
        }
        if frame.hd.flags & HTTP2Wiring.endStream != 0 { events.streamEnded(stream) }
    }

    func data(_ stream: Int32, _ bytes: UnsafeRawBufferPointer) { events.streamData(stream, bytes) }

    func closed(_ stream: Int32) { events.streamClosed(stream) }

    func sent(_ frame: nghttp2_frame) {
        switch nghttp2_frame_type(UInt32(frame.hd.type)) {
        case NGHTTP2_HEADERS where frame.hd.flags & HTTP2Wiring.endStream != 0:
            events.answerSent(frame.hd.stream_id)
        case NGHTTP2_GOAWAY:
            if let fault = Self.fault(nghttp2_error_code(frame.goaway.error_code)) { events.faultFound(fault) }
        default: break
        }
    }

    /// A frame that cost its stream, or the connection: many of them are a flood like any other.
    func refused() {
        for _ in 0..<10 { events.controlFrame() }
    }

    func fill(_ stream: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>) -> Int {
        let (count, trailers) = events.fillBody(stream, buffer)
        if let trailers {
            flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            let result = trailers.withLibraryForm { nghttp2_submit_trailer(handle, stream, $0, $1) }
            if result != 0 { reset(stream, NGHTTP2_INTERNAL_ERROR) }
        }
        return count
    }

    private static func fault(_ code: nghttp2_error_code) -> GRPCCounters.Fault? {
        switch code {
        case NGHTTP2_NO_ERROR: nil
        case NGHTTP2_FLOW_CONTROL_ERROR: .flowControl
        case NGHTTP2_COMPRESSION_ERROR: .header
        // The library's own word for too many resets is an internal error.
        case NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR: .flood
        default: .frame
        }
    }
}
