package import CProtobufC
internal import CSpanProto

/// Unpacks messages through protobuf-c into its own arena. One for each thread; what a batch lends is valid until the
/// next call.
package final class MessageDecoder {
    private let arena: MessageArena
    private var inflated: UnsafeMutableRawBufferPointer
    private static let inflatedBytesMin = 256 << 10

    /// Columns unpack to as much as they were, so the default suits batches; rows of attributes need more.
    package init(expansionMax: Int = 4) {
        arena = MessageArena(expansionMax: expansionMax)
        inflated = .allocate(byteCount: Self.inflatedBytesMin, alignment: 16)
    }

    deinit {
        inflated.deallocate()
    }

    /// The payload of a frame, unpacked if it is compressed; lent until the next call.
    package func payload(of frame: Frame, limits: FrameLimits) throws(WireError) -> UnsafeRawBufferPointer {
        frame.flags.contains(.lz4) ? try inflate(frame.payload, limits: limits) : frame.payload
    }

    func inflate(_ block: UnsafeRawBufferPointer, limits: FrameLimits) throws(WireError) -> UnsafeRawBufferPointer {
        let declared = try LZ4Block.declaredBytes(block, limits: limits)
        if inflated.count < declared {
            inflated.deallocate()
            inflated = .allocate(byteCount: declared, alignment: 16)
        }
        let target = UnsafeMutableRawBufferPointer(rebasing: inflated[..<declared])
        try LZ4Block.decompress(block, into: target)
        return UnsafeRawBufferPointer(target)
    }

    package func hello(_ payload: UnsafeRawBufferPointer) throws(WireError) -> Hello {
        let message = try unpack(payload, "Hello", unmask__v1__hello__unpack)
        return Hello(
            protocolVersion: message.protocol_version, clientName: String(cString: message.client_name),
            instance: String(cString: message.instance), token: String(cString: message.token))
    }

    package func welcome(_ payload: UnsafeRawBufferPointer) throws(WireError) -> Welcome {
        let message = try unpack(payload, "Welcome", unmask__v1__welcome__unpack)
        var welcome = Welcome()
        welcome.protocolVersion = message.protocol_version
        welcome.collector = String(cString: message.collector)
        welcome.frameBytesMax = message.frame_bytes_max
        welcome.payloadBytesMax = message.payload_bytes_max
        welcome.batchSpansMax = message.batch_spans_max
        welcome.windowBatches = message.window_batches
        welcome.windowBytes = message.window_bytes
        welcome.highestSequence = message.highest_sequence
        welcome.idleMilliseconds = message.idle_milliseconds
        return welcome
    }

    package func ack(_ payload: UnsafeRawBufferPointer) throws(WireError) -> Ack {
        let message = try unpack(payload, "Ack", unmask__v1__ack__unpack)
        guard let result = Ack.Result(rawValue: message.result.rawValue) else {
            throw WireError(.corruptMessage, "an Ack with the unknown result \(message.result.rawValue)")
        }
        var ack = Ack(sequence: message.sequence, result: result)
        ack.acceptedSpans = message.accepted_spans
        for index in 0..<message.n_dropped {
            guard let entry = message.dropped[index]?.pointee else { continue }
            ack.dropped.append(.init(reason: String(cString: entry.reason), spans: entry.spans))
        }
        ack.retryMilliseconds = message.retry_milliseconds
        ack.code = message.code
        ack.message = String(cString: message.message)
        ack.offset = message.offset
        ack.duplicate = message.duplicate != 0
        return ack
    }

    package func ping(_ payload: UnsafeRawBufferPointer) throws(WireError) -> Ping {
        Ping(nonce: try unpack(payload, "Ping", unmask__v1__ping__unpack).nonce)
    }

    package func goodbye(_ payload: UnsafeRawBufferPointer) throws(WireError) -> Goodbye {
        let message = try unpack(payload, "Goodbye", unmask__v1__goodbye__unpack)
        return Goodbye(code: message.code, message: String(cString: message.message))
    }

    package func error(_ payload: UnsafeRawBufferPointer) throws(WireError) -> WireError {
        let message = try unpack(payload, "Error", unmask__v1__error__unpack)
        return WireError(.init(message.code), String(cString: message.message), offset: message.offset)
    }

    package typealias Unpack<Message> = (
        UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<Message>?

    /// Any message; what it points to lives in the arena until the next call.
    package func unpack<Message>(
        _ payload: UnsafeRawBufferPointer, _ name: String, _ unpack: Unpack<Message>
    ) throws(WireError) -> Message {
        arena.reset(payloadBytes: payload.count)
        var allocator = arena.allocator
        let bytes = payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard let message = unpack(&allocator, payload.count, bytes) else {
            if arena.isExhausted {
                throw WireError(.tooComplex, "the \(name) has more parts than \(payload.count) bytes may hold")
            }
            throw WireError(.corruptMessage, "the payload is no \(name)")
        }
        return message.pointee
    }
}
