/// The two questions that judgement asks of bit sets millions of times. The generic ones of the standard library are
/// not specialised across modules: they cost a witness call each, half of a verdict's time when measured.
extension Evidence {
    @inlinable
    public func contains(_ wanted: Evidence) -> Bool { rawValue & wanted.rawValue == wanted.rawValue }
    @inlinable
    public func isDisjoint(with other: Evidence) -> Bool { rawValue & other.rawValue == 0 }
}

extension ProxyFlags {
    @inlinable
    public func contains(_ wanted: ProxyFlags) -> Bool { rawValue & wanted.rawValue == wanted.rawValue }
    @inlinable
    public func isDisjoint(with other: ProxyFlags) -> Bool { rawValue & other.rawValue == 0 }
}

extension HopTraits {
    @inlinable
    public func contains(_ wanted: HopTraits) -> Bool { rawValue & wanted.rawValue == wanted.rawValue }
}
