package main

import (
	"strings"
	"testing"
)

// What was probably meant: a flag of this verb, one of another, its opposite, a
// topic of help, a shell.
func TestWhatWasMeant(t *testing.T) {
	p := newProgram(t)
	for line, says := range map[string][]string{
		"plan --wait":               {"no flag --wait here: it is one of writeback verify"},
		"plan --accessible":         {"it is one of writeback practice, writeback setup"},
		"undo --detailed-exitcod":   {"did you mean --detailed-exitcode? It is one of writeback plan"},
		"plan --detailed-exit-code": {"no flag --detailed-exit-code here: did you mean --detailed-exitcode?"},
		"verify --no-wait":          {"did you mean --wait=false?"},
		"plan --no-coverage":        {"did you mean --coverage=false?"},
		"plan --no-domain":          {"no flag --no-domain"},
		"exit-code":                 {`did you mean "exit-codes"?`},
		"completion bsh":            {`writeback completion has no verb "bsh": did you mean "bash"?`},
		"completion tcsh":           {`no verb "tcsh"`},
	} {
		o := p.ends(exitUsage, says, strings.Fields(line)...)
		if o.out != "" || strings.Contains(o.err, "no-domain") && strings.Contains(o.err, "mean") {
			t.Errorf("%s: %s%s", line, o.out, o.err)
		}
	}
	if o := p.want(exitDone, "completion"); !strings.Contains(o.out, "powershell") {
		t.Errorf("completion does not name the shells: %s", o.out)
	}
}
