package kubernetes

import (
	"slices"
	"testing"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

// caller is where a connection comes from: a pod of the same namespace, or an
// address outside.
type caller struct {
	labels map[string]string
	cidr   string // of which the caller is part; empty: a pod
}

// admits does what a network plug-in does, as far as the chart's rules go.
func admits(t *testing.T, p *networking.NetworkPolicy, from caller, port int32, protocol core.Protocol) bool {
	t.Helper()
	return slices.ContainsFunc(p.Spec.Ingress, func(rule networking.NetworkPolicyIngressRule) bool {
		return fromPeers(t, rule.From, from) && toPorts(rule.Ports, port, protocol)
	})
}

func fromPeers(t *testing.T, peers []networking.NetworkPolicyPeer, from caller) bool {
	t.Helper()
	return len(peers) == 0 || slices.ContainsFunc(peers, func(peer networking.NetworkPolicyPeer) bool {
		switch {
		case peer.NamespaceSelector != nil || peer.PodSelector != nil && len(peer.PodSelector.MatchExpressions) > 0:
			t.Fatalf("the tests do not know what %+v admits", peer)
		case peer.IPBlock != nil:
			return from.cidr == peer.IPBlock.CIDR
		}
		return from.cidr == "" && (len(peer.PodSelector.MatchLabels) == 0 || matches(peer.PodSelector.MatchLabels, from.labels))
	})
}

func toPorts(ports []networking.NetworkPolicyPort, port int32, protocol core.Protocol) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p networking.NetworkPolicyPort) bool {
		last := p.Port.IntVal
		if p.EndPort != nil {
			last = *p.EndPort
		}
		return *p.Protocol == protocol && p.Port.IntVal <= port && port <= last
	})
}

func TestOnlyTheServerReachesTheControlPorts(t *testing.T) {
	each(t, func(t *testing.T, i *installation) {
		p := i.policies[campaignPod]
		if p == nil {
			return
		}
		if !slices.Equal(p.Spec.PolicyTypes, []networking.PolicyType{networking.PolicyTypeIngress}) {
			t.Errorf("policy types %v", p.Spec.PolicyTypes)
		}
		server := i.deployments[release].Spec.Template.Labels
		for name, from := range map[string]caller{
			"a pod without labels":           {},
			"the switch":                     {labels: i.deployments[campaignPod].Spec.Template.Labels},
			"a server of another release":    {labels: map[string]string{"app": "outdial", "app.kubernetes.io/instance": "other"}},
			"another pod of the release":     {labels: map[string]string{"app": "job", "app.kubernetes.io/instance": release}},
			"the carrier":                    {cidr: "203.0.113.0/24"},
			"the world":                      {cidr: "0.0.0.0/0"},
			"a server of an unnamed release": {labels: map[string]string{"app": "outdial"}},
		} {
			for _, port := range []int32{8021, 8080} {
				if admits(t, p, from, port, core.ProtocolTCP) {
					t.Errorf("%s reaches port %d", name, port)
				}
			}
		}
		for _, port := range []int32{8021, 8080} {
			if !admits(t, p, caller{labels: server}, port, core.ProtocolTCP) {
				t.Errorf("the server does not reach port %d", port)
			}
		}
		if admits(t, p, caller{labels: server}, 22, core.ProtocolTCP) {
			t.Error("the server reaches more than the control ports")
		}
	})
}

func TestCarriersReachSIPAndMediaOnly(t *testing.T) {
	p := install(t, installations["everything set"]).policies[campaignPod]
	for _, c := range []struct {
		cidr     string
		port     int32
		protocol core.Protocol
		want     bool
	}{
		{"203.0.113.0/24", 5080, core.ProtocolUDP, true},
		{"198.51.100.7/32", 5080, core.ProtocolUDP, true},
		{"203.0.113.0/24", 20000, core.ProtocolUDP, true},
		{"203.0.113.0/24", 20999, core.ProtocolUDP, true},
		{"203.0.113.0/24", 19999, core.ProtocolUDP, false},
		{"203.0.113.0/24", 21000, core.ProtocolUDP, false},
		{"203.0.113.0/24", 5080, core.ProtocolTCP, false},
		{"192.0.2.0/24", 5080, core.ProtocolUDP, false},
	} {
		if got := admits(t, p, caller{cidr: c.cidr}, c.port, c.protocol); got != c.want {
			t.Errorf("%s reaches %d/%s: %t", c.cidr, c.port, c.protocol, got)
		}
	}
	if admits(t, install(t, "").policies[campaignPod], caller{cidr: "203.0.113.0/24"}, 5080, core.ProtocolUDP) {
		t.Error("without sipCidrs somebody reaches the SIP port")
	}
}
