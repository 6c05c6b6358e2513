package cloudconfig

import (
	"slices"
	"time"
)

// Claim is something that is to be true in the end.
type Claim string

// The claims.
const (
	WritebackOn Claim = "writeback-on" // the sync product writes passwords back
	SSPROn      Claim = "sspr-on"      // the tenant hands self-service resets to it
	UnlockOn    Claim = "unlock-on"    // users may unlock without resetting
)

// Says is the answer to a claim.
type Says string

// The answers. Unclear is an answer that contradicts itself. Failing is a bad
// sign: it says nothing of the switch, and that the thing does not work.
const (
	On      Says = "on"
	Off     Says = "off"
	Unclear Says = "unclear"
	Failing Says = "failing"
)

func says(on bool) Says {
	if on {
		return On
	}
	return Off
}

// Witness is a kind of source. Each is worth something else for each claim.
type Witness string

// The witnesses.
const (
	Cmdlet    Witness = "sync server's cmdlet"
	EventLog  Witness = "sync server's event log"
	SwitchLog Witness = "audit log: writeback switched"
	WriteLog  Witness = "audit log: a write that came through"
	FailLog   Witness = "audit log: a reset that failed"
	ResetLog  Witness = "audit log: a reset that names no agent"
	Portal    Witness = "portal"
	CloudSync Witness = "portal: switch of Cloud Sync"
	GraphFlag Witness = "Graph's passwordWritebackEnabled"
	Person    Witness = "a person"
)

// Testimony is what one witness says to one claim.
type Testimony struct {
	Claim   Claim
	Witness Witness
	Says    Says
	What    string    // the observation in a sentence
	Source  string    // where it was seen
	At      time.Time // when it was so; for a person, when it was said
	By      string    // the person

	// Aside says that it is about another product than the run's: it is shown, and
	// counts for nothing.
	Aside bool
	// Unproven says that it may be of another product or server than the one that is to
	// write back: it proves nothing, and mends what was before it.
	Unproven bool

	// Sign is what it shows of the way to AD, beside what it says; "": nothing.
	Sign    Sign
	Event   int       // the event that it is; 0: none
	Fix     string    // what to do about a bad sign whose cause is known; "": see Sign
	Product string    // "connect" or "cloud", whose way that is; "": not said
	Clock   string    // whose clock At is of: a host's; "": the tenant's
	Read    time.Time // when the log was read, by the same clock; zero: not said
}

// weight is what a witness is worth for a claim.
type weight int

const (
	worthless weight = iota // shown at most, never counted
	hint                    // shown beside a verdict, decides nothing
	attests                 // a person's word
	history                 // proves that it was so at its time
	state                   // proves that it is so now
)

// weights is the one table that says what proves what. A witness that is not
// in it is worth nothing for the claim.
//
// Graph's passwordWritebackEnabled is documented as not in use: it stays false
// where writeback works, and can be set where it does not.
//
// The portal's switch of Cloud Sync is the only sight of that setting outside the
// agent's server, and what the field means is not documented: an entry of the audit
// log that names Cloud Sync's agent is what proves.
//
// Self-service resets do not name the agent that wrote them (OnPremisesAgent is
// seen in resets by administrators): without one they are a hint.
var weights = map[Claim]map[Witness]weight{
	WritebackOn: {Cmdlet: state, EventLog: history, SwitchLog: history, WriteLog: history, FailLog: history, ResetLog: hint, Portal: hint, CloudSync: hint, GraphFlag: worthless, Person: attests},
	SSPROn:      {Portal: state, EventLog: history, WriteLog: history, ResetLog: hint, Person: attests},
	UnlockOn:    {Portal: state, WriteLog: history, Person: attests},
}

// Age is how long history proves anything: after it, it is a hint.
const Age = 30 * 24 * time.Hour

// Now is how long what was seen to be so counts as being so: an answer that a
// person brings may be older. After it, it is history.
const Now = 24 * time.Hour

// weight is what the testimony is worth by now.
func (t Testimony) weight(now time.Time) weight {
	w, ago := weights[t.Claim][t.Witness], now.Sub(t.At)
	if t.Witness == SwitchLog && t.Says == On && ago > Now {
		w = hint // it was switched on once: whether it works since is another question
	}
	if w == state && ago > Now {
		w = history
	}
	if t.Aside || t.Unproven || w == history && (ago > Age || t.stale()) {
		w = hint
	}
	return w
}

// Proves says that the testimony may decide its claim.
func (t Testimony) Proves(now time.Time) bool {
	return t.weight(now) >= history && (t.Says == On || t.Says == Off)
}

// State is the verdict on a claim, in the words of reports.
type State string

// The states. Attested is a person's word and never becomes verified by itself.
const (
	Verified State = "verified"
	Attested State = "attested"
	IsOff    State = "off"
	Unknown  State = "unknown"
)

