package operator_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheReadmesCommandsDoWhatItSays(t *testing.T) {
	for _, program := range []string{"sh", "curl", "sed"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script := "set -eu\n"
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1) {
		script += string(block[1])
	}
	s := open(t)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(script, "http://127.0.0.1:8080", s.web.URL))
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ids := s.pages("/v1/campaigns", "", "campaigns", "id")
	if len(ids) != 1 {
		t.Fatalf("there are the campaigns %v", ids)
	}
	c := s.ask(http.StatusOK, "GET", "/v1/campaigns/"+ids[0], "").object()
	if c["run"] != 2.0 || c["status"] != "draft" || c["metrics"].(object)["total_calls"] != 2.0 {
		t.Errorf("it leaves behind %v", c)
	}
	report := filepath.Join(cmd.Dir, "campaign-"+ids[0]+"-run-1.csv")
	if b, err := os.ReadFile(report); err != nil || strings.Count(string(b), "\n") != 3 {
		t.Errorf("the report is %q, %v", b, err)
	}
}

func TestTheReadmeNamesEachEndpoint(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t)
	var doc struct {
		Paths map[string]any `json:"paths"`
	}
	s.send("GET", "/openapi.json", "").into(&doc)
	for path := range doc.Paths {
		last := path[strings.LastIndex(path, "/")+1:]
		if strings.HasPrefix(last, "{") {
			last = "…/" + last
		}
		if !strings.Contains(string(page), path) && !strings.Contains(string(page), "`"+last+"`") && !strings.Contains(string(page), last+"`") {
			t.Errorf("it does not name %s", path)
		}
	}
}
