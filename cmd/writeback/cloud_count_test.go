package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
	"writeback/steps"
)

// A large tenant that throttles: every user is counted once, and progress is shown.
// It has 200,000 users from .ci/run on, and a tenth before that. What memory it
// takes .ci/bench judges.
func TestCloudManyUsers(t *testing.T) {
	thousands := 20
	if tier.Asked(t) >= tier.Run {
		thousands = 200
	}
	people := tenant.Population{Users: thousands * 1000, Synced: 90, Enabled: 60, Registered: 50}
	b := newCloudBench(t, tenant.Options{People: people, Throttle: tenant.Throttle{Every: max(9, thousands/2), After: time.Second}}).with("--only", "sspr")
	b.env = append(b.env, "GOMEMLIMIT=48MiB") // what is held is measured, and not how late a busy machine collects what is not
	peak := b.measured()
	o := b.want(exitManual, "verify", "--output", "json")
	v := decode[steps.Verification](t, o)
	r := people.Registrations()
	want := fmt.Sprintf("of %d synchronised users the policy allows %d to reset, %d are registered, %d both", r.Users, r.Enabled, r.Registered, r.Capable)
	if e := proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceVerified, "synchronised users"); e.What != want {
		t.Errorf("counted: %s; want: %s", e.What, want)
	}
	if n := len(regexp.MustCompile(`counting registrations: \d+ entries read`).FindAllString(o.err, -1)); n < thousands/20 {
		t.Errorf("%d signs of life:\n%s", n, o.err)
	}
	refused := 0
	for _, r := range b.tenant.Requests() {
		if r.Status == 429 {
			refused++
		}
	}
	if refused < 3 {
		t.Errorf("throttled %d times", refused)
	}
	most, _ := peak()
	t.Logf("%d users: peak %d KiB, throttled %d times", r.Users, most, refused)
}

// A pause that a person would notice is told.
func TestCloudWaits(t *testing.T) {
	b := newCloudBench(t, tenant.Options{Throttle: tenant.Throttle{Every: 6, After: 3 * time.Second}}).with("--only", "writeback")
	if o := b.want(exitDone, "plan"); !strings.Contains(o.err, "waiting for Graph: 429 Too Many Requests, next try in 3s; it is given up after ") {
		t.Errorf("nobody is told: %s", o.err)
	}
}
