import TraceModel

extension ProfileBook {
    /// The place of a route, made where there is none.
    mutating func place(for key: ProfileKey) -> Int {
        if let known = numbers[key] { return Int(known) }
        makeRoom()
        let number: Int
        if let free = freePlaces.popLast() {
            number = Int(free)
        } else if places.count < limits.routesMax {
            number = places.count
            places.append(ProfilePlace(profile: RouteProfile(key: key)))
        } else {
            number = evict()
            _ = freePlaces.popLast()
        }
        let generation = places[number].generation
        places[number] = ProfilePlace(profile: RouteProfile(key: key))
        places[number].generation = generation
        places[number].isTaken = true
        numbers[key] = Int32(number)
        families[RouteFamily(key), default: []].insert(Int32(number))
        weigh(number)
        return number
    }

    /// Keeps within the bytes, whatever profiles have grown to.
    mutating func makeRoom() {
        while bytes > limits.bytesMax, numbers.count > 1 { _ = evict() }
    }

    /// Frees the place of a route that was not used lately.
    private mutating func evict() -> Int {
        while true {
            hand = (hand + 1) % places.count
            guard places[hand].isTaken else { continue }
            if places[hand].uses == 0 { break }
            places[hand].uses -= 1
        }
        let key = places[hand].profile.key
        if places[hand].savedVersion > 0, forgotten.count < limits.routesMax { forgotten.append(key) }
        numbers[key] = nil
        leaveFamily(hand, key)
        placesBytes -= places[hand].bytes
        let generation = places[hand].generation &+ 1
        places[hand] = ProfilePlace(profile: RouteProfile(key: key))
        places[hand].generation = generation
        freePlaces.append(Int32(hand))
        counters.evicted += 1
        return hand
    }

    private mutating func leaveFamily(_ number: Int, _ key: ProfileKey) {
        families[RouteFamily(key)]?.remove(Int32(number))
        if families[RouteFamily(key)]?.isEmpty ?? false { families[RouteFamily(key)] = nil }
    }

    /// Brings the sums up to date after a profile changed.
    mutating func weigh(_ number: Int) {
        let bytes = places[number].profile.bytes() + ProfilePlace.ownBytes
        placesBytes += bytes - places[number].bytes
        places[number].bytes = bytes
        places[number].speaksUntil = places[number].profile.speaksUntil(limits)
    }

    /// What a profile was changed to since the last call, the oldest changes first to come; at most `max` of them.
    package mutating func takeChanged(_ max: Int) -> [RouteProfile] {
        var changed: [RouteProfile] = []
        for _ in places.indices where changed.count < max {
            savingHand = (savingHand + 1) % places.count
            let place = places[savingHand]
            guard place.isTaken, place.savedVersion != place.profile.version,
                place.profile.lessonsLeft >= limits.tracesMin || place.savedVersion > 0
            else { continue }
            places[savingHand].savedVersion = place.profile.version
            changed.append(place.profile)
        }
        return changed
    }

    /// What was handed out as changed did not get to where it was meant for.
    package mutating func markUnsaved(_ keys: [ProfileKey]) {
        for key in keys {
            guard let number = numbers[key], places[Int(number)].savedVersion > 0 else { continue }
            // Saved once, and never this version.
            places[Int(number)].savedVersion = .max
        }
    }

    /// Routes that were handed out as changed once and have no profile any more.
    package mutating func takeForgotten() -> [ProfileKey] {
        defer { forgotten = [] }
        return forgotten.filter { numbers[$0] == nil }
    }

    /// Takes a profile from before a restart. What was learned meanwhile wins.
    package mutating func restore(_ profile: RouteProfile) {
        guard numbers[profile.key] == nil, numbers.count < limits.routesMax, bytes < limits.bytesMax else { return }
        let number = place(for: profile.key)
        places[number].profile = profile
        places[number].savedVersion = profile.version
        places[number].attempts = profile.version
        weigh(number)
    }

    package func checkInvariants() {
        precondition(places.count <= limits.routesMax)
        precondition(numbers.count + freePlaces.count == places.count)
        precondition(placesBytes == places.reduce(0) { $0 + ($1.isTaken ? $1.bytes : 0) })
        precondition(families.values.reduce(0) { $0 + $1.count } == numbers.count)
        for (key, number) in numbers {
            precondition(places[Int(number)].profile.key == key)
            precondition(families[RouteFamily(key)]?.contains(number) ?? false)
        }
    }
}
