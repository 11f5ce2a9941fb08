extension Hello {
    package var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.varint(1, UInt64(protocolVersion))
        writer.string(2, clientName)
        writer.string(3, instance)
        writer.string(4, token)
        return writer.bytes
    }
}

extension Welcome {
    package var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.varint(1, UInt64(protocolVersion))
        writer.string(2, collector)
        writer.varint(3, UInt64(frameBytesMax))
        writer.varint(4, UInt64(payloadBytesMax))
        writer.varint(5, UInt64(batchSpansMax))
        writer.varint(6, UInt64(windowBatches))
        writer.varint(7, windowBytes)
        writer.varint(8, highestSequence)
        writer.varint(9, UInt64(idleMilliseconds))
        return writer.bytes
    }
}

extension Ack {
    package var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.varint(1, sequence)
        writer.varint(2, UInt64(result.rawValue))
        writer.varint(3, UInt64(acceptedSpans))
        for entry in dropped {
            var inner = ProtoWriter()
            inner.string(1, entry.reason)
            inner.varint(2, UInt64(entry.spans))
            writer.present(4, block: inner.bytes)
        }
        writer.varint(5, UInt64(retryMilliseconds))
        writer.varint(6, UInt64(code))
        writer.string(7, message)
        writer.varint(8, offset)
        writer.varint(9, duplicate ? 1 : 0)
        return writer.bytes
    }
}

extension Ping {
    /// Ping and Pong look alike.
    package var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.fixed64(1, nonce)
        return writer.bytes
    }
}

extension Goodbye {
    package var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.varint(1, UInt64(code))
        writer.string(2, message)
        return writer.bytes
    }
}

extension WireError {
    /// The payload of an Error frame.
    package var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.varint(1, UInt64(code.number))
        writer.string(2, message)
        writer.varint(3, offset)
        return writer.bytes
    }
}
