extension SpanStorage {
    /// Takes both over rather than copying them: counting references is most of what an attribute costs.
    @usableFromInline
    func set(_ key: consuming String, _ value: consuming AttributeValue?) {
        if Self.isLong(key, value) { return setLong(key, value) }
        lock.acquire()
        if endNanoseconds == 0 {
            if slots.count < SlotRoom.capacity {
                _ = slots.append(Slot(key: key, value: value))
            } else {
                spill(Slot(key: key, value: value))
            }
        }
        lock.release()
    }

    @usableFromInline
    func value(of key: String) -> AttributeValue? {
        read { span in
            if let spilled = span.extras?.attributes.last(where: { $0.key == key }) { return spilled.value }
            for index in stride(from: span.slots.count - 1, through: 0, by: -1) {
                if span.slots[index].key == key { return span.slots[index].value }
            }
            return nil
        }
    }

    /// Every attribute once, with its last value, in the order in which they first came. Only for an ended span or
    /// under the lock.
    var attributes: [Attribute] {
        var merged: [Slot] = []
        merged.reserveCapacity(slots.count)
        for index in 0..<slots.count { Self.merge(slots[index], into: &merged) }
        for slot in extras?.attributes ?? [] { Self.merge(slot, into: &merged) }
        return merged.compactMap { slot in slot.value.map { Attribute(key: slot.key, value: $0) } }
    }

    /// Lends the same to `body` as slots, each with a value: as they lie, where no key comes twice.
    func withAttributes<R>(_ body: (UnsafeBufferPointer<Slot>) -> R) -> R {
        let isPlain = extras?.attributes.isEmpty ?? true
        if isPlain, slots.withAll(Self.areDistinct) { return slots.withAll(body) }
        let merged = attributes.map { Slot(key: $0.key, value: $0.value) }
        return merged.withUnsafeBufferPointer(body)
    }

    private static func areDistinct(_ slots: UnsafeBufferPointer<Slot>) -> Bool {
        for place in slots.indices {
            guard slots[place].value != nil else { return false }
            let bytes = slots[place].key.utf8.count
            // Most keys differ in length, which is a look; comparing texts is a call.
            for other in 0..<place where slots[other].key.utf8.count == bytes {
                if slots[other].key == slots[place].key { return false }
            }
        }
        return true
    }

    private static func merge(_ slot: Slot, into merged: inout [Slot]) {
        if let known = merged.firstIndex(where: { $0.key == slot.key }) {
            merged[known].value = slot.value
        } else {
            merged.append(slot)
        }
    }

    /// What a span's own size does not account for.
    @inline(__always)
    private static func isLong(_ key: borrowing String, _ value: borrowing AttributeValue?) -> Bool {
        if key.utf8.count > SpanLimits.keyBytesPlain { return true }
        switch value {
        case .string(let text): return text.utf8.count > SpanLimits.textBytesPlain
        case .list: return true
        case .integer, .number, .flag, nil: return false
        }
    }

    @inline(never)
    private func setLong(_ key: String, _ value: AttributeValue?) {
        let short = value.map { SpanLimits.cut($0) }
        let slot = Slot(key: SpanLimits.cut(key, SpanLimits.nameBytesMax), value: short)
        let bytes = Self.bytes(short)
        change { span in
            span.textBytes += bytes
            if !span.slots.append(slot) { span.spill(slot) }
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
        for index in 0..<slots.count where slots[index].key == slot.key {
            slots[index] = slot
            return
        }
        if slots.append(slot) { return }
        let extras = needExtras()
        if let known = extras.attributes.firstIndex(where: { $0.key == slot.key }) {
            extras.attributes[known] = slot
        } else if extras.attributes.count + slots.count < SpanLimits.attributesMax {
            extras.attributes.append(slot)
            textBytes += 64
        } else {
            extras.attributesDropped += 1
        }
    }

    /// Each key once, with its last value.
    private func compact() {
        var merged: [Slot] = []
        for index in 0..<slots.count { Self.merge(slots[index], into: &merged) }
        slots.clear()
        for slot in merged { _ = slots.append(slot) }
    }

    func needExtras() -> SpanExtras {
        if let extras { return extras }
        let made = SpanExtras()
        extras = made
        return made
    }
}
