package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/exit"
	"writeback/internal/sambatest"
	"writeback/internal/settings"
	"writeback/steps"
)

// resolved is what the settings are by flags, environment and a writeback.yaml that
// is named.
func resolved(t *testing.T, args []string, env map[string]string, yaml string) (*settings.Settings, error) {
	t.Helper()
	return resolvedAt(t, "plan", args, env, yaml)
}

func resolvedAt(t *testing.T, verb string, args []string, env map[string]string, yaml string) (*settings.Settings, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if yaml != "" {
		write(t, "writeback.yaml", []byte(yaml))
		args = append([]string{"--config", "writeback.yaml"}, args...)
	}
	a := &app{out: new(strings.Builder), err: new(strings.Builder)}
	cmd, _, err := a.root().Find([]string{verb})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	return a.settings, a.settings.Resolve(verb, lookup, true)
}

func TestPrecedence(t *testing.T) {
	env := map[string]string{"WRITEBACK_UNEXPIRE": "never", "WRITEBACK_DOMAIN": "env.example", "WRITEBACK_NOT_A_SETTING": "x", "WRITEBACK_VERSION": "v1"}
	yaml := "unexpire: auto\ndomain: file.example\nconnector: from-file\n"
	s, err := resolved(t, []string{"--unexpire", "always"}, env, yaml)
	if err != nil {
		t.Fatal(err)
	}
	run := steps.Run{ID: "20261122T111844Z-3f2a", Target: steps.Target{Domain: "run.example"}, Settings: map[string]steps.Setting{
		"connector": {Value: "from-run", From: "flag"}, "scope": {Value: []any{"OU=a,DC=x", "OU=b,DC=x"}, From: "flag"}, "class": {Value: []any{"user"}, From: "default"},
		"of-a-later-program": {Value: "x", From: "flag"},
	}}
	if err := s.GoOnWith(run); err != nil {
		t.Fatal(err)
	}
	got := s.RecordAll()
	for name, want := range map[string]steps.Setting{
		"unexpire":  {Value: "always", From: "flag"},
		"domain":    {Value: "env.example", From: "environment WRITEBACK_DOMAIN"},
		"connector": {Value: "from-file", From: "file writeback.yaml"},
		"scope":     {Value: "[OU=a,DC=x OU=b,DC=x]", From: "run 20261122T111844Z-3f2a"},
		"class":     {Value: "[user]", From: "default"},
	} {
		if have := got[name]; text(have.Value) != want.Value || have.From != want.From {
			t.Errorf("%s is %v, want %v", name, have, want)
		}
	}
}

func text(v any) string {
	return fmt.Sprint(v)
}

