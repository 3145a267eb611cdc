package config

import (
	"net/url"
	"regexp"
	"strings"
)

// credentials are what stands before the host in an address. They may hold any
// character, an unescaped @ too: everything up to the last one goes.
var credentials = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*)://\S*@`)

// settings are what stands behind the path in an address. A database's may hold
// passwords too, escaped in any way.
var settings = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://[^\s?#]*)([?#])\S+`)

// Discreet takes credentials and settings out of the addresses in a text that is
// to be shown.
func Discreet(s string) string {
	return settings.ReplaceAllString(credentials.ReplaceAllString(s, "$1://…@"), "$1$2…")
}

// bareWord is a text that holds no credentials.
var bareWord = regexp.MustCompile(`^[A-Za-z0-9._/-]{0,40}$`)

// outline is what may be shown of a text that should have been an address with
// credentials and is not: a bare word as it is, of anything else its scheme.
func outline(s string) string {
	if bareWord.MatchString(s) {
		return s
	}
	scheme, _, found := strings.Cut(s, "://")
	if !found || !bareWord.MatchString(scheme) {
		return "…"
	}
	return scheme + "://…"
}

// passwordForm finds the password before the host, as it is written.
var passwordForm = regexp.MustCompile(`^[^:]+://[^:/?#]*:([^/?#]*)@`)

// storePasswords are the passwords in a --store, each as it is and, where that
// differs, as it is written there: a driver's error may have either.
func storePasswords(s string) []string {
	u, err := url.Parse(s)
	if err != nil {
		return nil
	}
	var found []string
	add := func(plain, written string) {
		found = append(found, plain)
		if written != plain {
			found = append(found, written)
		}
	}
	if p, ok := u.User.Password(); ok {
		as := p
		if m := passwordForm.FindStringSubmatch(s); m != nil {
			as = m[1]
		}
		add(p, as)
	}
	query := u.Query()
	for _, name := range []string{"password", "sslpassword"} {
		for _, p := range query[name] {
			add(p, written(u.RawQuery, name, p))
		}
	}
	return found
}

// written is how a setting's value is spelt in a query.
func written(query, name, value string) string {
	for pair := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		key, _ := url.QueryUnescape(k)
		if plain, _ := url.QueryUnescape(v); key == name && plain == value {
			return v
		}
	}
	return value
}
