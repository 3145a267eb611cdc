package kubernetes

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

const (
	release   = "outdial"
	namespace = "client-demo-client" // the guide's
)

// installations are the values that the tests render, each what somebody would install.
var installations = map[string]string{
	"defaults": ``,
	"a trial without a switch": `
store: {kind: memory}
switch: {protocol: simulated}
freeswitch: {enabled: false}
`,
	"a demo on a database": `
switch: {protocol: simulated, simulatedOnDatabase: true}
freeswitch: {enabled: false}
`,
	"PostgreSQL elsewhere": `
store: {secret: billing-db, key: outdial-url}
server: {apiKeys: {secret: keys, key: all}}
`,
	"two servers": `
server: {replicas: 2, destination: "7000", env: {OUTDIAL_MAX_CONCURRENT_CEILING: "200", OUTDIAL_SCREENING: "true"}}
`,
	"XML-RPC and a memory store": `
store: {kind: memory}
switch: {protocol: xmlrpc, username: fsadmin}
`,
	"a switch elsewhere": `
switch: {host: fs.example.net}
freeswitch: {enabled: false}
`,
	"everything set": `
imagePullSecrets: [{name: registry}]
server:
  image: {tag: "9"}
  replicas: 3
  podAnnotations: {team: dialling}
  nodeSelector: {pool: web}
trunks:
  - {name: main, proxy: "sip.example:5070", register: true, username: acct, passwordKey: main-password}
  - {name: spare, proxy: sip2.example}
freeswitch:
  externalAddress: 203.0.113.7
  rtp: {first: 20000, last: 20999}
  modules: [mod_avmd]
  extensions: |
    <extension name="desk">
      <condition field="destination_number" expression="^7000$">
        <action application="bridge" data="sofia/gateway/main/2000"/>
      </condition>
    </extension>
  sipCidrs: [203.0.113.0/24, 198.51.100.7/32]
  nodeSelector: {pool: sip}
  disruptionBudget: {maxUnavailable: 0}
`,
}

// load reads the chart.
func load(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.Load("chart")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// files renders the chart with values over its own, by template's name.
func files(t *testing.T, values string) (map[string]string, error) {
	t.Helper()
	return filesOf(t, release, values)
}

// filesOf does so for a release of another name.
func filesOf(t *testing.T, release, values string) (map[string]string, error) {
	t.Helper()
	over := map[string]any{}
	if err := yaml.Unmarshal([]byte(values), &over); err != nil {
		t.Fatal(err)
	}
	c := load(t)
	options := chartutil.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(c, over, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, all)
}

// manifest is what Helm would send to the cluster, its files in order.
func manifest(t *testing.T, values string) string {
	t.Helper()
	rendered, err := files(t, values)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(rendered)) {
		text := strings.TrimSpace(rendered[name])
		if path.Ext(name) != ".yaml" || text == "" {
			continue
		}
		b.WriteString("---\n# " + path.Base(name) + "\n" + text + "\n")
	}
	return b.String()
}

// template is one rendered file, as NOTES.txt.
func template(t *testing.T, values, name string) string {
	t.Helper()
	rendered, err := files(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return rendered["outdial/templates/"+name]
}

// each runs a test for every installation.
func each(t *testing.T, f func(*testing.T, *installation)) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(installations)) {
		t.Run(name, func(t *testing.T) { f(t, install(t, installations[name])) })
	}
}
