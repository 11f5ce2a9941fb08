/// What all connections of one loop share.
package final class GRPCDesk {
    let limits: GRPCLimits
    let counters: GRPCCounters
    let methods: GRPCMethods
    let token: BearerToken?
    let buffers: ReceiveBuffers
    let inflater = MessageInflater()

    package init(limits: GRPCLimits, counters: GRPCCounters, methods: GRPCMethods, token: BearerToken?) {
        self.limits = limits
        self.counters = counters
        self.methods = methods
        self.token = token
        buffers = ReceiveBuffers(counters: counters, bytesMax: limits.receiveBytesMax)
    }
}
