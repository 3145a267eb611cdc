package outdial_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// TestTranscriptsCoverTheSeedsTables: every state, status, action and figure of
// the operator page, and each action of the host's own, is shown by some transcript. Comments don't count.
func TestTranscriptsCoverTheSeedsTables(t *testing.T) {
	all := transcriptText(t)
	for _, s := range attempt.States() {
		if !shows(all, `\b`+s.String()+`\b`) {
			t.Errorf("no transcript shows the attempt state %s", s)
		}
	}
	for _, s := range campaign.Statuses() {
		if !shows(all, `campaign is `+string(s)+`\b`) {
			t.Errorf("no transcript shows a campaign that is %s", s)
		}
	}
	for _, s := range campaign.Statuses() {
		for _, a := range append(campaign.OperatorActions(), campaign.Discard, campaign.Archive) {
			want := fmt.Sprintf(`refused: campaign: %s is not available in status %s\n`, a, s)
			if to, err := campaign.Allowed(s, a); err == nil {
				want = fmt.Sprintf(`\n%s: %s > %s\b`, a, s, to)
			}
			if !shows(all, want) {
				t.Errorf("no transcript tries %s in status %s", a, s)
			}
		}
	}
	for _, f := range figures(campaign.Metrics{}) {
		if !shows(all, `\n`+f.name+` +(\d*\.?\d*[1-9]|[a-z_]+=)`) {
			t.Errorf("no transcript shows the metric %s with a value", f.name)
		}
	}
	for _, f := range []string{"callback_pending", "callback_completed", "callback_cancelled", "callback_exhausted"} {
		if !shows(all, f+` [1-9]`) {
			t.Errorf("no transcript counts %s", f)
		}
	}
	if shows(all, `!! `) {
		t.Error("a transcript has no end")
	}
}

func shows(text, what string) bool { return regexp.MustCompile(what).MatchString(text) }

// transcriptText is all transcripts without their comments.
func transcriptText(t *testing.T) string {
	paths, err := filepath.Glob(filepath.Join(transcripts, "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	var b strings.Builder
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if !strings.HasPrefix(line, "#") {
				b.WriteString(line)
			}
		}
	}
	return b.String()
}
