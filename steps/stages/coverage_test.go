package stages

import (
	"encoding/json"
	"testing"

	"writeback/adperms/coverage"
)

// What a survey counts is a document whose bytes stay as they were.
func TestCoverageOf(t *testing.T) {
	n := func(i int) *int { return &i }
	why := coverage.Blocked{Reason: "inheritance-blocked", Text: "a & b <c>", Count: 3, InScope: 2, People: 1, Examples: []string{"CN=R&D"},
		Where: []coverage.Place{{DN: "OU=x", Count: 3}}, Fix: "do it"}
	one := coverage.Report{Domain: "one.example", Users: 9, Disabled: 1, InScope: 8, Reached: 5, Before: n(0), After: n(5), Blocked: []coverage.Blocked{why, {Reason: "bare"}},
		People: coverage.People{InScope: 7, Reached: 4, Disabled: 1, Services: 2, Guests: 3, NotSynced: n(0), WithoutTenant: "why"}}
	two := coverage.Report{Domain: "two.example", Writable: n(0), Blocked: []coverage.Blocked{}, Notes: []coverage.Blocked{why}}
	const reason = `{"reason":"inheritance-blocked","text":"a \u0026 b \u003cc\u003e","count":3,"inScope":2,"people":1,"examples":["CN=R\u0026D"],"where":[{"dn":"OU=x","count":3}],"fix":"do it"}`
	const bare = `{"reason":"bare","text":"","count":0,"inScope":0,"people":0,"examples":null}`
	const first = `"users":9,"disabled":1,"inScope":8,"reached":5,"people":{"inScope":7,"reached":4,"disabled":1,"services":2,"guests":3,"notSynchronized":0,"withoutTenant":"why"},` +
		`"before":0,"after":5,"blocked":[` + reason + `,` + bare + `]`
	const second = `"users":0,"disabled":0,"inScope":0,"reached":0,"people":{"inScope":0,"reached":0,"disabled":0,"services":0},"writable":0,"blocked":[],"notes":[` + reason + `]`
	for want, all := range map[string][]coverage.Report{
		`{` + first + `}`:  {one},
		`{` + second + `}`: {two},
		`{"users":9,"disabled":1,"inScope":8,"reached":5,"people":{"inScope":7,"reached":4,"disabled":1,"services":2,"guests":3,"notSynchronized":0,"withoutTenant":"one.example: why"},` +
			`"before":0,"after":5,"writable":0,"blocked":[` + reason + `,` + bare + `],"notes":[` + reason + `],` +
			`"domains":[{"domain":"one.example",` + first + `},{"domain":"two.example",` + second + `}]}`: {one, two},
	} {
		got, err := json.Marshal(CoverageOf(coverage.Sum(all...)).Measured())
		if err != nil || string(got) != want {
			t.Errorf("%s, %v, want\n%s", got, err, want)
		}
	}
}
