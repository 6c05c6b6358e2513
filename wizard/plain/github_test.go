package plain

import (
	"regexp"
	"strings"
	"testing"

	"writeback/steps"
)

// What came from outside stays text in Markdown, whatever it looks like.
func TestMarkdownOfHostileText(t *testing.T) {
	evil := "</code><script>alert(1)</script> | a | **b** _c_ [d](https://evil.example) ![e](x) `f` @team #1 ~~g~~ www.evil.example \x1b[2J \u202e"
	p := steps.Plan{
		Target: steps.Target{Forest: evil, Domain: evil, DC: evil, Tenant: evil},
		Steps: []steps.StepPlan{{ID: "delegate", Title: evil, State: steps.StateChange,
			Changes:  []steps.Change{{Verb: steps.VerbAdd, Target: evil, Line: evil, SDDL: evil, Before: evil, After: evil}},
			Findings: []steps.Finding{{Level: steps.LevelWarning, Code: "x", Text: evil, Fix: "one\n" + evil}}}},
		Coverage: measured(`{"users":10,"before":1,"after":9,"blocked":[{"reason":"<b>","text":"a | b\n# c","count":1}]}`),
		Settings: map[string]steps.Setting{"connector": {Value: evil, From: "flag"}},
	}
	text := Markdown(planned(p))
	// An escape is a letter of its own (CommonMark 2.4), in code of HTML as well.
	escaped := regexp.MustCompile(`\\[!-/:-@[-\x60{-~]`)
	tags := regexp.MustCompile(`<(/?)(code|br|details|summary)>`)
	bare := tags.ReplaceAllString(escaped.ReplaceAllString(text, ""), "")
	for _, mark := range []string{"<", ">", "`", "_", "[", "]", "@", "~", "&", "\\", "://", "www.", "\x1b", "\u202e"} {
		if strings.Contains(bare, mark) {
			t.Errorf("%q is there: %s", mark, text)
		}
	}
	for _, line := range strings.Split(bare, "\n") {
		if n := strings.Count(line, "|"); n > 0 && n != 3 && n != 4 && n != 5 {
			t.Errorf("a row with %d bars: %s", n, line)
		}
		if strings.HasPrefix(line, "#") && !regexp.MustCompile(`^##+ [A-Z/]`).MatchString(line) {
			t.Errorf("a heading of somebody else: %s", line)
		}
	}
	if letters := escaped.ReplaceAllStringFunc(text, func(e string) string { return e[1:] }); !strings.Contains(letters, steps.Plain(evil)) {
		t.Errorf("the text itself is lost: %s", text)
	}
}

func TestMarkdown(t *testing.T) {
	p := steps.Plan{Target: steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1"}}
	for _, c := range []struct {
		steps []steps.StepPlan
		want  string
	}{
		{nil, "**Nothing to do.**"},
		{[]steps.StepPlan{{ID: "a", State: steps.StateManual}}, "A manual step waits."},
		{[]steps.StepPlan{{ID: "a", State: steps.StateBlocked, Findings: []steps.Finding{{Level: steps.LevelError, Code: "null-dacl", Text: "t", Fix: "f\ng"}}}}, "- **error** <code>null-dacl</code>: t<br>Fix: f<br>g"},
		{[]steps.StepPlan{{ID: "a", State: steps.StateBlocked}}, "**Blocked: fix the errors first. Until then, nothing is written.**"},
		{[]steps.StepPlan{{ID: "a", State: steps.StateBlocked, Findings: []steps.Finding{{Level: steps.LevelError, Code: "x", Text: "y", Accept: "x"}, {Level: steps.LevelError, Code: "null-dacl", Text: "t"}}}},
			"\n\n**Refused:** <code>null-dacl</code>: t\n\n**To be accepted:** <code>x</code>: y\n\n**Blocked:"},
		{[]steps.StepPlan{{ID: "a", State: steps.StateChange, Changes: []steps.Change{{Verb: steps.VerbSet, Target: "x", Line: "l", Before: "off", After: "on"}}}},
			"| set | <code>x</code> | l | before: <code>off</code><br>after: <code>on</code> |"},
		{[]steps.StepPlan{{ID: "a", State: steps.StateChange, Changes: []steps.Change{{Verb: steps.VerbSet, Target: "x", Line: "l"}}}}, "**1 change. Nothing has been written yet.**"},
	} {
		if p.Steps = c.steps; !strings.Contains(Markdown(planned(p)), c.want) {
			t.Errorf("no %q in %s", c.want, Markdown(planned(p)))
		}
	}
	p.Coverage = measured(`{"users":10,"before":1,"after":9,"blocked":[{"reason":"denied-by-ace","text":"t","count":1}]}`)
	if text := Markdown(planned(p)); !strings.Contains(text, "Now 1 of 10 users (10 %), after it 9 (90 %).") || !strings.Contains(text, "| 1 | <code>denied-by-ace</code> | t |") {
		t.Errorf("%s", text)
	}
}

// measured is a coverage as a document has it.
func measured(doc string) *steps.Measured {
	var m steps.Measured
	if err := m.UnmarshalJSON([]byte(doc)); err != nil {
		panic(err)
	}
	return &m
}
