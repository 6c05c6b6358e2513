package steps

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestLinesOfErrors(t *testing.T) {
	a, b, forged := errors.New("a"), errors.New("b"), errors.New("open x\nDone: 3 changes taken back")
	for _, c := range []struct {
		err  error
		want []string
	}{
		{a, []string{"a"}},
		{errors.Join(a, b), []string{"a", "b"}},
		{forged, []string{`open x\u000aDone: 3 changes taken back`}},
		{errors.Join(a, fmt.Errorf("more: %w", forged)), []string{"a", `more: open x\u000aDone: 3 changes taken back`}},
		{fmt.Errorf("undo: %w!", errors.Join(a, errors.Join(b, forged))), []string{"undo: a", "b", `open x\u000aDone: 3 changes taken back!`}},
		{fmt.Errorf("x\ny: %w", errors.Join(a, b)), []string{`x\u000ay: a`, "b"}},
		{fmt.Errorf("%w: %w", a, forged), []string{`a: open x\u000aDone: 3 changes taken back`}},
	} {
		if got := Lines(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.err, got, c.want)
		}
	}
}
