package settings

import (
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
