package guide_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// serve makes the surface reachable for other programs, and returns its base
// URL. Below /test they tell the time, and let it pass.
func (s *site) serve() string {
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("/test/sleep/{seconds}", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.ParseFloat(r.PathValue("seconds"), 64)
		if err == nil {
			err = s.pass(time.Duration(n * float64(time.Second)))
		}
		if err != nil {
			s.Error(err)
		}
		if err != nil || !s.over.IsZero() && s.world.Now().After(s.over) {
			w.WriteHeader(http.StatusGone)
		}
	})
	mux.HandleFunc("/test/date/{form}", func(w http.ResponseWriter, r *http.Request) {
		form := time.DateTime
		if r.PathValue("form") == "hour" {
			form = "15"
		}
		_, _ = fmt.Fprintln(w, s.world.Now().Format(form))
	})
	srv := httptest.NewServer(mux)
	s.Cleanup(srv.Close)
	return srv.URL
}

// needs skips a test whose programs are not installed.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("the guide's example wants %s, which is not installed here", p)
		}
	}
}

// program is one that runs the guide's code.
func (s *site) program(base string, slower int, name string, args ...string) *exec.Cmd {
	s.Helper()
	here, err := os.Getwd()
	s.must(err)
	here = filepath.Join(here, "testdata")
	cmd := exec.CommandContext(s.Context(), name, args...)
	cmd.Dir = s.TempDir()
	cmd.Env = append(os.Environ(), "TEST_BASE="+base, fmt.Sprintf("TEST_SLOWER=%d", slower), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"PATH="+filepath.Join(here, "bin")+":"+os.Getenv("PATH"), "PYTHONPATH="+filepath.Join(here, "python"), "PYTHONDONTWRITEBYTECODE=1")
	return cmd
}

// output runs it.
func (s *site) output(cmd *exec.Cmd) string {
	s.Helper()
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	var exit *exec.ExitError
	if ended := errors.As(err, &exit) && !s.over.IsZero(); err != nil && !ended {
		s.Fatalf("%v: %v\n%s%s", cmd.Args, err, &out, &said)
	}
	return out.String()
}

// shell runs a script of the guide's with bash, against base and, where it names
// the printed campaign, against id. It sleeps so many times longer.
func (s *site) shell(base, id, name string, slower int) string {
	s.Helper()
	script := string(testdata(s.T, "guide/"+name))
	script = strings.NewReplacer(printedBase, base, printedID, id, "/CAMPAIGN_ID/", "/"+id+"/").Replace(script)
	return s.output(s.program(base, slower, "bash", "-c", script))
}

// python runs a program beside the guide's client.
func (s *site) python(base, program string) string {
	s.Helper()
	needs(s.T, "python3")
	cmd := s.program(base, 1, "python3", program)
	if exec.CommandContext(s.Context(), "python3", "-c", "import requests").Run() != nil {
		s.Log("Python has no package requests here: a stand-in is used")
		here, err := os.Getwd()
		s.must(err)
		cmd.Env = append(cmd.Env, "PYTHONPATH="+filepath.Join(here, "testdata", "python")+":"+filepath.Join(here, "testdata", "requests"))
	}
	client := strings.ReplaceAll(string(testdata(s.T, "guide/client.py")), printedBase, base)
	s.must(os.WriteFile(filepath.Join(cmd.Dir, "client.py"), []byte(client), 0o600))
	s.must(os.WriteFile(filepath.Join(cmd.Dir, "calls.py"), testdata(s.T, "calls.py"), 0o600))
	return s.output(cmd)
}
