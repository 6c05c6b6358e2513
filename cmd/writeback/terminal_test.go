package main

import "testing"

// A console that obeys no escape sequences gets lines, as whoever asks for them does.
func TestByLines(t *testing.T) {
	for _, c := range []struct {
		a    app
		env  map[string]string
		want bool
	}{
		{app{}, nil, false},
		{app{dumb: true}, nil, true},
		{app{accessible: true}, nil, true},
		{app{}, map[string]string{"ACCESSIBLE": "1"}, true},
		{app{}, map[string]string{"ACCESSIBLE": "0"}, false},
		{app{}, map[string]string{"TERM": "dumb"}, true},
	} {
		c.a.lookupEnv = func(name string) (string, bool) { v, ok := c.env[name]; return v, ok }
		if got := c.a.byLines(); got != c.want {
			t.Errorf("dumb %v, accessible %v, %v: %v", c.a.dumb, c.a.accessible, c.env, got)
		}
	}
}
