package kubernetes

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// instruction is one of a Dockerfile: COPY and its words.
type instruction struct {
	name  string
	words []string
}

// dockerfile is the server's, without comments.
func dockerfile(t *testing.T) []instruction {
	t.Helper()
	text, err := os.ReadFile("../server/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var all []instruction
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			all = append(all, instruction{words[0], words[1:]})
		}
	}
	return all
}

func TestTheImageIsMadeOfWhatIsThere(t *testing.T) {
	built := 0
	for _, i := range dockerfile(t) {
		sources := i.words[:len(i.words)-1]
		switch {
		case i.name == "CGO_ENABLED=0": // the line of go build, which ends with the package
			sources = i.words[len(i.words)-1:]
			built++
		case i.name != "COPY" || strings.HasPrefix(i.words[0], "--from="):
			continue
		}
		for _, source := range sources {
			if _, err := os.Stat(filepath.Join("../..", source)); err != nil {
				t.Errorf("%s %v: %v", i.name, i.words, err)
			}
		}
	}
	if built != 1 {
		t.Errorf("%d static builds; want one", built)
	}
}

func TestTheImageIsBuiltByTheModulesGo(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if from := dockerfile(t)[0]; from.name != "FROM" || from.words[0] != fmt.Sprintf("golang:%s", version[1]) {
		t.Errorf("FROM %v; go.mod wants %s", from.words, version[1])
	}
}

func TestTheImageRunsAsTheUserAndOnThePortOfTheChart(t *testing.T) {
	spec, c := pod(t, install(t, "").deployments[release])
	user := fmt.Sprintf("%d:%d", *spec.SecurityContext.RunAsUser, *spec.SecurityContext.RunAsGroup)
	port := fmt.Sprint(c.Ports[0].ContainerPort)
	want := map[string]string{"USER": user, "EXPOSE": port, "ENV": "OUTDIAL_LISTEN=:" + port}
	for _, i := range dockerfile(t) {
		if w := want[i.name]; w != "" && w != i.words[0] {
			t.Errorf("%s %s; want %s", i.name, i.words[0], w)
		}
		delete(want, i.name)
	}
	if len(want) > 0 {
		t.Errorf("the Dockerfile lacks %v", want)
	}
	if listen := value(c, "OUTDIAL_LISTEN"); listen != ":"+port {
		t.Errorf("the server listens on %s and its port is %s", listen, port)
	}
}