func TestSettingsAsTheyAreWritten(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		yaml string
		want func(s *settings.Settings) bool
	}{
		"bool from the environment": {map[string]string{"WRITEBACK_YES": "1", "WRITEBACK_NO_INPUT": "TRUE"}, "", func(s *settings.Settings) bool { return settings.Yes.Of(s) && settings.NoInput.Of(s) }},
		"false beats the file":      {map[string]string{"WRITEBACK_KERBEROS": "0"}, "kerberos: true", func(s *settings.Settings) bool { return !settings.Kerberos.Of(s) }},
		"empty says nothing":        {map[string]string{"WRITEBACK_YES": "", "WRITEBACK_DOMAIN": ""}, "domain: a.example", func(s *settings.Settings) bool { return !settings.Yes.Of(s) && s.Domain() == "a.example" }},
		"scopes, one a line": {map[string]string{"WRITEBACK_SCOPE": "OU=a,DC=x\nOU=b,DC=x\n"}, "", func(s *settings.Settings) bool {
			return len(settings.Scopes.Of(s)) == 2 && settings.Scopes.Of(s)[1] == "OU=b,DC=x"
		}},
		"classes with commas": {map[string]string{"WRITEBACK_CLASS": "user, inetOrgPerson"}, "", func(s *settings.Settings) bool {
			return len(settings.Classes.Of(s)) == 2 && settings.Classes.Of(s)[1] == "inetOrgPerson"
		}},
		"a list": {nil, "scope:\n- OU=a,DC=x\n- OU=b,DC=x\n", func(s *settings.Settings) bool {
			return len(settings.Scopes.Of(s)) == 2 && settings.Scopes.Of(s)[0] == "OU=a,DC=x"
		}},
		"a list of one as a value": {nil, "scope: OU=a,DC=x", func(s *settings.Settings) bool {
			return len(settings.Scopes.Of(s)) == 1 && settings.Scopes.Of(s)[0] == "OU=a,DC=x"
		}},
		"commas in a YAML value": {nil, "class: user,inetOrgPerson", func(s *settings.Settings) bool { return len(settings.Classes.Of(s)) == 2 }},
		"digits are a name":      {nil, "connector: 0070", func(s *settings.Settings) bool { return settings.Connector.Of(s) == "0070" }},
		"quotes and blocks": {nil, "connector: \"a b\"\nad-user: 'c'\nkeytab: |-\n  d\n", func(s *settings.Settings) bool {
			return settings.Connector.Of(s) == "a b" && settings.ADUser.Of(s) == "c" && filepath.IsAbs(settings.Keytab.Of(s)) && filepath.Base(settings.Keytab.Of(s)) == "d"
		}},
		"nothing given": {nil, "domain:\nscope: ~\n# a comment\n", func(s *settings.Settings) bool {
			return s.Domain() == "" && settings.Scopes.Of(s) == nil && s.Unset(settings.Domains)
		}},
		"an empty file": {nil, "# nothing\n", func(s *settings.Settings) bool {
			return !s.Given(settings.Shown|settings.Reached) && s.ByFlag(settings.Config)
		}},
		"of another verb": {nil, "detailed-exitcode: true\nout: x.json\n", func(s *settings.Settings) bool { return true }},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := resolved(t, nil, c.env, c.yaml)
			if err != nil {
				t.Fatal(err)
			}
			if !c.want(s) {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func TestSettingsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		yaml string
		says []string
	}{
		"wrong key":              {nil, "output: text\ndomian: x\n", []string{"writeback.yaml, line 2", `"domian"`, `did you mean "domain"?`}},
		"unlike any key":         {nil, "frobnicate: x\n", []string{"line 1", `"frobnicate"`, "flags without --"}},
		"a password":             {nil, "ad-password: Secret-1234\n", []string{"line 1", "ad-password-file"}},
		"a map":                  {nil, "domain:\n  name: x\n", []string{"line 1", "domain needs a value or a list"}},
		"a list of lists":        {nil, "scope: [[a]]\n", []string{"scope needs a list of plain values"}},
		"a list for one":         {nil, "dc: [a, b]\n", []string{"line 1", "dc", "one value is needed, not 2"}},
		"no bool":                {nil, "kerberos: maybe\n", []string{"line 1", "kerberos", `"maybe" is neither true nor false`}},
		"no YAML":                {nil, "domain: [Secret-1234\n", []string{"writeback.yaml"}},
		"a text":                 {nil, "Secret-1234\n", []string{"KEY: VALUE"}},
		"twice":                  {nil, "domain: a\ndomain: b\n", []string{"writeback.yaml, line 2"}},
		"two documents":          {nil, "domain: a\n---\ndomain: b\n", []string{"several documents"}},
		"an alias":               {nil, "scope: &a [x]\n", []string{"line 1", "scope needs"}},
		"consent":                {nil, "yes: true\n", []string{"writeback.yaml, line 1", "is consent", "--yes"}},
		"no consent":             {nil, "domain: a\nyes: false\n", []string{"line 2", "is consent"}},
		"what is accepted":       {nil, "accept: [x=y]\n", []string{"line 1", "is consent", "--accept"}},
		"what was proved":        {nil, "digest: ab\n", []string{"line 1", "is consent", "--digest"}},
		"consent for one domain": {nil, "domains:\n- {domain: a, yes: true}\n", []string{`"yes" does not differ`}},
		"config in config":       {nil, "config: x\n", []string{`"config"`}},
		"no bool by environment": {map[string]string{"WRITEBACK_YES": "maybe"}, "", []string{"environment WRITEBACK_YES", `"maybe" is neither true nor false`}},
		"output":                 {map[string]string{"WRITEBACK_OUTPUT": "jsno"}, "", []string{"--output", "text, json", `did you mean "json"?`}},
		"unexpire":               {nil, "unexpire: alwys", []string{"--unexpire", "auto, always, never", `did you mean "always"?`}},
		"stage":                  {nil, "only: delegat", []string{`no stage "delegat"`, `did you mean "delegate"?`}},
		"class":                  {nil, "class: [user, inetOrgPerso]", []string{`"inetOrgPerso"`, `did you mean "inetOrgPerson"?`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := resolved(t, nil, c.env, c.yaml)
			if exit.Code(err) != exitUsage {
				t.Fatalf("exit code %d of %v", exit.Code(err), err)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v does not say %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "Secret-1234") {
				t.Errorf("it shows what stands there: %v", err)
			}
		})
	}
}

