package spelling

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"plan", "apply", "verify", "undo", "runs", "version", "ad-user", "only"}
	for name, want := range map[string]string{
		"pln": "plan", "paln": "plan", "PLAN": "plan", "aply": "apply", "verfiy": "verify", "und": "undo", "adn-user": "ad-user", "ad_user": "ad-user",
		"x": "", "on": "", "frobnicate": "", "": "", "undone": "undo",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q is near %q, want %q", name, got, want)
		}
	}
	for pair, want := range map[[2]string]int{{"", "abc"}: 3, {"abc", ""}: 3, {"abc", "abc"}: 0, {"abcd", "acbd"}: 1, {"kitten", "sitting"}: 3, {"ca", "abc"}: 3, {"Zoë", "zoe"}: 1} {
		if got := Distance(pair[0], pair[1]); got != want {
			t.Errorf("distance %v is %d, want %d", pair, got, want)
		}
	}
}
