package stages

import (
	"encoding/json"
	"testing"

	"writeback/adperms/coverage"
)

// A survey's report and the engine's document of it are the same JSON, byte by byte.
func TestCoverageIsTheReport(t *testing.T) {
	n := func(i int) *int { return &i }
	why := coverage.Blocked{Reason: "inheritance-blocked", Text: "a & b <c>", Count: 3, InScope: 2, People: 1, Examples: []string{"CN=R&D"},
		Where: []coverage.Place{{DN: "OU=x", Count: 3}}, Fix: "do it"}
	one := coverage.Report{Users: 9, Disabled: 1, InScope: 8, Reached: 5, Before: n(0), After: n(5), Blocked: []coverage.Blocked{why, {Reason: "bare", Examples: nil}},
		People: coverage.People{InScope: 7, Reached: 4, Disabled: 1, Services: 2, Guests: 3, NotSynced: n(0), WithoutTenant: "why"}}
	two := coverage.Report{Users: 0, Writable: n(0), Blocked: []coverage.Blocked{}, Notes: []coverage.Blocked{why}}
	one.Domain, two.Domain = "one.example", "two.example"
	for _, r := range []coverage.Report{coverage.Sum(one), coverage.Sum(two), coverage.Sum(one, two)} {
		want, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(CoverageOf(r).Measured())
		if err != nil || string(got) != string(want) {
			t.Errorf("%s, %v, want\n%s", got, err, want)
		}
	}
}
