package import SQLite

extension DatabaseWriter {
    func write(_ save: ProfileSave) throws(SQLiteError) {
        for profile in save.changed { try write(profile) }
        for name in save.forgotten {
            guard let id = try profileNumber(name) else { continue }
            try forgetParts(of: id)
            try connection.run("DELETE FROM profiles WHERE id = ?", [.integer(id)])
        }
    }

    private func profileNumber(_ name: StoredProfile.Name) throws(SQLiteError) -> Int64? {
        try connection.rows(ProfileRow.identify, ProfileRow.key(of: name)) { row throws(SQLiteError) in
            row.integer(0)
        }.first
    }

    private func forgetParts(of id: Int64) throws(SQLiteError) {
        try connection.run("DELETE FROM profile_steps WHERE profile_id = ?", [.integer(id)])
        try connection.run("DELETE FROM profile_failures WHERE profile_id = ?", [.integer(id)])
    }

    private func write(_ profile: StoredProfile) throws(SQLiteError) {
        let values = ProfileRow.values(of: profile)
        let id: Int64
        if let known = try profileNumber(profile.name) {
            id = known
            try connection.run(ProfileRow.update, values + [.integer(id)])
            try forgetParts(of: id)
        } else {
            try connection.run(ProfileRow.insert, values)
            id = try connection.integer("SELECT last_insert_rowid()")
        }
        for (number, step) in profile.steps.enumerated() {
            try connection.run(ProfileRow.insertStep, ProfileRow.values(of: step, id, number))
        }
        for (number, rate) in profile.rates.enumerated() {
            try connection.run(ProfileRow.insertRate, ProfileRow.values(of: rate, id, number))
        }
    }
}

extension DatabaseReader {
    /// The profiles that learned last.
    func profiles(limit: Int) throws(SQLiteError) -> [StoredProfile] {
        try read { connection throws(SQLiteError) in
            var profiles = try connection.rows(ProfileRow.select, [.integer(Int64(limit))]) {
                row throws(SQLiteError) in ProfileRow.read(row)
            }
            for index in profiles.indices {
                let id = SQLValue.integer(profiles[index].id)
                profiles[index].profile.steps = try connection.rows(
                    ProfileRow.selectSteps, [id], ProfileRow.readStep)
                profiles[index].profile.rates = try connection.rows(ProfileRow.selectRates, [id]) {
                    row throws(SQLiteError) in ProfileRow.readRate(row)
                }
            }
            return profiles.map(\.profile)
        }
    }
}

extension FindingsDatabase {
    /// Writes what was learned of these routes over what was there. Says whether there was room in the queue.
    package func saveProfiles(_ changed: [StoredProfile], forgetting forgotten: [StoredProfile.Name]) -> Bool {
        offerProfiles(ProfileSave(changed: changed, forgotten: forgotten))
    }

    /// What was saved, the routes that learned last first.
    package func profiles(limit: Int) throws(SQLiteError) -> [StoredProfile] {
        try storedProfiles(limit: limit)
    }
}
