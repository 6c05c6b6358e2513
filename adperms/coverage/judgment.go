package coverage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
)

// Whether one user's password can be written back is one answer, and follows from
// one list of reasons: what the rights lack, what else decides in AD, and what the
// tenant says. Rules:
//
//   - A reason that blocks makes it no. Without one, a reason that nobody can look
//     behind makes it not known. Without either it is yes, or yes from a time on.
//   - So no answer but yes comes without a reason, and none that is yes with one that
//     blocks.

// Answer is the answer.
type Answer string

// The answers.
const (
	Yes       Answer = "yes"
	NotBefore Answer = "not-before" // yes, and not before a time
	No        Answer = "no"
	NotKnown  Answer = "not-known"
)

// Judgment is an answer with what it follows from.
type Judgment struct {
	Answer Answer
	From   time.Time // of NotBefore
	Codes  []string  // of the reasons that decided; none of Yes
}

// Can says that the password can be written back, now or from a time on.
func (j Judgment) Can() bool { return j.Answer == Yes || j.Answer == NotBefore }

// Judge gives the answer that follows from all reasons.
func Judge(all []adperms.Reason) Judgment {
	of := func(w adperms.Weight) (codes []string) {
		for _, r := range all {
			if r.Weight == w && !slices.Contains(codes, r.Code) {
				codes = append(codes, r.Code)
			}
		}
		return codes
	}
	if codes := of(adperms.Blocks); len(codes) > 0 {
		return Judgment{Answer: No, Codes: codes}
	}
	if codes := of(adperms.Unknown); len(codes) > 0 {
		return Judgment{Answer: NotKnown, Codes: codes}
	}
	j := Judgment{Answer: Yes}
	for _, r := range all {
		if r.Until.After(j.From) {
			j = Judgment{Answer: NotBefore, From: r.Until, Codes: []string{r.Code}}
		}
	}
	return j
}

// Reasons are all of one user: what an outcome lacks, what else is known of the
// account, and what keeps the connector account from everybody. Of who is not counted
// there is one. by is as in [Verdict].
func (q Question) Reasons(o Outcome, by string, a adperms.Account, now time.Time) []adperms.Reason {
	if not := adperms.NotCounted(a, q.Connector); not.Code != "" {
		return []adperms.Reason{not}
	}
	if slices.Contains(o.Reasons.All(), GrantedByHolder) {
		a.Held = adperms.HeldOut
	}
	account := adperms.Reasons(a, now)
	if q.Unfit.Code != "" {
		account = append(account, q.Unfit)
	}
	return Together(o, by, account)
}

// Together joins what an outcome lacks with what else is known of the account. What
// both say is told once, in the words of the account, with the greater weight. by is
// as in [Verdict].
func Together(o Outcome, by string, account []adperms.Reason) (out []adperms.Reason) {
	rest := slices.Clone(account)
	for _, r := range o.Reasons.All() {
		if i := slices.IndexFunc(rest, func(a adperms.Reason) bool { return a.Code == r.Code() }); i >= 0 {
			if slices.Index(adperms.Weights, r.Weight()) < slices.Index(adperms.Weights, rest[i].Weight) {
				rest[i].Weight = r.Weight()
			}
			out, rest = append(out, rest[i]), slices.Delete(rest, i, i+1)
			continue
		}
		out = append(out, adperms.Reason{Code: r.Code(), Weight: r.Weight(), Text: r.One(by), Fix: r.Fix()})
	}
	return Sorted(append(out, rest...))
}

// Sorted puts the heaviest reasons first.
func Sorted(all []adperms.Reason) []adperms.Reason {
	slices.SortStableFunc(all, func(a, b adperms.Reason) int {
		return slices.Index(adperms.Weights, a.Weight) - slices.Index(adperms.Weights, b.Weight)
	})
	return all
}

// Side is what stands in the way of every user's password on the sync side, by its
// code: now, and after the plan. "": nothing that is known.
type Side struct{ Now, After string }

// then is what the plan makes of it.
func (s Side) then() string {
	if s.After == "" {
		return " The plan mends that."
	}
	return ""
}

// inTheWay says where it is.
func inTheWay(code string) string {
	if code == "sspr-off" {
		return "The tenant stands in the way: " + code
	}
	return "The sync side stands in the way: " + code
}

// Sentence says two judgments: how it is now, and after the plan. planned says that
// the plan changes something for the user. They are about the user; what stands in the
// way of everybody is said beside them.
func Sentence(now, after Judgment, planned bool, everybody Side) string {
	list := func(j Judgment) string { return strings.Join(j.Codes, ", ") }
	from := func(j Judgment) string { return j.From.UTC().Format(time.RFC3339) }
	var text string
	switch now.Answer {
	case Yes:
		if everybody.Now != "" {
			return "The connector account has every right that this password takes. " + inTheWay(everybody.Now) + "." + everybody.then()
		}
		return "This password can be written back: the connector account has every right that it takes. A pilot reset is the proof."
	case NotBefore:
		if everybody.Now != "" {
			return fmt.Sprintf("The connector account has every right that this password takes, but it cannot be replaced before %s: %s. %s.%s", from(now), list(now), inTheWay(everybody.Now), everybody.then())
		}
		return fmt.Sprintf("This password can be written back, but not before %s: %s.", from(now), list(now))
	case No:
		text = "This password cannot be written back: " + list(now) + "."
	case NotKnown:
		text = "Whether this password can be written back is not known: " + list(now) + "."
	}
	if !planned {
		return text
	}
	if after.Can() && everybody.After != "" {
		return text + " Once the plan is applied, the connector account has every right that it takes. " + inTheWay(everybody.After) + "."
	}
	switch after.Answer {
	case Yes:
		return text + " It can be once the plan is applied."
	case NotBefore:
		return text + fmt.Sprintf(" It can be once the plan is applied, but not before %s: %s.", from(after), list(after))
	case No:
		return text + " Applying the plan leaves: " + list(after) + "."
	}
	return text + " Whether it can be once the plan is applied is not known: " + list(after) + "."
}
