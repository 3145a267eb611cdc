package kubernetes

import (
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// installation is a rendered chart, decoded; each map goes by the objects' names.
type installation struct {
	manifest    string
	deployments map[string]*apps.Deployment
	services    map[string]*core.Service
	accounts    map[string]*core.ServiceAccount
	configs     map[string]*core.ConfigMap
	budgets     map[string]*policy.PodDisruptionBudget
	policies    map[string]*networking.NetworkPolicy
}

func newInstallation() *installation {
	return &installation{
		deployments: map[string]*apps.Deployment{},
		services:    map[string]*core.Service{},
		accounts:    map[string]*core.ServiceAccount{},
		configs:     map[string]*core.ConfigMap{},
		budgets:     map[string]*policy.PodDisruptionBudget{},
		policies:    map[string]*networking.NetworkPolicy{},
	}
}

// install renders the chart and decodes it as strictly as it can be: a field that
// the API does not have fails, as does a kind that the chart should not make.
func install(t *testing.T, values string) *installation {
	t.Helper()
	i := newInstallation()
	i.manifest = manifest(t, values)
	for _, doc := range strings.Split(i.manifest, "---\n")[1:] {
		i.add(t, doc)
	}
	return i
}

func (i *installation) add(t *testing.T, doc string) {
	t.Helper()
	var kind meta.TypeMeta
	if err := yaml.Unmarshal([]byte(doc), &kind); err != nil {
		t.Fatalf("no YAML: %v\n%s", err, doc)
	}
	switch kind.APIVersion + " " + kind.Kind {
	case "apps/v1 Deployment":
		keep(t, i.deployments, doc)
	case "v1 Service":
		keep(t, i.services, doc)
	case "v1 ServiceAccount":
		keep(t, i.accounts, doc)
	case "v1 ConfigMap":
		keep(t, i.configs, doc)
	case "policy/v1 PodDisruptionBudget":
		keep(t, i.budgets, doc)
	case "networking.k8s.io/v1 NetworkPolicy":
		keep(t, i.policies, doc)
	default:
		t.Fatalf("unexpected %s %s", kind.APIVersion, kind.Kind)
	}
}

// keep decodes an object and files it under its name.
func keep[O any, P interface {
	*O
	meta.Object
}](t *testing.T, into map[string]*O, doc string) {
	t.Helper()
	o := P(new(O))
	if err := yaml.UnmarshalStrict([]byte(doc), o); err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	if _, twice := into[o.GetName()]; twice || o.GetName() == "" {
		t.Fatalf("the name %q is empty or taken\n%s", o.GetName(), doc)
	}
	into[o.GetName()] = o
}

// pod is a deployment's pod and its only container.
func pod(t *testing.T, d *apps.Deployment) (core.PodSpec, core.Container) {
	t.Helper()
	if d == nil {
		t.Fatal("no such deployment")
	}
	spec := d.Spec.Template.Spec
	if len(spec.Containers) != 1 || len(spec.InitContainers) != 0 {
		t.Fatalf("%s has %d containers and %d for its start; want one and none",
			d.Name, len(spec.Containers), len(spec.InitContainers))
	}
	return spec, spec.Containers[0]
}
