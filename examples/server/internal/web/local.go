package web

import (
	"net"
	"net/http"
	"net/netip"
)

// LocalOnly refuses requests that call this machine by a name that is not its
// own. A server without keys listens on loopback only, and yet any web site that
// somebody on this machine visits could reach it, by having its own name point
// here (DNS rebinding).
func LocalOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r.Host) {
			Problem(w, http.StatusMisdirectedRequest, "", "A server without keys answers to localhost and 127.0.0.1 only: give it an --api-key.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
