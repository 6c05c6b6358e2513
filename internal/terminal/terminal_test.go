package terminal

import "testing"

// A console that obeys no escape sequences gets lines, as whoever asks for them does.
func TestByLines(t *testing.T) {
	for _, c := range []struct {
		a    Terminal
		flag bool
		env  map[string]string
		want bool
	}{
		{Terminal{}, false, nil, false},
		{Terminal{Dumb: true}, false, nil, true},
		{Terminal{}, true, nil, true},
		{Terminal{}, false, map[string]string{"ACCESSIBLE": "1"}, true},
		{Terminal{}, false, map[string]string{"ACCESSIBLE": "0"}, false},
		{Terminal{}, false, map[string]string{"TERM": "dumb"}, true},
	} {
		c.a.LookupEnv = func(name string) (string, bool) { v, ok := c.env[name]; return v, ok }
		if got := c.a.ByLines(c.flag); got != c.want {
			t.Errorf("dumb %v, accessible %v, %v: %v", c.a.Dumb, c.flag, c.env, got)
		}
	}
}
