package main

import (
	"math/rand/v2"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"writeback/internal/tier"
	"writeback/steps"
)

const (
	manyKills  = 200 // in .ci/long
	killReason = "killed at random"
)

// kills is how many there are in the tiers before it.
var kills = []ground{
	{share: tier.Share{Quick: 2, Test: 4, Run: 40}},
	{samba: true, from: tier.Test, share: tier.Share{Test: 2, Run: 8}},
}

// The points of the cut tests are those that somebody thought of. Here the process
// is killed at times that nobody chose, in apply and in undo, on a real DC: then
// apply again ends in the final state, and undo in the first, or undo alone does.
func TestRandomKills(t *testing.T) { onEach(t, kills, randomKills) }

func randomKills(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	n, seed := len(g.share.Of(t, manyKills)), tier.Seed(t)
	r := rand.New(rand.NewPCG(seed, seed))
	hit := 0
	for i := range n {
		b.afresh()
		verb := "apply"
		if i%2 == 1 {
			verb = "undo"
			b.want(exitDone, "apply", "--yes")
		}
		if b.killedAtRandom(r, verb) {
			hit++
		}
		when := killReason + " (" + strconv.Itoa(i) + ", " + verb + ")"
		if i%4 < 2 {
			b.comesBack(first, final, when)
			continue
		}
		if run, err := b.maybeLatest(); err != nil || run.State == steps.RunEmpty {
			b.wantWorld(first, when) // nothing was begun
			continue
		}
		b.goesBackIfAny(first, when)
	}
	t.Logf("%d kills of %d hit a process that was at work", hit, n)
	if hit == 0 && tier.Asked(t) == tier.Long { // of a few, a busy computer may miss all
		t.Error("every process had ended before it was to be killed")
	}
}

// killedAtRandom starts a verb and kills it, unless it ends before. Most of the time
// goes by while the DC is found and read: kills that come late are the more likely,
// since that is when something is written.
func (b *bench) killedAtRandom(r *rand.Rand, verb string) bool {
	b.t.Helper()
	began := time.Now()
	whole := b.command(verb, "--yes")
	rehearsed := exec.Command(whole.Path, "version")
	rehearsed.Env, rehearsed.Dir = whole.Env, whole.Dir
	if err := rehearsed.Run(); err != nil { // how long a process takes to start on this computer, just now
		b.t.Fatal(err)
	}
	start := time.Since(began)
	if err := whole.Start(); err != nil {
		b.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = whole.Wait() // how it ended is looked at below
	}()
	late := time.NewTimer(start + time.Duration(r.Int64N(int64(6*start))))
	defer late.Stop()
	select {
	case <-ended:
		return false
	case <-late.C:
	}
	killed := whole.Process.Kill() == nil
	<-ended
	return killed && !whole.ProcessState.Exited()
}
