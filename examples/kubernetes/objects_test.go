package kubernetes

import (
	"maps"
	"slices"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const campaignPod = "freeswitch-campaign"

func TestEachInstallationHasItsObjects(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		want := []string{release}
		if _, both := i.deployments[campaignPod]; both {
			want = []string{campaignPod, release}
			names(t, "ConfigMaps", i.configs, campaignPod)
			names(t, "NetworkPolicies", i.policies, campaignPod)
		} else {
			names(t, "ConfigMaps", i.configs)
			names(t, "NetworkPolicies", i.policies)
		}
		names(t, "Deployments", i.deployments, want...)
		names(t, "Services", i.services, want...)
		names(t, "PodDisruptionBudgets", i.budgets, want...)
		names(t, "ServiceAccounts", i.accounts, release)
	})
}

func names[O any](t *testing.T, kind string, objects map[string]*O, want ...string) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(objects)); !slices.Equal(got, want) {
		t.Errorf("%s: %v; want %v", kind, got, want)
	}
}

func TestSelectorsFindExactlyTheirOwnPods(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		for name, d := range i.deployments {
			finds(t, i, "Deployment", name, d.Spec.Selector.MatchLabels)
			finds(t, i, "PodDisruptionBudget", name, i.budgets[name].Spec.Selector.MatchLabels)
			finds(t, i, "Service", name, i.services[name].Spec.Selector)
		}
		for name, p := range i.policies {
			finds(t, i, "NetworkPolicy", name, p.Spec.PodSelector.MatchLabels)
		}
	})
}

// finds checks that a selector matches the pods of the deployment of its own
// name, and of no other.
func finds(t *testing.T, i *installation, kind, name string, selector map[string]string) {
	t.Helper()
	for other, d := range i.deployments {
		if got := matches(selector, d.Spec.Template.Labels); got != (other == name) {
			t.Errorf("%s %s: that its selector %v matches pods of %s is %t", kind, name, selector, other, got)
		}
	}
}

func matches(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return len(selector) > 0
}

func TestServicesLeadToPortsOfTheirPods(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		for name, s := range i.services {
			_, c := pod(t, i.deployments[name])
			for _, p := range s.Spec.Ports {
				if !listens(c, p.TargetPort, p.Protocol) {
					t.Errorf("%s: port %s leads to %s, which its container does not have", name, p.Name, p.TargetPort.String())
				}
			}
		}
	})
}

// listens reports whether a container has a port, by name or number.
func listens(c core.Container, port intstr.IntOrString, protocol core.Protocol) bool {
	return slices.ContainsFunc(c.Ports, func(p core.ContainerPort) bool {
		return p.Protocol == protocol && (p.Name == port.StrVal || p.ContainerPort == port.IntVal)
	})
}

func TestAPersonStaysWithOneOfSeveralServers(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		want := core.ServiceAffinity("")
		if *i.deployments[release].Spec.Replicas > 1 { // each has its own sessions
			want = core.ServiceAffinityClientIP
		}
		if got := i.services[release].Spec.SessionAffinity; got != want {
			t.Errorf("session affinity %q, want %q", got, want)
		}
	})
}

func TestTheCampaignPodHasTheGuidesPortsAndResources(t *testing.T) {
	i := install(t, "")
	_, c := pod(t, i.deployments[campaignPod])
	for port, protocol := range map[int]core.Protocol{5080: core.ProtocolUDP, 8080: core.ProtocolTCP, 8021: core.ProtocolTCP} {
		if !listens(c, intstr.FromInt(port), protocol) {
			t.Errorf("no port %d/%s", port, protocol)
		}
	}
	r := c.Resources
	got := []string{r.Requests.Cpu().String(), r.Requests.Memory().String(), r.Limits.Cpu().String(), r.Limits.Memory().String()}
	if want := []string{"250m", "256Mi", "500m", "512Mi"}; !slices.Equal(got, want) {
		t.Errorf("resources %v; want %v", got, want)
	}
	if got := i.deployments[campaignPod].Spec.Template.Labels["app"]; got != campaignPod {
		t.Errorf("the guide's kubectl -l app=%s finds no pod: label app is %q", campaignPod, got)
	}
}

func TestTheCampaignPodPrefersToBeWithAServer(t *testing.T) {
	i := install(t, "")
	spec, _ := pod(t, i.deployments[campaignPod])
	terms := spec.Affinity.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution
	if len(terms) != 1 || terms[0].PodAffinityTerm.TopologyKey != "kubernetes.io/hostname" ||
		!matches(terms[0].PodAffinityTerm.LabelSelector.MatchLabels, i.deployments[release].Spec.Template.Labels) {
		t.Errorf("affinity %+v", terms)
	}
}

func TestServersRollUnlessTwoMustNotRunAtOnce(t *testing.T) {
	for name, want := range map[string]apps.DeploymentStrategyType{
		"defaults":                   apps.RollingUpdateDeploymentStrategyType,
		"two servers":                apps.RollingUpdateDeploymentStrategyType,
		"a trial without a switch":   apps.RecreateDeploymentStrategyType,
		"XML-RPC and a memory store": apps.RecreateDeploymentStrategyType,
	} {
		s := install(t, installations[name]).deployments[release].Spec.Strategy
		if s.Type != want {
			t.Errorf("%s: %s; want %s", name, s.Type, want)
		}
		if want == apps.RollingUpdateDeploymentStrategyType && (s.RollingUpdate.MaxUnavailable.IntVal != 0 || s.RollingUpdate.MaxSurge.IntVal < 1) {
			t.Errorf("%s: a roll-out takes a server away before the next is there", name)
		}
	}
}

func TestReplicasAndAnnotationsReachTheServer(t *testing.T) {
	d := install(t, installations["everything set"]).deployments[release]
	if *d.Spec.Replicas != 3 || d.Spec.Template.Annotations["team"] != "dialling" {
		t.Errorf("%d replicas, annotations %v", *d.Spec.Replicas, d.Spec.Template.Annotations)
	}
	if image := d.Spec.Template.Spec.Containers[0].Image; !strings.HasSuffix(image, ":9") {
		t.Errorf("image %s", image)
	}
}
