package misread

import "testing"

func TestTwice(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"b":2}`: "", `{"a":1,"a":2}`: "a", `{"a":1,"A":2}`: "A", `{"a":"a","b":"a"}`: "", `[{"a":1},{"a":2}]`: "", `{"x":{"a":1},"a":{"x":[{"y":1,"y":1}]}}`: "y",
		`{"a":["b","b"],"b":{"a":1}}`: "", `{"a":{},"b":[],"a":1}`: "a", `[1,"a","a"]`: "", `"a"`: "", `{`: "", ``: "",
	} {
		if got := Twice([]byte(in)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
