package stages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/steps"
)

// evidence is a verdict in the engine's words: what decided, then what else was
// said, the newest of each kind, proofs first. Attested stays attested; what decides nothing is
// shown as unknown, with what it said.
func evidence(v cloudconfig.Verdict, title string, now time.Time) []steps.Evidence {
	first := steps.Evidence{State: string(v.State), What: title + ": " + string(v.State), At: v.By.At, Source: v.By.Source, By: v.By.By}
	if v.By != (cloudconfig.Testimony{}) {
		first.What = title + ": " + v.By.What
	} else {
		first.At, first.Source = now.UTC(), "no source decides it"
	}
	proofs, rest := []steps.Evidence{first}, []steps.Evidence{}
	for _, t := range newestOfEach(v.Others) {
		e := steps.Evidence{State: string(v.State), What: title + ": " + t.What, At: t.At, Source: t.Source, By: t.By}
		if t.Says == v.By.Says && t.Proves(now) {
			proofs = append(proofs, e)
			continue
		}
		e.State, e.What = steps.EvidenceUnknown, title+", not counted: "+t.What
		rest = append(rest, e)
	}
	return append(proofs, rest...)
}

// witnesses are in the order in which they are shown.
var witnesses = []cloudconfig.Witness{cloudconfig.Cmdlet, cloudconfig.Portal, cloudconfig.EventLog, cloudconfig.SwitchLog,
	cloudconfig.WriteLog, cloudconfig.Person, cloudconfig.CloudSync, cloudconfig.GraphFlag}

// newestOfEach keeps the first that each kind of witness says for and against: a
// heartbeat comes every five minutes, and an audit log has a line a reset.
func newestOfEach(all []cloudconfig.Testimony) (out []cloudconfig.Testimony) {
	type kind struct {
		who  cloudconfig.Witness
		says cloudconfig.Says
	}
	seen := map[kind]bool{}
	for _, t := range all {
		if k := (kind{t.Witness, t.Says}); !seen[k] {
			seen[k] = true
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b cloudconfig.Testimony) int {
		return slices.Index(witnesses, a.Witness) - slices.Index(witnesses, b.Witness)
	})
	return out
}

// conflicts are the findings about proofs that contradict each other. Where a bad
// sign took the verdict back, a person has to act: no switch mends that.
func conflicts(v cloudconfig.Verdict, title string) (out []steps.Finding) {
	type kind struct {
		who cloudconfig.Witness
		fix string
	}
	seen := map[kind]bool{}
	for _, c := range v.Conflicts {
		code := missing(c.Against.Sign)
		k := kind{c.Against.Witness, c.Against.Fix}
		if seen[k] && code == "" {
			continue
		}
		seen[k] = true
		text := fmt.Sprintf("%s: %s says %s (%s)", title, c.Decided.Witness, c.Decided.Says, c.Decided.What)
		switch {
		case code != "":
			text += ", but " + c.Against.What
		case c.Against != c.Decided:
			text += fmt.Sprintf(", but %s says %s (%s)", c.Against.Witness, c.Against.Says, c.Against.What)
		}
		f := steps.Finding{Level: steps.LevelWarning, Code: "evidence-conflict", Text: text,
			Fix: "look at both by hand; nothing is called verified while they disagree"}
		if v.Vetoed {
			f.Manual, f.Fix = true, mending(c.Against)
		}
		f.Code = cmp.Or(code, f.Code)
		out = append(out, f)
	}
	return out
}

// missing is the code of a sign that is the lack of one; "" for others.
func missing(sign cloudconfig.Sign) string {
	switch sign {
	case cloudconfig.Silent:
		return "heartbeat-missing"
	case cloudconfig.Unheard:
		return "events-unread"
	}
	return ""
}

// mending is what to do about a bad sign, and what proves that it is mended. A cause
// that is known has a way out of its own.
func mending(bad cloudconfig.Testimony) string {
	const prove = "Prove it: have a pilot user reset a password, then writeback verify"
	if bad.Fix != "" {
		return numbered(strings.ToUpper(bad.Fix[:1])+bad.Fix[1:]+".", prove)
	}
	switch bad.Sign {
	case cloudconfig.Offboarded:
		return numbered(
			"Find out who disabled password writeback, and whether it is meant: the audit log names them.",
			"If it is to be on: disable it on the sync server, where it still says enabled, and enable it again.",
			"Look again: writeback verify")
	case cloudconfig.Silent, cloudconfig.Down:
		return numbered(
			"On the sync server see that the service Microsoft Azure AD Sync (ADSync) runs, and restart it.",
			"If no heartbeat (event 31019) comes within 15 minutes: check outbound 443 to the relay's hosts, the proxy, TLS 1.2 and the root certificates, and the clock.",
			"Look again: writeback verify")
	case cloudconfig.Unheard:
		return numbered(
			"Have the application log read: by the script that changes nothing (writeback plan --writeback-method handoff --handoff-script FILE), elevated or as a member of Event Log Readers.",
			"Look again: writeback verify")
	case cloudconfig.Lost:
		return numbered(
			"See in the application log of the sync server what became of the request at that time.",
			"If it shows nothing, or errors of the service: disable password writeback there and enable it again.",
			prove)
	}
	return numbered("See in the audit log, and in the application log of the sync server at that time, why it failed.", prove)
}
