package cloudconfig

import (
	"fmt"
	"slices"
	"time"
)

// A switch that says "on" does not say that passwords arrive. What shows that
// they do, or do not, are signs: the sync server's events and the entries of the
// audit log. The rule, which every verb asks through [Judge]:
//
//   - The newest of healthy and unhealthy signs decides. A bad sign that no later
//     good one mended is a veto: nothing is verified then, whatever the cmdlet says.
//   - What mends what is one table. A heartbeat shows that the relay is reached, and
//     not that a request is carried out: a request that was lost is mended by one
//     that came through, or by onboarding, which renews the keys.
//   - An error that AD itself gave for one user shows that the way is open.
//   - A heartbeat is a good sign while it is fresh, as of the moment when the log was
//     read. An answer that a person brings hours later is as good as it was then.
//   - A log that was read and has no fresh sign of life is silent, which is a bad
//     sign. Behind a log that was not read may be the same silence: a switch that says
//     "on" is not enough then, and something has to have worked within a day.
//   - What is about another product than the run's is shown, and counts neither way.
//   - Two products have two ways: what Cloud Sync wrote mends nothing of Connect.

// Sign is what one observation shows of the way from the tenant to a DC.
type Sign string

// The signs, good ones first.
const (
	Written    Sign = "written"    // a password, or an unlock, was written to AD
	Reached    Sign = "reached"    // AD answered about one user: no, but it was asked
	Onboarded  Sign = "onboarded"  // writeback was enabled
	Started    Sign = "started"    // the service started, or calls itself healthy
	Beat       Sign = "heartbeat"  // the service is in touch with the relay
	Offboarded Sign = "offboarded" // writeback was disabled
	Down       Sign = "down"       // the service stopped, or does not reach the relay
	Lost       Sign = "lost"       // a request never reached a DC
	Failed     Sign = "failed"     // a request failed, and nobody says where
	Silent     Sign = "silent"     // the log has no sign of life
	Unheard    Sign = "unheard"    // the log was not read, and may have none
)

// mends is which later signs make a bad one a thing of the past.
var mends = map[Sign][]Sign{
	Offboarded: {Written, Reached, Onboarded, Beat},
	Down:       {Written, Reached, Onboarded, Started, Beat},
	Silent:     {Written, Reached, Onboarded, Started, Beat},
	Unheard:    {Written, Reached, Beat},
	Lost:       {Written, Reached, Onboarded},
	Failed:     {Written, Reached, Onboarded},
}

// says is what a sign says to WritebackOn.
func (s Sign) says() Says {
	switch s {
	case Written, Reached, Onboarded, Started, Beat:
		return On
	case Offboarded:
		return Off
	case Down, Lost, Failed, Silent, Unheard:
		return Failing
	}
	return ""
}

// The times of heartbeats. They come every five minutes; three that are missing
// in a row are no accident. Clocks of two computers that differ by less than
// Skewed are in order: sign-ins bear as much.
const (
	FreshBeat = 15 * time.Minute
	Skewed    = 5 * time.Minute
)

// FromTheFuture says that an answer is dated later than two clocks in order can make
// it, which would have it outweigh everything else that is seen; "": it is not.
func (s Server) FromTheFuture(now time.Time) string {
	ahead := s.At.Sub(now)
	if ahead <= Skewed {
		return ""
	}
	return fmt.Sprintf("the answer of %s is of %s, which is %s from now", s.Host, s.At.UTC().Format(time.RFC3339), ahead.Round(time.Minute))
}

// fresh says that a sign of a log was no older than FreshBeat when that was read.
func fresh(at, read time.Time) bool { return read.Sub(at) < FreshBeat }

// stale says that the testimony is a heartbeat that shows nothing by the time
// that the log was read.
func (t Testimony) stale() bool { return t.Sign == Beat && !fresh(t.At, t.Read) }

// mended says that good came after bad, on the same way, and mends it. Where two
// clocks are compared, it must be so whichever of them is wrong. Of two in the same
// moment the bad one counts, but for a restart: the service stops before it starts.
func (t Testimony) mended(good Testimony, both bool) bool {
	if good.Aside || !slices.Contains(mends[t.Sign], good.Sign) || good.stale() || !sameWay(t, good, both) {
		return false
	}
	switch {
	case t.Sign == Silent:
		return !good.At.Before(t.At.Add(-FreshBeat))
	case t.Sign == Unheard:
		return !good.At.Before(t.At.Add(-Now))
	case t.Clock != good.Clock:
		return !good.At.Before(t.At.Add(Skewed))
	}
	return good.At.After(t.At) || good.At.Equal(t.At) && t.Event == serviceStopped && good.Event == serviceStarted
}

// The events of a service that restarts.
const (
	serviceStarted = 31015
	serviceStopped = 31016
)

// sameWay says that both are about the same product. A good sign that names none
// counts for either, unless both products are at work.
func sameWay(bad, good Testimony, both bool) bool {
	switch {
	case bad.Product == "":
		return true
	case good.Product == "":
		return !both
	}
	return bad.Product == good.Product
}

// bothWays says that both products have been heard of.
func bothWays(all []Testimony) bool {
	of := func(product string) bool {
		return slices.ContainsFunc(all, func(t Testimony) bool { return t.Product == product && !t.Aside })
	}
	return of("connect") && of("cloud")
}

// unmended are the bad signs of the last 30 days that nothing later mended, those
// that say most first, and each newest first.
func unmended(own []Testimony, now time.Time) (out []Testimony) {
	both := bothWays(own)
	for _, sign := range []Sign{Offboarded, Down, Lost, Silent, Unheard, Failed} {
		for _, bad := range own {
			if bad.Aside || bad.Sign != sign || now.Sub(bad.At) > Age {
				continue
			}
			if !slices.ContainsFunc(own, func(good Testimony) bool { return bad.mended(good, both) }) {
				out = append(out, bad)
			}
		}
	}
	return out
}

// veto takes a verdict back that a bad sign contradicts. That writeback was
// disabled is off; that it does not work is not verified, and not off either. One
// request that failed for a reason that nobody gives is not enough against what
// is seen to be so now, but enough against history. What a person says was done
// is not contradicted by what was before.
func (v *Verdict) veto(own []Testimony, now time.Time) {
	if v.State != Verified && v.State != Attested {
		return
	}
	var bad []Testimony
	for _, t := range unmended(own, now) {
		if t.Sign == Failed && v.By.weight(now) == state || v.State == Attested && t.At.Before(v.By.At) {
			continue
		}
		bad = append(bad, t)
	}
	if len(bad) == 0 {
		return
	}
	decided := v.By
	v.Vetoed, v.By, v.State = true, Testimony{}, Unknown
	if bad[0].Sign == Offboarded {
		v.By, v.State = bad[0], IsOff
	}
	for _, t := range bad {
		v.Conflicts = append(v.Conflicts, Conflict{decided, t})
	}
}
