package kubernetes

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
)

// configuration is what FreeSWITCH finds under /etc/freeswitch: the ConfigMap's
// keys, where the pod mounts them.
func configuration(t *testing.T, i *installation) map[string]string {
	t.Helper()
	spec, _ := pod(t, i.deployments[campaignPod])
	files := map[string]string{}
	for _, v := range spec.Volumes {
		if v.ConfigMap == nil {
			continue
		}
		data := i.configs[v.ConfigMap.Name].Data
		if len(data) != len(v.ConfigMap.Items) {
			t.Errorf("%d files, of which %d are mounted", len(data), len(v.ConfigMap.Items))
		}
		for _, item := range v.ConfigMap.Items {
			text, there := data[item.Key]
			if _, twice := files[item.Path]; !there || twice {
				t.Errorf("%s at %s: there %t, twice %t", item.Key, item.Path, there, twice)
			}
			files[item.Path] = text
		}
	}
	return files
}

// switches runs a test for each installation that has a campaign pod.
func switches(t *testing.T, f func(*testing.T, *installation, map[string]string)) {
	t.Helper()
	each(t, func(t *testing.T, i *installation) {
		if i.deployments[campaignPod] != nil {
			f(t, i, configuration(t, i))
		}
	})
}

// element is an XML element with its attributes.
type element struct {
	name string
	attr map[string]string
}

// elements are those of a file in order; a file that is not XML fails.
func elements(t *testing.T, name, text string) []element {
	t.Helper()
	var all []element
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if start, is := token.(xml.StartElement); is {
			e := element{start.Name.Local, map[string]string{}}
			for _, a := range start.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			all = append(all, e)
		}
	}
}

// params are a file's settings by name.
func params(t *testing.T, name, text string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, e := range elements(t, name, text) {
		if e.name == "param" {
			all[e.attr["name"]] = e.attr["value"]
		}
	}
	return all
}

func TestTheSwitchLoadsTheGuidesModulesAndTheTwoItForgot(t *testing.T) {
	switches(t, func(t *testing.T, _ *installation, files map[string]string) {
		var got []string
		for _, e := range elements(t, "modules", files["autoload_configs/modules.conf.xml"]) {
			if e.name == "load" {
				got = append(got, e.attr["module"])
			}
		}
		for _, want := range []string{
			"mod_console", "mod_logfile", "mod_sofia", "mod_dptools", "mod_dialplan_xml", "mod_xml_rpc",
			"mod_commands", "mod_event_socket",
		} {
			if !slices.Contains(got, want) {
				t.Errorf("%s is not among %v", want, got)
			}
		}
	})
}

func TestEveryIncludeFindsAFileAndEveryFileIsIncluded(t *testing.T) {
	switches(t, func(t *testing.T, _ *installation, files map[string]string) {
		found := map[string]bool{"freeswitch.xml": true}
		for name, text := range files {
			for _, e := range elements(t, name, text) {
				if e.name != "X-PRE-PROCESS" || e.attr["cmd"] != "include" {
					continue
				}
				glob, before := path.Join(path.Dir(name), e.attr["data"]), len(found)
				for other := range files {
					if matched, _ := path.Match(glob, other); matched {
						found[other] = true
					}
				}
				if len(found) == before {
					t.Errorf("%s includes %s, and there is nothing new", name, glob)
				}
			}
		}
		for name := range files {
			if !found[name] {
				t.Errorf("nobody includes %s", name)
			}
		}
	})
}

func TestEveryVariableOfTheSwitchComesFromItsEnvironment(t *testing.T) {
	switches(t, func(t *testing.T, i *installation, files map[string]string) {
		_, c := pod(t, i.deployments[campaignPod])
		set := map[string]bool{}
		for _, e := range elements(t, "vars.xml", files["vars.xml"]) {
			if e.name != "X-PRE-PROCESS" {
				continue
			}
			name, env, _ := strings.Cut(e.attr["data"], "=$") // as FreeSWITCH's switch_xml.c reads it
			set[name] = true
			if !slices.ContainsFunc(c.Env, func(v core.EnvVar) bool { return v.Name == env && v.ValueFrom != nil }) {
				t.Errorf("%s is to come from %s, which the container does not get from elsewhere", name, env)
			}
		}
		for name, text := range files {
			for _, m := range regexp.MustCompile(`\$\$\{(\w+)\}`).FindAllStringSubmatch(text, -1) {
				if !set[m[1]] {
					t.Errorf("%s uses %s, which nothing sets", name, m[0])
				}
			}
		}
	})
}

func TestTheControlPortsAreTheContainersAndAskForAPassword(t *testing.T) {
	switches(t, func(t *testing.T, _ *installation, files map[string]string) {
		esl := params(t, "event_socket", files["autoload_configs/event_socket.conf.xml"])
		rpc := params(t, "xml_rpc", files["autoload_configs/xml_rpc.conf.xml"])
		sip := params(t, "external", files["sip_profiles/external.xml"])
		if esl["listen-port"] != "8021" || rpc["http-port"] != "8080" || sip["sip-port"] != "5080" {
			t.Errorf("ports %s, %s, %s", esl["listen-port"], rpc["http-port"], sip["sip-port"])
		}
		if esl["password"] != "$${switch_password}" || rpc["auth-pass"] != "$${switch_password}" || rpc["auth-realm"] == "" || rpc["auth-user"] == "" {
			t.Errorf("passwords: %v, %v", esl, rpc)
		}
		if esl["listen-ip"] != "$${pod_ip}" || esl["apply-inbound-acl"] != "outdial" {
			t.Errorf("event socket: %v", esl)
		}
		if sip["auth-calls"] != "true" || sip["accept-blind-reg"] != "false" || sip["context"] != "public" {
			t.Errorf("calls from outside: %v", sip)
		}
	})
}

func TestTrunksBecomeGateways(t *testing.T) {
	i := install(t, installations["everything set"])
	files := configuration(t, i)
	text := files["sip_profiles/external/trunks.xml"]
	first, second, found := strings.Cut(text, "</gateway>")
	if !found || !strings.Contains(first, `<gateway name="main">`) || !strings.Contains(second, `<gateway name="spare">`) {
		t.Fatalf("trunks:\n%s", text)
	}
	want := map[string]string{
		"proxy": "sip.example:5070", "username": "acct", "password": "$${trunk_0_password}", "register": "true", "ping": "25",
	}
	if got := params(t, "main", first+"</gateway></include>"); !maps.Equal(got, want) {
		t.Errorf("main: %v; want %v", got, want)
	}
	want = map[string]string{"proxy": "sip2.example", "register": "false", "ping": "25"}
	if got := params(t, "spare", "<include>"+second); !maps.Equal(got, want) {
		t.Errorf("spare: %v; want %v", got, want)
	}
	_, c := pod(t, i.deployments[campaignPod])
	if got := told(c)["TRUNK_0_PASSWORD"]; got != "freeswitch-campaign/main-password" {
		t.Errorf("the first trunk's password comes from %q", got)
	}
}

func TestTheSwitchIsReplacedWhenItsConfigurationChanges(t *testing.T) {
	sum := func(values string) string {
		return install(t, values).deployments[campaignPod].Spec.Template.Annotations["checksum/config"]
	}
	if sum("") != sum("server: {replicas: 2}") {
		t.Error("a change to the server replaces the switch")
	}
	if sum("") == sum("freeswitch: {maxSessions: 300}") {
		t.Error("a change to the switch does not replace it")
	}
}