// Verdict is what all testimony to a claim comes to.
type Verdict struct {
	Claim     Claim
	State     State
	By        Testimony   // the testimony that decided; zero where State is Unknown
	Others    []Testimony // what else was said, newest first
	Conflicts []Conflict
	// Vetoed says that a proof would have had it verified, and a bad sign took
	// that back: see health.go.
	Vetoed bool
}

// Conflict is a proof against the testimony that decided.
type Conflict struct {
	Decided Testimony
	Against Testimony
}

// Judge weighs the testimony to a claim:
//
//   - What is so now (seen within a day) decides. Where two such witnesses disagree, or one is
//     unclear, nothing is decided.
//   - Without it, the newest proof of the last 30 days decides, whichever way. That
//     it was switched on proves something for a day.
//   - A proof that is newer than the one that decided and says otherwise is a
//     conflict.
//   - Without proof, a person's word counts as a person's word.
//   - Hints and the worthless are listed.
//   - What would be verified by this is not where a bad sign contradicts it that
//     nothing later mended: see health.go.
func Judge(claim Claim, all []Testimony, now time.Time) Verdict {
	v := Verdict{Claim: claim, State: Unknown}
	own := heard(claim, all)
	states := ofWeight(own, now, state)
	past := slices.DeleteFunc(ofWeight(own, now, history), func(t Testimony) bool { return t.Says == Failing || undone(t, own) })
	switch {
	case len(states) > 0 && agree(states):
		v.decide(states[0])
	case len(states) > 0:
		v.Conflicts = append(v.Conflicts, against(states)...)
	case len(past) > 0:
		v.decide(past[0])
	default:
		if words := ofWeight(own, now, attests); len(words) > 0 {
			v.By, v.State = words[0], wordOf(words[0])
		}
	}
	if v.veto(own, now); v.Vetoed {
		past = nil // the conflict is named
	}
	for _, t := range own {
		if t == v.By {
			continue
		}
		v.Others = append(v.Others, t)
		proves := slices.Contains(past, t)
		if proves && v.State != Unknown && t.Says != v.By.Says && t.At.After(v.By.At) {
			v.Conflicts = append(v.Conflicts, Conflict{v.By, t})
		}
	}
	return v
}

func (v *Verdict) decide(t Testimony) {
	v.By = t
	switch t.Says {
	case On:
		v.State = Verified
	case Off:
		v.State = IsOff
	}
}

// wordOf is the state that a person's word gives.
func wordOf(t Testimony) State {
	if t.Says == On {
		return Attested
	}
	return IsOff
}

// heard is the testimony to the claim, newest first.
func heard(claim Claim, all []Testimony) (out []Testimony) {
	for _, t := range all {
		if t.Claim == claim {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Testimony) int { return b.At.Compare(a.At) })
	return out
}

// undone says that writeback was switched off, and on again later.
func undone(t Testimony, own []Testimony) bool {
	return t.Witness == SwitchLog && t.Says == Off &&
		slices.ContainsFunc(own, func(on Testimony) bool { return on.Witness == SwitchLog && on.Says == On && on.At.After(t.At) })
}

// ofWeight is the testimony of one weight.
func ofWeight(own []Testimony, now time.Time, w weight) (out []Testimony) {
	for _, t := range own {
		if t.weight(now) == w {
			out = append(out, t)
		}
	}
	return out
}

// agree says that all say the same, and clearly.
func agree(all []Testimony) bool {
	for _, t := range all {
		if t.Says != all[0].Says || t.Says == Unclear {
			return false
		}
	}
	return true
}

// against pairs the newest with those that say otherwise. An unclear witness
// stands against itself.
func against(all []Testimony) (out []Conflict) {
	for _, t := range all {
		if t.Says != all[0].Says || t.Says == Unclear {
			out = append(out, Conflict{all[0], t})
		}
	}
	return out
}

// OfStaging marks what is worth less where the sync server that was asked is in staging
// mode: that writeback was switched on may have been there.
func OfStaging(all []Testimony) {
	for i, t := range all {
		all[i].Unproven = t.Unproven || t.Claim == WritebackOn && t.Witness == SwitchLog && t.Says == On
	}
}

// OfProduct marks what all testimony is worth to a run about a product; "": it is about
// either.
//
// What tells of another product is set aside. That Cloud Sync writes back is proven by
// an entry of the audit log that names its agent, and by nothing else: what names no
// agent may be Entra Connect's. What speaks against it counts all the same.
func OfProduct(product string, all []Testimony) {
	for i, t := range all {
		about := t.Claim == WritebackOn && product != "" && t.Witness != Person
		all[i].Aside = about && t.Product != "" && t.Product != product
		all[i].Unproven = about && product == "cloud" && t.Product == "" && t.Says == On
	}
}
