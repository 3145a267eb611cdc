package ops_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/ops"
)

func TestLogShowsNoSecrets(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		c, err := config.Parse([]string{"--api-key", "sesame-open", "--switch", "esl://:hu%40sh@h", "--trunk", "t", "--log-format", format}, &strings.Builder{})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		log := ops.Logger(&out, c)
		log.Warn("login with sesame-open failed", "err", errors.New("bad password hu@sh"), "url", "postgres://u:other@h/d",
			"password", "anything", "X-Api_Key", "another", slog.Group("inner", "value", "sesame-open"), "list", []string{"sesame-open"}, "config", c)
		log.With("value", "sesame-open").WithGroup("g").Info("plain", "n", 7)
		log.Debug("not shown")
		for _, bad := range []string{"sesame", "hu@sh", "other", "anything", "another", "not shown"} {
			if strings.Contains(out.String(), bad) {
				t.Errorf("%s: %q is in\n%s", format, bad, out.String())
			}
		}
		for _, want := range []string{"[redacted]", "plain", "7", "WARN", "h/d"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", format, want, out.String())
			}
		}
	}
}

func TestDurationsAreLoggedWithTheirUnit(t *testing.T) {
	for format, want := range map[string]string{"text": "took=1.5s", "json": `"took":"1.5s"`} {
		c, err := config.Parse([]string{"--log-format", format}, &strings.Builder{})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		ops.Logger(&out, c).Info("request", "took", 1500*time.Millisecond)
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s: no %s in %s", format, want, out.String())
		}
	}
}
