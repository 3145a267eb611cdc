package kubernetes

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
)

func TestPodsRunWithTheLeastRights(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		for name, d := range i.deployments {
			spec, c := pod(t, d)
			p, s := spec.SecurityContext, c.SecurityContext
			for fault, is := range map[string]bool{
				"may run as root":                   p.RunAsNonRoot == nil || !*p.RunAsNonRoot || p.RunAsUser == nil || *p.RunAsUser == 0,
				"runs without a seccomp profile":    p.SeccompProfile == nil || p.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault,
				"may gain rights":                   s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation,
				"may write its root file system":    s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem,
				"keeps capabilities":                s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}) || len(s.Capabilities.Add) > 0,
				"holds a token":                     spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken,
				"is told of services as OUTDIAL_…":  spec.EnableServiceLinks == nil || *spec.EnableServiceLinks,
				"is on the network of its node":     spec.HostNetwork || spec.HostPID || spec.HostIPC,
				"has no bound to its memory":        c.Resources.Limits.Memory().IsZero(),
				"asks for no CPU or memory":         c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero(),
				"runs an image that may be another": strings.HasSuffix(c.Image, ":latest") || strings.HasSuffix(c.Image, ":"),
			} {
				if is {
					t.Errorf("%s %s", name, fault)
				}
			}
		}
	})
}

func TestProbesAskWhatTheServerAnswers(t *testing.T) {
	_, c := pod(t, install(t, "").deployments[release])
	for name, probe := range map[string]struct {
		*core.Probe
		path string
	}{
		"startup":   {c.StartupProbe, "/healthz"},
		"liveness":  {c.LivenessProbe, "/healthz"},
		"readiness": {c.ReadinessProbe, "/readyz?without=switch"},
	} {
		get := probe.HTTPGet
		if get.Path != probe.path || !listens(c, get.Port, core.ProtocolTCP) {
			t.Errorf("%s asks %s at %s; want %s at a port of the container", name, get.Path, get.Port.String(), probe.path)
		}
		path, _, _ := strings.Cut(get.Path, "?")
		if !regexp.MustCompile(`["` + "` ]" + path + `["` + "`]").MatchString(serverSource(t)) {
			t.Errorf("%s asks %s, which the server does not serve", name, get.Path)
		}
	}
}

func TestTheSwitchIsAskedOverItsEventSocket(t *testing.T) {
	_, c := pod(t, install(t, "").deployments[campaignPod])
	for _, probe := range []*core.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
		asks(t, probe.Exec, "status")
	}
	asks(t, c.Lifecycle.PreStop.Exec, "fsctl shutdown asap") // takes no new calls, returns after the last
}

func asks(t *testing.T, action *core.ExecAction, command string) {
	t.Helper()
	want := []string{"sh", "-c", `exec fs_cli -H "$POD_IP" -p "$SWITCH_PASSWORD" -x "` + command + `"`}
	if !slices.Equal(action.Command, want) {
		t.Errorf("%q; want %q", action.Command, want)
	}
}

func TestStoppedPodsAreLeftTimeForTheirCalls(t *testing.T) {
	for _, values := range []string{"", "server: {shutdownPatience: 7200}\nfreeswitch: {terminationGracePeriodSeconds: 900}"} {
		i := install(t, values)
		spec, c := pod(t, i.deployments[release])
		patience, err := time.ParseDuration(value(c, "OUTDIAL_SHUTDOWN_PATIENCE"))
		if err != nil {
			t.Fatal(err)
		}
		needed := patience + time.Duration(c.Lifecycle.PreStop.Sleep.Seconds)*time.Second
		if grace := time.Duration(*spec.TerminationGracePeriodSeconds) * time.Second; grace < needed+30*time.Second {
			t.Errorf("the server is killed after %s; it needs %s, and some", grace, needed)
		}
		spec, _ = pod(t, i.deployments[campaignPod])
		if *spec.TerminationGracePeriodSeconds < 600 {
			t.Errorf("the switch is killed after %d s", *spec.TerminationGracePeriodSeconds)
		}
	}
}

func TestWhatIsWrittenHasAVolume(t *testing.T) {
	spec, c := pod(t, install(t, "").deployments[campaignPod])
	for n, arg := range c.Args {
		if !strings.HasPrefix(arg, "/") {
			continue
		}
		mount := slices.IndexFunc(c.VolumeMounts, func(m core.VolumeMount) bool {
			return arg == m.MountPath || strings.HasPrefix(arg, m.MountPath+"/")
		})
		if mount < 0 {
			t.Errorf("%s %s is in no volume", c.Args[n-1], arg)
		} else if readOnly := c.VolumeMounts[mount].ReadOnly; readOnly != (c.Args[n-1] == "-conf") {
			t.Errorf("%s %s: read-only is %t", c.Args[n-1], arg, readOnly)
		}
	}
	for _, v := range spec.Volumes {
		if v.ConfigMap == nil && (v.EmptyDir == nil || v.EmptyDir.Medium != core.StorageMediumMemory) {
			t.Errorf("volume %s would put the passwords that FreeSWITCH writes down on a disk", v.Name)
		}
	}
}

// value is what a container's variable is set to in plain text.
func value(c core.Container, name string) string {
	for _, e := range c.Env {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}
