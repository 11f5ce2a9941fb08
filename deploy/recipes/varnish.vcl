# Varnish in front of anything, telling Unmask of every request and every fetch; varnish.yaml is Unmask's side of it.
# The log is written by varnishncsa, in this format:
#
#   varnishncsa -b -c -F "$(cat varnish.format)" -a -w /var/log/varnish/unmask.log -D

vcl 4.1;

import blob;
import std;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
}

sub vcl_recv {
    # The caller's trace where it sent one, else a new one. It travels in a header that only Varnish sees.
    if (req.restarts == 0) {
        unset req.http.unmask-came;
        if (req.http.traceparent ~ "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$") {
            set req.http.unmask-came = req.http.traceparent;
        } else {
            set req.http.unmask-came = "00-"
                + regsub("00000000000000000000000000000001"
                    + blob.encode(HEX, blob=blob.decode(IDENTITY, encoded="" + std.time2integer(now, 0) + req.xid)),
                    "^.*(.{32})$", "\1")
                + "-0000000000000001-01";
        }
    }
}

sub vcl_backend_fetch {
    # Each fetch is a span of its own.
    set bereq.http.traceparent = regsub(bereq.http.unmask-came, "^(00-.{32}-).*$", "\1")
        + regsub("0000000000000001" + blob.encode(HEX, blob=blob.decode(IDENTITY, encoded="" + bereq.xid)),
            "^.*(.{16})$", "\1")
        + "-01";
}

sub vcl_deliver {
    # An answer from beyond its time, while it is fetched anew.
    if (obj.hits > 0 && obj.ttl < 0s) {
        std.log("unmask-cache:STALE");
    }
}

sub vcl_backend_response {
    set beresp.grace = 1h;
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
    if (beresp.status == 503 && bereq.retries < 2) {
        return (retry);
    }
    # What Unmask is for: a failure that goes out as a success.
    if (beresp.status == 500 && bereq.url ~ "^/friendly/") {
        set beresp.status = 200;
        set beresp.uncacheable = true;
    }
}
