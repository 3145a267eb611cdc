package kubernetes

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// serverSource is the server's code, tests left out.
func serverSource(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir("../server", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		b.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// settings are the names that the server reads from its environment.
func settings(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, m := range regexp.MustCompile(`env:"([A-Z_]+)"`).FindAllStringSubmatch(serverSource(t), -1) {
		all = append(all, m[1])
	}
	return all
}

var ours = regexp.MustCompile(`^(OUTDIAL|CAMPAIGN)_`)

func TestTheServerKnowsWhatItIsTold(t *testing.T) {
	known := settings(t)
	each(t, func(t *testing.T, i *installation) {
		_, c := pod(t, i.deployments[release])
		for _, e := range c.Env {
			if ours.MatchString(e.Name) && !slices.Contains(known, e.Name) {
				t.Errorf("the server has no setting %s", e.Name)
			}
		}
	})
}

func TestNoSettingIsGivenTwice(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		for _, d := range i.deployments {
			_, c := pod(t, d)
			seen := map[string]bool{}
			for _, e := range c.Env {
				if seen[e.Name] {
					t.Errorf("%s: %s twice", d.Name, e.Name)
				}
				seen[e.Name] = true
			}
		}
	})
}

func TestTheServerIsToldWhatTheValuesSay(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"defaults": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "outdial-api-keys/keys", "OUTDIAL_STORE": "outdial-postgres/url",
			"SWITCH_PASSWORD": "freeswitch-campaign/password", "OUTDIAL_TRUNK": "trunk",
			"OUTDIAL_SWITCH": "esl://:$(SWITCH_PASSWORD)@freeswitch-campaign:8021",
		},
		"a trial without a switch": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "outdial-api-keys/keys", "OUTDIAL_STORE": "memory",
			"OUTDIAL_SWITCH": "simulated",
		},
		"a demo on a database": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "outdial-api-keys/keys", "OUTDIAL_STORE": "outdial-postgres/url",
			"OUTDIAL_SWITCH": "simulated",
		},
		"PostgreSQL elsewhere": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "keys/all", "OUTDIAL_STORE": "billing-db/outdial-url",
			"SWITCH_PASSWORD": "freeswitch-campaign/password", "OUTDIAL_TRUNK": "trunk",
			"OUTDIAL_SWITCH": "esl://:$(SWITCH_PASSWORD)@freeswitch-campaign:8021",
		},
		"two servers": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "outdial-api-keys/keys", "OUTDIAL_STORE": "outdial-postgres/url",
			"SWITCH_PASSWORD": "freeswitch-campaign/password", "OUTDIAL_TRUNK": "trunk", "OUTDIAL_DESTINATION": "7000",
			"OUTDIAL_SWITCH":                 "esl://:$(SWITCH_PASSWORD)@freeswitch-campaign:8021",
			"OUTDIAL_MAX_CONCURRENT_CEILING": "200", "OUTDIAL_SCREENING": "true",
		},
		"XML-RPC and a memory store": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "outdial-api-keys/keys", "OUTDIAL_STORE": "memory", "OUTDIAL_TRUNK": "trunk",
			"CAMPAIGN_XMLRPC_URL": "http://freeswitch-campaign:8080/RPC2", "CAMPAIGN_XMLRPC_USERNAME": "fsadmin",
			"CAMPAIGN_XMLRPC_PASSWORD": "freeswitch-campaign/password",
		},
		"a switch elsewhere": {
			"OUTDIAL_LISTEN": ":8080", "OUTDIAL_API_KEY": "outdial-api-keys/keys", "OUTDIAL_STORE": "outdial-postgres/url",
			"SWITCH_PASSWORD": "freeswitch-campaign/password", "OUTDIAL_TRUNK": "trunk",
			"OUTDIAL_SWITCH": "esl://:$(SWITCH_PASSWORD)@fs.example.net:8021",
		},
	} {
		_, c := pod(t, install(t, installations[name]).deployments[release])
		got := told(c)
		delete(got, "OUTDIAL_LOG_FORMAT")
		delete(got, "OUTDIAL_SHUTDOWN_PATIENCE")
		if !maps.Equal(got, want) {
			t.Errorf("%s:\n%v; want\n%v", name, got, want)
		}
	}
}

// told is a container's environment; what comes from a Secret reads SECRET/KEY.
func told(c core.Container) map[string]string {
	env := map[string]string{}
	for _, e := range c.Env {
		env[e.Name] = e.Value
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
			env[e.Name] = e.ValueFrom.SecretKeyRef.Name + "/" + e.ValueFrom.SecretKeyRef.Key
		}
	}
	return env
}

func TestPasswordsComeFromSecretsOnly(t *testing.T) {
	secret := regexp.MustCompile(`PASSWORD|_KEY$|^OUTDIAL_STORE$`)
	each(t, func(t *testing.T, i *installation) {
		for name, d := range i.deployments {
			_, c := pod(t, d)
			for n, e := range c.Env {
				if secret.MatchString(e.Name) && e.Value != "" && e.Value != "memory" {
					t.Errorf("%s: %s is plain text", name, e.Name)
				}
				for _, m := range regexp.MustCompile(`\$\(([A-Z_]+)\)`).FindAllStringSubmatch(e.Value, -1) {
					if !slices.ContainsFunc(c.Env[:n], func(f core.EnvVar) bool { return f.Name == m[1] }) {
						t.Errorf("%s: %s uses $(%s), which is not set before it and so stays as it is", name, e.Name, m[1])
					}
				}
			}
		}
		for _, printed := range []string{"Winnipeg2025", "ClueCon", "kind: Secret"} {
			if strings.Contains(i.manifest, printed) {
				t.Errorf("%q is in the manifest", printed)
			}
		}
	})
}

func TestValuesHaveNoPlaceForAPassword(t *testing.T) {
	text, err := os.ReadFile("chart/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	for _, leaf := range leaves("", values) {
		last := leaf[strings.LastIndex(leaf, ".")+1:]
		if regexp.MustCompile(`(?i)^(.*password|.*token|apiKey|.*secretValue|url|dsn)$`).MatchString(last) {
			t.Errorf("%s looks like a place for a secret; a Secret's name and key would do", leaf)
		}
	}
}

// leaves are the paths of all values that hold no others, maps and lists that are
// empty included; of a list the first entry counts.
func leaves(path string, value any) []string {
	switch v := value.(type) {
	case map[string]any:
		var all []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leaves(strings.TrimPrefix(path+"."+key, "."), v[key])...)
		}
		if len(all) > 0 {
			return all
		}
	case []any:
		if len(v) > 0 {
			if first, is := v[0].(map[string]any); is {
				return leaves(path+"[]", first)
			}
		}
	}
	return []string{path}
}
