package chromium

import (
	"errors"
	"testing"
)

// recorder notes how a test would have ended.
type recorder struct {
	testing.TB
	skipped, failed bool
}

func (r *recorder) Helper()      {}
func (r *recorder) Skip(...any)  { r.skipped = true; panic(r) }
func (r *recorder) Fatal(...any) { r.failed = true; panic(r) }

// Chromium may be missing on a developer's machine, and nowhere else; every other
// trouble fails the test.
func TestMissingChromium(t *testing.T) {
	_, missing := find("no-such-program-of-chromium")
	if missing == nil {
		t.Fatal("a program that does not exist was found")
	}
	for _, c := range []struct {
		name            string
		err             error
		require         string
		skipped, failed bool
	}{
		{"missing at home", missing, "", true, false},
		{"missing where it is required", missing, "1", false, true},
		{"broken at home", errors.New("it ended before it answered"), "", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("REQUIRE_CHROMIUM", c.require)
			r := &recorder{TB: t}
			func() {
				defer func() { _ = recover() }()
				giveUp(r, c.err)
			}()
			if r.skipped != c.skipped || r.failed != c.failed {
				t.Errorf("skipped %v, failed %v", r.skipped, r.failed)
			}
		})
	}
}
