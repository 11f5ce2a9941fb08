extension SpanStorage {
    @usableFromInline
    func set(_ key: String, _ value: AttributeValue?) {
        let bytes = Self.longBytes(value)
        if bytes > 0 || key.utf8.count > SpanLimits.nameBytesMax { return setLong(key, value) }
        change { span in
            if span.slotsUsed < SpanLimits.inlineAttributesMax {
                span.slots[span.slotsUsed] = Slot(key: key, value: value)
                span.slotsUsed += 1
            } else {
                span.spill(Slot(key: key, value: value))
            }
        }
    }

    @usableFromInline
    func value(of key: String) -> AttributeValue? {
        read { span in
            if let spilled = span.extras?.attributes.last(where: { $0.key == key }) { return spilled.value }
            for index in stride(from: span.slotsUsed - 1, through: 0, by: -1) {
                if let slot = span.slots[index], slot.key == key { return slot.value }
            }
            return nil
        }
    }

    /// Every attribute once, with its last value, in the order in which they first came. Only for an ended span or
    /// under the lock.
    var attributes: [Attribute] {
        var merged: [Slot] = []
        merged.reserveCapacity(slotsUsed)
        for index in 0..<slotsUsed { if let slot = slots[index] { Self.merge(slot, into: &merged) } }
        for slot in extras?.attributes ?? [] { Self.merge(slot, into: &merged) }
        return merged.compactMap { slot in slot.value.map { Attribute(key: slot.key, value: $0) } }
    }

    private static func merge(_ slot: Slot, into merged: inout [Slot]) {
        if let known = merged.firstIndex(where: { $0.key == slot.key }) {
            merged[known].value = slot.value
        } else {
            merged.append(slot)
        }
    }

    /// Bytes beyond what a span's own size accounts for.
    @inline(__always)
    private static func longBytes(_ value: AttributeValue?) -> Int {
        switch value {
        case .string(let text): text.utf8.count > 256 ? text.utf8.count : 0
        case .list: 1
        case .integer, .number, .flag, nil: 0
        }
    }

    @inline(never)
    private func setLong(_ key: String, _ value: AttributeValue?) {
        let short = value.map { SpanLimits.cut($0) }
        let slot = Slot(key: SpanLimits.cut(key, SpanLimits.nameBytesMax), value: short)
        let bytes = Self.bytes(short)
        change { span in
            span.textBytes += bytes
            if span.slotsUsed < SpanLimits.inlineAttributesMax {
                span.slots[span.slotsUsed] = slot
                span.slotsUsed += 1
            } else {
                span.spill(slot)
            }
        }
    }

    static func bytes(_ value: AttributeValue?) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .list(let values): values.reduce(values.count * 24) { $0 + bytes($1) }
        case .integer, .number, .flag, nil: 0
        }
    }

    /// Beyond the dozen: the same key again takes its old place, so that a loop that counts fills nothing.
    @inline(never)
    private func spill(_ slot: Slot) {
        compact()
        for index in 0..<slotsUsed where slots[index]?.key == slot.key {
            slots[index] = slot
            return
        }
        if slotsUsed < SpanLimits.inlineAttributesMax {
            slots[slotsUsed] = slot
            slotsUsed += 1
            return
        }
        let extras = needExtras()
        if let known = extras.attributes.firstIndex(where: { $0.key == slot.key }) {
            extras.attributes[known] = slot
        } else if extras.attributes.count + slotsUsed < SpanLimits.attributesMax {
            extras.attributes.append(slot)
            textBytes += 64
        } else {
            extras.attributesDropped += 1
        }
    }

    /// Each key once, with its last value.
    private func compact() {
        var merged: [Slot] = []
        for index in 0..<slotsUsed { if let slot = slots[index] { Self.merge(slot, into: &merged) } }
        for index in 0..<slotsUsed { slots[index] = index < merged.count ? merged[index] : nil }
        slotsUsed = merged.count
    }

    func needExtras() -> SpanExtras {
        if let extras { return extras }
        let made = SpanExtras()
        extras = made
        return made
    }
}
