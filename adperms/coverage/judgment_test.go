package coverage

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"writeback/adperms"
)

func TestJudge(t *testing.T) {
	at := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	reason := func(code string, w adperms.Weight) adperms.Reason { return adperms.Reason{Code: code, Weight: w} }
	young := adperms.Reason{Code: "min-password-age", Weight: adperms.Hinders, Until: at}
	for _, c := range []struct {
		name   string
		all    []adperms.Reason
		answer Answer
		codes  string
	}{
		{"nothing", nil, Yes, ""},
		{"what is only to be known", []adperms.Reason{reason("must-change-password", adperms.Notes), reason("smart-card-only", adperms.Hinders)}, Yes, ""},
		{"a young password", []adperms.Reason{young}, NotBefore, "min-password-age"},
		{"two ends", []adperms.Reason{{Code: "a", Weight: adperms.Hinders, Until: at.Add(-time.Hour)}, young}, NotBefore, "min-password-age"},
		{"what blocks outweighs", []adperms.Reason{young, reason("descriptor-hidden", adperms.Unknown), reason("disabled", adperms.Blocks), reason("not-granted", adperms.Blocks)}, No, "disabled,not-granted"},
		{"what is not shown", []adperms.Reason{young, reason("descriptor-hidden", adperms.Unknown)}, NotKnown, "descriptor-hidden"},
	} {
		j := Judge(c.all)
		if j.Answer != c.answer || strings.Join(j.Codes, ",") != c.codes || (j.Answer == NotBefore) != j.From.Equal(at) {
			t.Errorf("%s: %+v", c.name, j)
		}
	}
}

// What an outcome lacks and what is known of the account are one list: what both
// say stands in it once, as heavy as the heavier of the two.
func TestTogether(t *testing.T) {
	o := Outcome{Reasons: Reasons(0).with(OrphanedAdminCount).with(Disabled).with(InheritanceBlocked)}
	all := Together(o, "OU=Legal", []adperms.Reason{
		{Code: "min-password-age", Weight: adperms.Notes, Text: "age"},
		{Code: "orphaned-admincount", Weight: adperms.Hinders, Text: "in the words of the account"},
	})
	var got []string
	for _, r := range all {
		got = append(got, string(r.Weight)+" "+r.Code)
	}
	if want := []string{"blocks orphaned-admincount", "blocks inheritance-blocked", "blocks disabled", "notes min-password-age"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if all[0].Text != "in the words of the account" || !strings.Contains(all[1].Text, "OU=Legal") {
		t.Errorf("%+v", all)
	}
}

// Whatever the reasons are, the answer has some unless it is yes, is no where one of
// them blocks and only there, and the sentence names each that decided.
func TestSentenceFollows(t *testing.T) {
	some := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) adperms.Reason {
		r := adperms.Reason{Code: rapid.SampledFrom(codes[1:]).Draw(t, "code"), Weight: rapid.SampledFrom(adperms.Weights).Draw(t, "weight")}
		if r.Weight == adperms.Hinders && rapid.Bool().Draw(t, "ends") {
			r.Until = time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "until"), 0)
		}
		return r
	}), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		list, later := some.Draw(t, "now"), some.Draw(t, "after")
		now, after := Judge(list), Judge(later)
		blocks := slices.ContainsFunc(list, func(r adperms.Reason) bool { return r.Weight == adperms.Blocks })
		if (now.Answer == No) != blocks || (now.Answer == Yes) != (len(now.Codes) == 0) {
			t.Fatalf("%+v of %+v", now, list)
		}
		side := Side{rapid.SampledFrom([]string{"", "writeback-off"}).Draw(t, "side"), ""}
		if rapid.Bool().Draw(t, "left") {
			side.After = side.Now
		}
		s := Sentence(now, after, rapid.Bool().Draw(t, "planned"), side)
		for _, code := range now.Codes {
			if !strings.Contains(s, code) {
				t.Fatalf("%q does not name %s", s, code)
			}
		}
		if strings.HasPrefix(s, "This password can be written back") != (now.Can() && side.Now == "") || now.Can() && !strings.Contains(s, side.Now) || strings.Contains(s, "It can be once") && side.After != "" || strings.Contains(s, ": .") {
			t.Fatalf("%q of %+v", s, now)
		}
	})
}
