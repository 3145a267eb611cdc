package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func TestReadmeNamesFlagsAndVariablesThatExist(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var help text
	run([]string{"--help"}, &help, &help, nil)
	var found []string
	for line := range strings.Lines(string(page)) {
		if strings.Contains(line, "--json") || strings.Contains(line, "--data-binary") { // curl's
			continue
		}
		found = append(found, regexp.MustCompile(`--[a-z][a-z-]*|\b(OUTDIAL|CAMPAIGN)_[A-Z_]+`).FindAllString(line, -1)...)
	}
	if len(found) < 10 {
		t.Fatalf("it names %q only", found)
	}
	for _, name := range found {
		if !regexp.MustCompile(`(^|[ \[])` + name + `([=\] ,]|$)`).MatchString(strings.ReplaceAll(help.String(), "\n", " ")) {
			t.Errorf("--help does not know %s", name)
		}
	}
}

// TestReadmesCampaignByHandRunsWhileCallsAreUp follows the page in the demo, at any
// hour of any day. The operator's API has a test of what its commands answer.
func TestReadmesCampaignByHandRunsWhileCallsAreUp(t *testing.T) {
	for _, program := range []string{"sh", "curl", "sed"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, "--demo-speed", "100")
	script := "set -eu\n"
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1) {
		script += string(block[1])
	}
	always := regexp.MustCompile(`(?s),\s*"windows": \[.*?\]`).ReplaceAllString(script, "")
	if always == script {
		t.Fatal("its campaign has no calling windows")
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(always, "http://127.0.0.1:8080", p.url))
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, body := p.ask("GET", "/v1/campaigns", "", guideKey)
	var list struct {
		Campaigns []struct {
			Status string
			Run    int
		}
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Campaigns) != 1 || list.Campaigns[0].Status != "draft" || list.Campaigns[0].Run != 2 {
		t.Errorf("it leaves behind %s, %v", body, err)
	}
}
