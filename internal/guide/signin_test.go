package guide

import (
	"strings"
	"testing"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/wizard"
)

// said are settings by flags and by an environment.
func said(t *testing.T, env map[string]string, args ...string) *settings.Settings {
	t.Helper()
	s, flags := new(settings.Settings), map[*settings.Setting]*settings.Flag{}
	for len(args) > 0 {
		name, value, there := strings.Cut(strings.TrimPrefix(args[0], "--"), "=")
		args = args[1:]
		x := s.Named(name)
		switch {
		case x == nil:
			t.Fatalf("there is no flag --%s", name)
		case !there && x.Kind == settings.Switch:
			value = "true"
		case !there:
			value, args = args[0], args[1:]
		}
		if flags[x] == nil {
			flags[x] = s.Flag(x)
		}
		if err := flags[x].Set(value); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Resolve("setup", func(name string) (string, bool) { v, ok := env[name]; return v, ok }, false); err != nil {
		t.Fatal(err)
	}
	return s
}

// guiding is a guide with flags, and nothing else said. Its renderer shows nothing.
func guiding(t *testing.T, args ...string) *Guide {
	t.Helper()
	return quiet(&session.Caller{Settings: said(t, nil, args...), LookupEnv: func(string) (string, bool) { return "", false }})
}

func quiet(caller *session.Caller) *Guide { return New(caller, mute{}, nil, func() {}) }

// mute is a renderer that shows nothing.
type mute struct{ wizard.GuidedUI }

func (mute) Busy(string) (done func()) { return func() {} }

// After which refusals somebody is asked again.
func TestAsksAgain(t *testing.T) {
	for _, c := range []struct {
		mends             session.Mends
		way               string
		named, answerable bool // may the name be asked for; does a question follow
	}{
		{session.AnotherPassword, withPassword, true, true},
		{session.AnotherPassword, withPassword, false, true},
		{session.AnotherUser, withPassword, true, true},
		{session.AnotherUser, withPassword, false, false},
		{session.Nothing, withPassword, true, false},
		{session.Nothing, withPassword, false, false},
		{session.Nothing, asSignedIn, true, true}, // no password was given yet
		{session.AnotherUser, asSignedIn, false, true},
	} {
		if got := asksAgain(c.mends, c.way, c.named); got != c.answerable {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
