package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
	"writeback/steps"
)

// words of Go, and of its parsers, that mean nothing to an administrator.
var wordsOfGo = []string{"json:", "Go struct", "Go value", "strconv.", "'*", "interface {}", "2006-01-02", "yaml: unmarshal", "UnmarshalJSON", "reflect.", "parsing time"}

// Whatever comes from outside and is broken is told in words about it, not about this
// program.
func TestWordsOfOutsideData(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	told := func(name, in, says string) {
		t.Helper()
		if strings.TrimSpace(says) == "" {
			t.Errorf("%s, %s: nothing is said", name, in)
		}
		for _, word := range wordsOfGo {
			if strings.Contains(says, word) {
				t.Errorf("%s, %.90s: it says %q: %s", name, in, word, says)
			}
		}
	}
	said := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}

	plan := `{"formatVersion":1,"created":"2026-11-28T09:30:00Z","steps":[{"id":"delegate","state":"change","changes":[]}],"settings":{"x":{"value":1,"from":"y"}}}`
	broken := func(whole string, pairs ...string) (all []string) {
		all = []string{"", "[]", "7", `"x"`, "null", "{", whole[:len(whole)/2], whole + "}", "<html>"}
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(whole, pairs[i]) {
				t.Fatalf("%s is not in %s", pairs[i], whole)
			}
			all = append(all, strings.Replace(whole, pairs[i], pairs[i+1], 1))
		}
		return all
	}
	for _, in := range broken(plan,
		`"steps":[`, `"steps":"x","old":[`, `"created":"2026-11-28T09:30:00Z"`, `"created":"yesterday"`, `"created":"2026-11-28T09:30:00Z"`, `"created":7`,
		`"formatVersion":1`, `"formatVersion":"1"`, `"formatVersion":1`, `"formatVersion":1.5`, `"changes":[]`, `"changes":[7]`, `"id":"delegate"`, `"id":{}`, `"x":{"value"`, `"x":[],"z":{"value"`) {
		_, err := steps.ReadPlan(strings.NewReader(in))
		told("plan file", in, said(err))
	}

	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	path := p.journals()[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	run := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	for field, bad := range map[string]string{
		`"formatVersion":1`: `"formatVersion":"1"`, `"seq":(\d+)`: `"seq":"$1"`, `"time":"[^"]*"`: `"time":"yesterday"`, `"kind":"`: `"kind":{},"was":"`,
		`"opening":\{`: `"opening":[],"was":{`, `"change":\{`: `"change":"x","was":{`, `"data":\{`: `"data":{"dn":7,"guid":7,"before":7,"sddl":[],`,
	} {
		write(t, path, whole)
		rechain(t, path, func(line string) string { return regexp.MustCompile(field).ReplaceAllString(line, bad) })
		for _, verb := range [][]string{{"runs", "show", run, "--practice"}, {"undo", run, "--practice", "--yes"}, {"runs", "--practice"}} {
			o := p.run(verb...)
			told("journal, "+verb[0], bad, o.out+o.err)
			if verb[0] == "runs" && len(verb) > 2 && !strings.Contains(bad, `"data"`) && !strings.Contains(o.err, "belongs") && !strings.Contains(o.err, "not written like") && !strings.Contains(o.err, "cannot be read") {
				t.Errorf("%s: the journal is read: %s", bad, o.err)
			}
		}
	}
	write(t, path, []byte("[]\n"))
	told("journal", "[]", p.ends(exitError, nil, "runs", "show", run, "--practice").err)

	for _, in := range []string{"coverage: maybe", "coverage: [yes, no]", "wait-timeout: soon", "min-coverage: most", "scope: {a: b}", "scope: [[a]]", "a: b: c", "\tcoverage: true",
		"- coverage", "coverage: 'x", "coverage: !!binary x", "coverage: *x", "domains: 7", "domains: [7]", "domains: {corp.example: 7}", "domains: {corp.example: {coverage: maybe}}",
		"7: 7", "? [a]\n: b", "%YAML 9", "coverage: |\n x", "only: [1, {}]", "{", "]", "&a b"} {
		write(t, filepath.Join(p.dir, "w.yaml"), []byte(in))
		told("configuration file", in, p.ends(exitUsage, nil, "verify", "--wait", "--config", "w.yaml").err)
	}
	for _, in := range []string{"--coverage=maybe", "--yes=perhaps", "--wait-timeout=soon", "--min-coverage=most", `--only="a`, "--wait-timeout=", "--=x", "--min-coverage=1e999", "--wait=7"} {
		verb := "verify"
		if strings.HasPrefix(in, "--yes") {
			verb = "apply"
		}
		told("flag", in, p.ends(exitUsage, nil, verb, in).err)
	}
	for _, in := range []string{"--dc=ldaps://%zz", "--dc=ldaps://[::1", "--dc=ldaps://dc1:port", "--tls-pin=zz", "--scope=CN=\\zz", "--scope==", "--connector=S-1-x", "--graph-endpoint=https://%zz"} {
		told("flag", in, p.ends(exitUsage, nil, "plan", in).err)
	}
	for name, value := range map[string]string{"WRITEBACK_COVERAGE": "maybe", "WRITEBACK_PRACTICE": "7", "WRITEBACK_MIN_COVERAGE": "most"} {
		q := *p
		q.env = append(q.env[:len(q.env):len(q.env)], name+"="+value)
		told("environment", name, q.ends(exitUsage, nil, "verify").err)
	}

	answer := `{"formatVersion":2,"kind":"inspect","nonce":"n","host":"SYNC01","at":"2026-11-22T12:00:00Z","connect":{"staging":false},"events":[{"id":31019,"at":"2026-11-22T12:00:00Z"}],"problems":[]}`
	for _, in := range broken(answer, `"staging":false`, `"staging":"False"`, `"at":"2026`, `"at":"am 2026`, `"at":"2026`, `"at":7,"was":"2026`, `"id":31019`, `"id":"x"`, `"id":31019`, `"id":1e99`,
		`"problems":[]`, `"problems":{}`, `"events":[`, `"events":7,"was":[`, `"formatVersion":2`, `"formatVersion":"2"`, `"nonce"`, `"noncense"`) {
		_, err := syncserver.ReadDocument(strings.NewReader(in))
		told("hand-off answer", in, said(err))
	}

	var body string
	tn, err := tenant.Start(tenant.Options{Before: func(_ tenant.Service, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body)
		return true
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tn.Close() })
	c, err := graph.Open(graph.Options{Endpoint: tn.GraphEndpoint(), RootCAs: tn.RootCAs(), Credential: givenToken(tn.Mint(tenant.TokenOptions{}))})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range broken(`{"value":[{"id":"a","displayName":"b","createdDateTime":"2020-01-01T00:00:00Z","verifiedDomains":[{"name":"c"}],"assignedPlans":[]}]}`,
		`"b"`, `7`, `"b"`, `{}`, `"b"`, `true`, `"id":"a"`, `"id":[]`, `"2020-01-01T00:00:00Z"`, `"yesterday"`, `"2020-01-01T00:00:00Z"`, `7`, `[{"name":"c"}]`, `"x"`, `"name":"c"`, `"name":7`,
		`"assignedPlans":[]`, `"assignedPlans":[{"servicePlanId":"no"}]`, `"assignedPlans":[]`, `"onPremisesSyncEnabled":"yes"`, `{"value":`, `{"@odata.nextLink":7,"value":`) {
		body = in
		_, _, err := c.Tenant(t.Context())
		told("Graph", in, said(err))
		if _, err := c.Audits(t.Context(), time.Now()); err != nil {
			told("Graph's audit log", in, err.Error())
		}
	}

	page := portal.Client{Endpoint: tn.PortalEndpoint(), HTTP: tn.Client(), Token: func(context.Context) (string, error) {
		return tn.Mint(tenant.TokenOptions{Audience: tenant.PortalAudience}), nil
	}}
	for _, in := range broken(`{"objectId":null,"passwordWritebackSupported":true,"accountUnlockSupported":true,"accountUnlockEnabled":true,"enablementForTenant":true,"cloudProvisioningEnablementForTenant":false}`,
		`null`, `7`, `"passwordWritebackSupported":true`, `"passwordWritebackSupported":"true"`, `"accountUnlockEnabled":true,`, ``) {
		body = in
		_, err := page.Read(t.Context())
		told("the portal", in, said(err))
	}
}

type givenToken string

func (g givenToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(g), ExpiresOn: time.Now().Add(time.Hour)}, nil
}
