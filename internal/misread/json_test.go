package misread

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestJSON(t *testing.T) {
	type inner struct {
		N    int       `json:"n"`
		At   time.Time `json:"at"`
		F    *float64  `json:"f"`
		M    map[string]bool
		Name string `json:"name"`
	}
	type doc struct {
		Steps []inner `json:"steps"`
		In    inner   `json:"in"`
		OK    bool    `json:"ok"`
	}
	for text, want := range map[string]string{
		``:                            NotJSON,
		`{`:                           NotJSON,
		`{"ok":tru}`:                  NotJSON,
		`{"steps":"x"}`:               "steps is a text where a list belongs",
		`[]`:                          "it is a list where an object belongs",
		`7`:                           "it is a number where an object belongs",
		`{"in":{"n":"7"}}`:            "in.n is a text where a whole number belongs",
		`{"in":{"n":7.5}}`:            "in.n is a number that does not fit there",
		`{"in":{"n":1e99}}`:           "in.n is a number that does not fit there",
		`{"in":{"f":1e999}}`:          "in.f is a number that does not fit there",
		`{"in":{"f":[]}}`:             "in.f is a list where a number belongs",
		`{"in":{"M":{"x":{}}}}`:       "in.M is an object where true or false belongs",
		`{"in":{"name":true}}`:        "in.name is true or false where a text belongs",
		`{"in":{"at":"yesterday"}}`:   "a time in it is not written like 2026-11-28T09:30:00Z",
		`{"in":{"at":7}}`:             "a value in it cannot be read",
		`{"more":1}`:                  `it has a field "more" that this program does not know`,
		"{\"a\u202e\\u001b[2J\":1}":   `it has a field`,
		`{"steps":[{"n":{}},{"n":1}]`: NotJSON,
	} {
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		err := d.Decode(&doc{})
		if err == nil {
			t.Errorf("%s is read", text)
			continue
		}
		if got := JSON(err); got != want && !(want == "it has a field" && strings.HasPrefix(got, want) && !strings.ContainsAny(got, "\u202e\x1b")) {
			t.Errorf("%s: %s, want %s (%v)", text, got, want, err)
		}
	}
}