// What belongs together is taken from a run together, or not at all.
func TestGoOnWithRun(t *testing.T) {
	pin, key := "SHA256:"+strings.Repeat("0", 64), filepath.Join(t.TempDir(), "key")
	setting := func(v any) steps.Setting { return steps.Setting{Value: v, From: "flag"} }
	run := steps.Run{ID: "r", Target: steps.Target{Domain: "corp.example", DC: "dc1.corp.example"}, Settings: map[string]steps.Setting{
		"dc": setting("ldaps://dc1"), "tls-pin": setting(pin), "tls-name": setting("dc1.corp.example"), "ad-user": setting("admin"), "keytab": setting(key),
		"only": setting([]any{"delegate"}),
	}}
	type want struct{ dc, caCert, tlsPin, tlsName, adUser, keytab string }
	for name, c := range map[string]struct {
		args []string
		want want
	}{
		"all":          {nil, want{"ldaps://dc1", "", pin, "dc1.corp.example", "admin", key}},
		"another DC":   {[]string{"--dc", "ldaps://dc2"}, want{"ldaps://dc2", "", "", "", "admin", key}},
		"another CA":   {[]string{"--ca-cert", "ca"}, want{"ldaps://dc1", "ca", "", "dc1.corp.example", "admin", key}},
		"another user": {[]string{"--ad-user", "eve"}, want{"ldaps://dc1", "", pin, "dc1.corp.example", "eve", ""}},
		"the ticket":   {[]string{"--kerberos"}, want{"ldaps://dc1", "", pin, "dc1.corp.example", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := resolved(t, c.args, nil, "")
			if err == nil {
				err = s.GoOnWith(run)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := (want{settings.DC.Of(s), settings.CACert.Of(s), settings.TLSPin.Of(s), settings.TLSName.Of(s), settings.ADUser.Of(s), settings.Keytab.Of(s)}); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if s.Domain() != "corp.example" || s.Origin(settings.Domains).String() != "run r" {
				t.Errorf("domain %q from %q", s.Domain(), s.Origin(settings.Domains).String())
			}
		})
	}
	run.Settings["class"] = setting([]any{"computer"})
	if s, err := resolved(t, nil, nil, ""); err != nil || exit.Code(s.GoOnWith(run)) != exitUsage {
		t.Errorf("a run of a class that is none is gone on with: %v", err)
	}
}

// The preview says of each value where it came from, in text and JSON.
func TestSettingsInThePreview(t *testing.T) {
	dc := sambatest.Shared(t)
	connector := dc.Connector(t)
	ou := dc.OU(t)
	p := signedIn(t, dc)
	p.env = append(p.env, "WRITEBACK_UNEXPIRE=never", "WRITEBACK_SOMETHING_ELSE=1")
	p.env = append(p.env, "WRITEBACK_CONFIG=writeback.yaml")
	write(t, filepath.Join(p.dir, "writeback.yaml"), []byte("scope:\n- "+ou+"\nclass: [user, inetOrgPerson]\n"))
	plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json", "--connector", connector.Name))
	for name, want := range map[string][2]string{
		"connector": {connector.Name, "flag"}, "unexpire": {"never", "environment WRITEBACK_UNEXPIRE"}, "scope": {"[" + ou + "]", "file writeback.yaml"},
		"class": {"[user inetOrgPerson]", "file writeback.yaml"}, "domain": {domainOf(dc), "found: the DC's domain"}, "ad-user": {dc.AdminUser, "flag"},
	} {
		if have := plan.Settings[name]; text(have.Value) != want[0] || have.From != want[1] {
			t.Errorf("%s is %+v, want %v", name, have, want)
		}
	}
	if n := len(plan.Steps[0].Changes); n != 6 || plan.Steps[0].Changes[0].Target != ou {
		t.Errorf("%d changes: %+v", n, plan.Steps[0].Changes)
	}
	o := p.want(exitDone, "plan", "--config", os.DevNull+"x", "--config", filepath.Join(p.dir, "writeback.yaml"))
	for _, row := range []string{"user, inetOrgPerson", ou, "environment WRITEBACK_UNEXPIRE"} {
		if !strings.Contains(o.out, row) {
			t.Errorf("the preview does not show %q:\n%s", row, o.out)
		}
	}
	for _, args := range [][]string{{"--skip", "delegate"}, {"--skip", "delegate", "--only", "delegate"}} {
		plan := decode[steps.Plan](t, p.want(exitDone, append([]string{"plan", "--output", "json", "--detailed-exitcode"}, args...)...))
		if plan.Steps[0].State != steps.StateSkipped {
			t.Errorf("%v: %+v", args, plan.Steps[0])
		}
	}
	p.want(exitChanges, "plan", "--detailed-exitcode", "--only", "delegate")
	p.env = append(p.env, "WRITEBACK_DETAILED_EXITCODE=true")
	p.want(exitChanges, "plan")
}
