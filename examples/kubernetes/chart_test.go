package kubernetes

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write testdata/default.yaml anew")

func TestHelmLintHasNothingToSay(t *testing.T) {
	for name, text := range installations {
		over := map[string]any{}
		if err := yaml.Unmarshal([]byte(text), &over); err != nil {
			t.Fatal(err)
		}
		for _, m := range lint.All("chart", over, namespace, true).Messages {
			if m.Severity > support.InfoSev { // below it Helm wishes for an icon
				t.Errorf("%s: %v", name, m)
			}
		}
	}
}

// The default rendering is kept in the repository, so that a change to a template
// shows in review what it does: go test -update writes it anew.
func TestTheDefaultRenderingIsTheReviewedOne(t *testing.T) {
	got, golden := manifest(t, ""), filepath.Join("testdata", "default.yaml")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for n := range max(len(g), len(w)) {
		if n >= len(g) || n >= len(w) || g[n] != w[n] {
			t.Fatalf("line %d differs from %s; if it should, go test -update\ngot  %q\nwant %q",
				n+1, golden, g[min(n, len(g)):min(n+3, len(g))], w[min(n, len(w)):min(n+3, len(w))])
		}
	}
}

func TestReleasesOfOneNamespaceKeepApart(t *testing.T) {
	rendered, err := filesOf(t, "prod", "freeswitch: {name: freeswitch-prod}")
	if err != nil {
		t.Fatal(err)
	}
	other := install(t, "")
	var policy, deployment strings.Builder
	for name, text := range rendered {
		switch filepath.Base(name) {
		case "freeswitch-networkpolicy.yaml":
			policy.WriteString(text)
		case "server-deployment.yaml":
			deployment.WriteString(text)
		}
	}
	i := newInstallation()
	i.add(t, policy.String())
	i.add(t, deployment.String())
	if i.deployments["prod-outdial"] == nil {
		t.Fatal("the release prod has no deployment prod-outdial")
	}
	server := caller{labels: other.deployments[release].Spec.Template.Labels}
	if admits(t, i.policies["freeswitch-prod"], server, 8021, "TCP") {
		t.Error("the server of one release reaches the switch of another")
	}
	if matches(i.deployments["prod-outdial"].Spec.Selector.MatchLabels, server.labels) {
		t.Error("the deployment of one release takes the pods of another for its own")
	}
}

func TestNotesNameWhatIsMissing(t *testing.T) {
	for values, want := range map[string][]string{
		"": {"outdial-api-keys (keys)", "outdial-postgres (url)", "freeswitch-campaign (password)", "The trunk trunk leads to sip-provider.example", "NetworkPolicy holds only if"},
		installations["a trial without a switch"]: {"a restart loses every campaign", "nobody is called"},
		installations["everything set"]:           {"freeswitch-campaign (password, main-password)"},
	} {
		notes := template(t, values, "NOTES.txt")
		for _, w := range want {
			if !strings.Contains(notes, w) {
				t.Errorf("the notes lack %q:\n%s", w, notes)
			}
		}
	}
	if notes := template(t, installations["a trial without a switch"], "NOTES.txt"); strings.Contains(notes, "outdial-postgres") || strings.Contains(notes, campaignPod) {
		t.Errorf("the notes ask for what a trial does not need:\n%s", notes)
	}
}

func TestTheReadmeListsEachValueAndNoOther(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	_, table, _ := strings.Cut(string(text), "## Values")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(table, -1) {
		for _, name := range strings.Split(row[1], ", ") {
			listed = append(listed, strings.Trim(name, "`"))
		}
	}
	var want []string
	for _, leaf := range leaves("", load(t).Values) {
		if i := strings.Index(leaf, ".resources"); i >= 0 {
			leaf = leaf[:i+len(".resources")]
		}
		want = append(want, leaf)
	}
	slices.Sort(listed)
	slices.Sort(want)
	want = slices.Compact(want)
	for _, name := range want {
		if !slices.Contains(listed, name) {
			t.Errorf("the README's table lacks %s", name)
		}
	}
	for n, name := range listed {
		if !slices.Contains(want, name) || n > 0 && listed[n-1] == name {
			t.Errorf("the README's table has %s, which is no value or there already", name)
		}
	}
}
