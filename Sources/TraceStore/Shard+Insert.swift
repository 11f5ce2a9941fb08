import TraceModel

extension ShardState {
    /// Makes room in the table for `rows` new traces; called once a batch, before its rows.
    mutating func prepare(rows: Int) {
        guard (table.occupied + rows) * 4 >= table.capacity * 3 else { return }
        rebuildTable(atLeast: rows)
    }

    mutating func rebuildTable(atLeast rows: Int) {
        let before = table.bytes
        do {
            try table.rebuild(liveness, room: rows)
        } catch {
            // Address space ran out: nothing sensible is left to do, and saying so beats corrupting traces.
            preconditionFailure("no memory for the trace table: \(error)")
        }
        pool.charge(bytes: table.bytes - before)
    }

    /// Adds one span. Nil when it is in; else why it is not.
    @inline(__always)
    mutating func insert(
        _ row: UnsafePointer<SpanRow>, extra: SpanExtra?, frame: UInt32, generation: UInt16
    ) -> DropReason? {
        let (slot, isNew) = table.findOrInsert(row.pointee.traceID, liveness)
        if isNew {
            open(slot)
        } else if slot.pointee.spans >= limits.traceSpansMax {
            slot.pointee.flags.insert(.truncated)
            return .traceTooLarge
        }
        let units: UInt32 = extra == nil ? 1 : 2
        guard let unit = slab.take(units: units, generation: generation, pool: pool, generations: generations) else {
            return .evictedByMemory
        }
        if !liveness.isHot(slot.pointee) {
            // The first record, or the first after all older ones went: the list begins here.
            if slot.pointee.head != 0 { slot.pointee.forgetList() }
            slot.pointee.generation = generation
            if !slot.pointee.flags.contains(.settled) { unsettled[generation] += 1 }
        }
        let record = pool.record(unit)
        record.pointee = row.pointee.record
        record.pointee.next = slot.pointee.head
        record.pointee.frame = frame
        if let extra {
            UnsafeMutableRawPointer(record + 1).storeBytes(of: extra, as: SpanExtra.self)
            if !extra.linkTraceID.isZero { slot.pointee.flags.insert(.linked) }
        }
        slot.pointee.head = unit
        note(record, unit: unit, in: slot)
        return nil
    }

    private mutating func open(_ slot: UnsafeMutablePointer<TraceSlot>) {
        slot.pointee.flags.insert(.listIsWhole)
        counters.traces += 1
        schedule(slot)
    }

    /// Brings the slot's summary up to date and queues the trace where a verdict may have changed.
    @inline(__always)
    private mutating func note(
        _ record: UnsafeMutablePointer<SpanRecord>, unit: UInt32, in slot: UnsafeMutablePointer<TraceSlot>
    ) {
        counters.spans += 1
        slot.pointee.lastTick = UInt16(truncatingIfNeeded: tick)
        slot.pointee.spans = slot.pointee.spans == .max ? .max : slot.pointee.spans + 1
        if record.pointee.parentID.isNone { noteRoot(record.pointee, unit: unit, in: slot) }
        if !record.pointee.isPlain { slot.pointee.flags.insert(.troubled) }
        if record.pointee.evidence.contains(.messaging) { slot.pointee.flags.insert(.linked) }
        let flags = slot.pointee.flags
        if flags.contains(.settled) {
            reopen(slot)
        } else if flags.contains(.troubled), flags.contains(.rooted), !flags.contains(.queued),
            Self.isWorthAnotherLook(spans: slot.pointee.spans)
        {
            enqueue(slot)
        }
    }

    private mutating func noteRoot(
        _ record: SpanRecord, unit: UInt32, in slot: UnsafeMutablePointer<TraceSlot>
    ) {
        if slot.pointee.flags.contains(.rooted) {
            slot.pointee.flags.insert(.manyRoots)
            return
        }
        slot.pointee.flags.insert(.rooted)
        if !slot.pointee.flags.contains(.hasSkeleton) { slot.pointee.anchor = unit }
        let code = record.httpCode
        if record.kind == .server, code >= 100 && code < 400 || record.grpcPlusOne == 1 {
            slot.pointee.flags.insert(.rootAnsweredOK)
        }
    }

    /// A settled trace got a late span: it settles once more, and if judgement ever looked at it, looks again now.
    private mutating func reopen(_ slot: UnsafeMutablePointer<TraceSlot>) {
        slot.pointee.flags.remove(.settled)
        counters.spansLate += 1
        unsettled[slot.pointee.generation] += 1
        if !slot.pointee.flags.contains(.scheduled) { schedule(slot) }
        let flags = slot.pointee.flags
        if flags.contains(.spoken) || flags.contains(.troubled), !flags.contains(.queued) { enqueue(slot) }
    }

    private mutating func schedule(_ slot: UnsafeMutablePointer<TraceSlot>) {
        slot.pointee.flags.insert(.scheduled)
        wheel.schedule(SettleWheel.Entry(id: slot.pointee.id, firstTick: tick), at: tick + quietTicks)
    }

    mutating func enqueue(_ slot: UnsafeMutablePointer<TraceSlot>) {
        slot.pointee.flags.insert(.queued)
        queue.append(slot.pointee.id)
    }

    /// Every span of a small trace, and of a large one only each eighth part of growth, so that judging a growing
    /// trace again and again stays linear.
    @inline(__always)
    private static func isWorthAnotherLook(spans: UInt16) -> Bool {
        if spans <= 256 { return true }
        let step = UInt16(1) << UInt16(UInt16.bitWidth - 1 - spans.leadingZeroBitCount - 3)
        return spans % step == 0
    }
}
