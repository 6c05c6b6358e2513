package statedir

import "testing"

// A link's target may name the root without the volume.
func TestFromRoot(t *testing.T) {
	for _, c := range []struct {
		target, to, inside string
		rooted             bool
	}{
		{`\dir\x`, `C:`, `\dir\x`, true},
		{`/dir/x`, `C:`, `/dir/x`, true},
		{`D:\dir`, `D:`, `\dir`, true},
		{`\\server\share\x`, `\\server\share`, `\x`, true},
		{`dir\x`, `C:`, `dir\x`, false},
		{`..`, `C:`, `..`, false},
	} {
		to, inside, rooted := fromRoot(`C:`, c.target)
		if to != c.to || inside != c.inside || rooted != c.rooted {
			t.Errorf("%s: %s, %s, %v", c.target, to, inside, rooted)
		}
	}
}
