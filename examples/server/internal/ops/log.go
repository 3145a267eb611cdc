package ops

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/outdial/outdial/examples/server/internal/config"
)

// redacted stands where a secret stood.
const redacted = "[redacted]"

// Logger writes the log, as text or JSON, without secrets: neither those that
// are named here, wherever they come up, nor what stands before the host in an
// address, nor attributes whose names say that they are secret.
func Logger(w io.Writer, c *config.Config) *slog.Logger {
	var pairs []string
	for _, s := range c.Secrets() {
		if len(s) >= shortest {
			pairs = append(pairs, s, redacted)
		}
	}
	hide := strings.NewReplacer(pairs...)
	o := &slog.HandlerOptions{Level: c.LogLevel, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return discreet(a, hide) }}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// shortest is how long a secret must be to be looked for: to take out every "a"
// would make the log unreadable, and tell the secret.
const shortest = 4

var secretNames = []string{"password", "secret", "api_key", "apikey", "authorization", "cookie", "token"}

// discreet makes one attribute fit to be shown.
func discreet(a slog.Attr, hide *strings.Replacer) slog.Attr {
	name := strings.ToLower(a.Key)
	for _, s := range secretNames {
		if strings.Contains(name, s) {
			return slog.String(a.Key, redacted)
		}
	}
	switch a.Value.Kind() {
	case slog.KindDuration:
		a.Value = slog.StringValue(a.Value.Duration().String()) // in JSON too, which has bare nanoseconds otherwise
	case slog.KindString:
		a.Value = slog.StringValue(hide.Replace(config.Discreet(a.Value.String())))
	case slog.KindAny:
		a.Value = slog.StringValue(hide.Replace(config.Discreet(fmt.Sprint(a.Value.Any()))))
	}
	return a
}
