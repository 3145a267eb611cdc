package config_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const secret = "Wh1sper" // in every line below

func TestFaultsShowNoSecret(t *testing.T) {
	for _, line := range []string{
		"--switch esl://:Wh1sper", "--switch esl://:Wh1sper@h:x --trunk t", "--switch xmlrpc://u:Wh1sper@h", "--switch esl://:Wh1sper@h/path",
		"esl://:Wh1sper@h", "--no-such=esl://:Wh1sper@h", "--store postgres://u:Wh1sper@[h/d", "--store mysql://u:Wh1sper@h/d",
		"--api-key Wh1sper", "--api-key Wh1sperä-long", "--api-key Wh1sper-long --api-key Wh1sper-long",
		"--store u:Wh1sper@h/d", "--store host=h;password=Wh1sper", "--switch :Wh1sper@h", "--switch esl://:Wh1sper@h:99999",
		"--switch esl://:Wh1sper%0a@h --trunk t --api-key long-enough", "--switch xmlrpc://u:Wh1sper@h --trunk t --api-key long-enough --destination a;b",
		"--campaign-xmlrpc-url http://u:Wh1sper@h/RPC2", "--campaign-xmlrpc-url ftp://h --campaign-xmlrpc-password Wh1sper",
	} {
		if _, err := parse(t, line); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestConfigurationIsShownWithoutItsSecrets(t *testing.T) {
	c := must(t, "--switch esl://:Wh1sper@h --trunk t --store postgres://u:Wh1sper@h/d --api-key Wh1sper-long")
	guide := must(t, "--api-key long-enough --trunk t", "CAMPAIGN_XMLRPC_URL=http://h/RPC2", "CAMPAIGN_XMLRPC_PASSWORD=Wh1sper")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("starting", "config", c, "switch", guide.Exchange)
	for _, shown := range []string{
		c.String(), fmt.Sprint(c), fmt.Sprintf("%+v %#v %v", c, c, *c), fmt.Sprintf("%+v %#v", guide.Exchange, guide.Exchange), guide.String(), log.String(),
	} {
		if strings.Contains(shown, secret) {
			t.Errorf("shown: %s", shown)
		}
	}
	if diff := cmp.Diff([]string{"Wh1sper", "Wh1sper", "Wh1sper-long"}, c.Secrets()); diff != "" {
		t.Errorf("secrets: %s", diff)
	}
}

func TestNoPasswordInTheStoresAddressIsShown(t *testing.T) {
	for _, tt := range []struct{ store, shown string }{
		{"postgres://u:Wh1sper@h/d", "postgres://…@h/d"},
		{"POSTGRES://u:Wh1sper@h/d", "POSTGRES://…@h/d"},
		{"postgres://u:Wh1%73per@h/d?sslmode=verify-full", "postgres://…@h/d?…"},
		{"postgres://h/d?user=u&password=Wh1sper", "postgres://h/d?…"},
		{"postgres://h/d?user=u&password=Wh1%73per", "postgres://h/d?…"},
		{"postgres://h/d?p%61ssword=Wh1sper", "postgres://h/d?…"},
		{"postgres://h/d?sslkey=k&sslpassword=Wh1%73per", "postgres://h/d?…"},
		{"postgres://u:Wh1sper@h/d?sslpassword=Wh1sper", "postgres://…@h/d?…"},
		{"postgres://h/d#Wh1sper", "postgres://h/d#…"},
	} {
		c := must(t, "--switch simulated --store "+tt.store)
		if got := c.String(); !strings.Contains(got, "store="+tt.shown+" ") {
			t.Errorf("%s is shown as %s, want %s", tt.store, got, tt.shown)
		}
		if !strings.Contains(tt.store, "#") && !slices.Contains(c.Secrets(), secret) {
			t.Errorf("%s: the secrets are %q", tt.store, c.Secrets())
		}
	}
}

func TestSecretsOfTheStoreAreKnownAsTheyAreWrittenToo(t *testing.T) {
	c := must(t, "--switch simulated --store postgres://u:Wh1%73per@h/d?sslpassword=sl%79&password=qu%65ry")
	if diff := cmp.Diff([]string{"Wh1sper", "Wh1%73per", "query", "qu%65ry", "sly", "sl%79"}, c.Secrets()); diff != "" {
		t.Error(diff)
	}
}

func TestPasswordWithAnAtSignIsKnownWhole(t *testing.T) {
	c := must(t, "--switch simulated --store postgres://u:a@b%40c@h:1/d")
	if diff := cmp.Diff([]string{"a@b@c", "a@b%40c"}, c.Secrets()); diff != "" {
		t.Error(diff)
	}
}
