package main

import (
	"testing"

	"writeback/internal/settings"
)

// A console that obeys no escape sequences gets lines, as whoever asks for them does.
func TestByLines(t *testing.T) {
	for _, c := range []struct {
		a    app
		flag bool
		env  map[string]string
		want bool
	}{
		{app{}, false, nil, false},
		{app{dumb: true}, false, nil, true},
		{app{}, true, nil, true},
		{app{}, false, map[string]string{"ACCESSIBLE": "1"}, true},
		{app{}, false, map[string]string{"ACCESSIBLE": "0"}, false},
		{app{}, false, map[string]string{"TERM": "dumb"}, true},
	} {
		c.a.lookupEnv = func(name string) (string, bool) { v, ok := c.env[name]; return v, ok }
		c.a.settings = new(settings.Settings)
		settings.Accessible.Put(c.a.settings, c.flag, settings.FromFlag)
		if got := c.a.byLines(); got != c.want {
			t.Errorf("dumb %v, accessible %v, %v: %v", c.a.dumb, c.flag, c.env, got)
		}
	}
}
