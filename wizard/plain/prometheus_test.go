package plain

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"writeback/steps"
)

// readExposition reads metrics as a scraper does, strictly: every line is one of
// the format, a metric has its type before its samples and they stand together,
// and no sample is there twice.
func readExposition(t *testing.T, text string) map[string]string {
	t.Helper()
	form := regexp.MustCompile(`^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?[0-9]+(?:\.[0-9]+)?)$`)
	out, typed, current := map[string]string{}, map[string]bool{}, ""
	if !strings.HasSuffix(text, "\n") {
		t.Error("the last line has no end")
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		switch f := strings.Fields(line); {
		case strings.HasPrefix(line, "# HELP "):
			current = f[2]
			if typed[current] {
				t.Errorf("%s is there twice", current)
			}
		case strings.HasPrefix(line, "# TYPE "):
			typed[f[2]] = f[2] == current && f[3] == "gauge"
		default:
			m := form.FindStringSubmatch(line)
			if m == nil || m[1] != current || !typed[current] {
				t.Errorf("not a sample of %s: %s", current, line)
				continue
			}
			key := m[1] + "{" + m[2] + "}"
			if _, twice := out[key]; twice {
				t.Errorf("%s is there twice", key)
			}
			out[key] = m[3]
		}
	}
	return out
}

func TestExposition(t *testing.T) {
	got := readExposition(t, string(Exposition(Checked{
		Target: steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1", Tenant: `a"b\c` + "\n\x1b[2J\xff"},
		At:     time.UnixMilli(1795363521205), Program: "v1",
		Verification: steps.Verification{
			Steps: []steps.StepPlan{
				{ID: "delegate", State: steps.StateChange, Changes: make([]steps.Change, 2), Findings: []steps.Finding{{Level: steps.LevelWarning}, {Level: steps.LevelInfo}}},
				{ID: "sspr", State: steps.StateSkipped},
			},
			Coverage: measured(`{"users":10,"disabled":1,"writable":7,"blocked":[{"reason":"denied-by-ace","count":3}]}`),
		},
	})))
	for key, want := range map[string]string{
		`writeback_info{domain="corp.example",forest="corp.example",dc="dc1",tenant="a\"b\\c\\u000a\\u001b[2J\\xff",version="v1"}`: "1",
		`writeback_last_check_timestamp_seconds{domain="corp.example"}`:                                                            "1795363521.205",
		`writeback_ok{domain="corp.example"}`:                                                                                      "0",
		`writeback_stage_state{domain="corp.example",stage="delegate",state="change"}`:                                             "1",
		`writeback_stage_state{domain="corp.example",stage="delegate",state="ok"}`:                                                 "0",
		`writeback_stage_state{domain="corp.example",stage="sspr",state="skipped"}`:                                                "1",
		`writeback_stage_changes{domain="corp.example",stage="delegate"}`:                                                          "2",
		`writeback_stage_findings{domain="corp.example",stage="delegate",level="warning"}`:                                         "1",
		`writeback_stage_findings{domain="corp.example",stage="delegate",level="error"}`:                                           "0",
		`writeback_users{domain="corp.example"}`:                                                                                   "10",
		`writeback_users_disabled{domain="corp.example"}`:                                                                          "1",
		`writeback_users_writable{domain="corp.example"}`:                                                                          "7",
		`writeback_users_blocked{domain="corp.example",reason="denied-by-ace"}`:                                                    "3",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// Of several domains each has its own users; where nobody looked there are none.
func TestExpositionOfSeveralDomains(t *testing.T) {
	v := steps.Verification{OK: true, Coverage: measured(`{"users":3,"writable":2,"blocked":[],"domains":[
		{"domain":"a.example","users":1,"writable":1,"blocked":[]},{"domain":"b.example","users":2,"writable":1,"blocked":[{"reason":"x","count":1}]}]}`)}
	c := Checked{Target: steps.Target{Domain: "a.example, b.example"}, Verification: v}
	got := readExposition(t, string(Exposition(c)))
	if got[`writeback_users{domain="a.example"}`] != "1" || got[`writeback_users{domain="b.example"}`] != "2" || got[`writeback_users_blocked{domain="b.example",reason="x"}`] != "1" {
		t.Errorf("%v", got)
	}
	if got[`writeback_ok{domain="a.example, b.example"}`] != "1" {
		t.Errorf("%v", got)
	}
	c.Verification.Coverage = nil
	if text := string(Exposition(c)); strings.Contains(text, "writeback_users") {
		t.Errorf("users without a look at them: %s", text)
	}
}
