package settings

import (
	"errors"
	"slices"
	"testing"
)

// An empty --domain says nothing, wherever it stands: scripts pass on what they do not have.
func TestEmptyDomain(t *testing.T) {
	for _, c := range []struct{ given, want []string }{
		{[]string{""}, nil}, {[]string{"a.example", ""}, []string{"a.example"}}, {[]string{"", "a.example", "", "b.example"}, []string{"a.example", "b.example"}},
	} {
		s := &Settings{}
		f := s.Flag(Domains.Setting)
		for _, text := range c.given {
			if err := f.Set(text); err != nil {
				t.Fatalf("%q: %v", c.given, err)
			}
		}
		if got := Domains.Of(s); !slices.Equal(got, c.want) {
			t.Errorf("%q is %q, want %q", c.given, got, c.want)
		}
	}
}

// A text that can be wrong is not checked where nothing was said of it.
func TestEmptyDefaultIsNotChecked(t *testing.T) {
	x := &Setting{Name: "quiet-hours", Kind: Text, check: func(string) error { return errors.New("no hours") }}
	s := &Settings{}
	if err := s.checkOne(x); err != nil {
		t.Error(err)
	}
	s.put(x, "ten", FromFlag)
	if err := s.checkOne(x); err == nil {
		t.Error("a wrong value is taken")
	}
}
