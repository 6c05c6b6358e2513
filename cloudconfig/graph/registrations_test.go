package graph_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
)

var someUsers = tenant.Population{Users: 3217, Synced: 70, Enabled: 60, Registered: 40}

// Whatever happens on the way, each synchronised user is counted once.
func TestRegistrations(t *testing.T) {
	if want := someUsers.Registrations(); want.Users == 0 || want.Capable == want.Enabled || want.Users == someUsers.Users {
		t.Fatalf("the population shows no difference: %+v", want)
	}
	tests := map[string]tenant.Options{
		"in peace":          {},
		"throttled":         {Throttle: tenant.Throttle{Every: 3, After: 7 * time.Second}},
		"throttled by date": {Throttle: tenant.Throttle{Every: 3, After: 7 * time.Second, Date: true}, Skew: time.Hour},
		"unavailable":       {Throttle: tenant.Throttle{Every: 2, Status: 503, Silent: true}},
		"broken off":        {Cut: 2},
		"all at once":       {Cut: 5, Throttle: tenant.Throttle{Every: 4, After: time.Second}, TokenLifetime: 6 * time.Minute},
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) {
			o.People, o.PageSize = someUsers, 100
			w := open(t, o, tenant.TokenOptions{})
			var progress []int
			got, err := w.client.Registrations(t.Context(), nil, func(done int) { progress = append(progress, done) })
			if err != nil {
				t.Fatal(err)
			}
			want := someUsers.Registrations()
			if got != want {
				t.Errorf("counted %+v, want %+v", got, want)
			}
			if !slices.IsSorted(progress) || progress[len(progress)-1] != want.Users+someUsers.Users {
				t.Errorf("progress %v, want it to rise to %d", progress, want.Users+someUsers.Users)
			}
		})
	}
}

// A report that shows users twice, in both cases, and users that are no longer there.
func TestRegistrationsTwice(t *testing.T) {
	const id = "0f8fad5b-d9cb-469f-a165-70867728950e"
	w := answering(t, map[string]string{
		"/users": `{"value":[{"id":"` + id + `"},{"id":"` + id + `"},null]}`,
		"/reports/authenticationMethods/userRegistrationDetails": `{"value":[
			{"id":"0F8FAD5B-D9CB-469F-A165-70867728950E","isSsprEnabled":true,"isSsprRegistered":false,"isSsprCapable":null},
			{"id":"` + id + `","isSsprEnabled":true},
			{"id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","isSsprEnabled":true},null]}`,
	})
	got, err := w.client.Registrations(t.Context(), nil, nil)
	if want := (cloudconfig.Registrations{Users: 1, Enabled: 1}); err != nil || got != want {
		t.Errorf("counted %+v, %v, want %+v", got, err, want)
	}
}

// Who is synchronised is told, by the SID in AD, on the same pass or on one of its own:
// those whose source of authority is the cloud, or who were synchronised once, are not.
func TestSyncedUsers(t *testing.T) {
	const sid = "S-1-5-21-1-2-3-"
	o := tenant.Options{PageSize: 2, Throttle: tenant.Throttle{Every: 3, After: 7 * time.Second}, Persons: []tenant.Person{
		{UPN: "a@contoso.com", SID: sid + "1"}, {UPN: "b@contoso.com", SID: sid + "2", Disabled: true}, {UPN: "c@contoso.com"},
		{UPN: "d@contoso.com", SID: sid + "4", Moved: true}, {UPN: "e@contoso.com", SID: sid + "5", Left: true}, {UPN: "f@contoso.com", SID: sid + "6"},
	}, People: tenant.Population{Users: 1}}
	want := []graph.SyncedUser{{SID: sid + "1"}, {SID: sid + "2", Off: true}, {SID: sid + "6"}}
	w := open(t, o, tenant.TokenOptions{})
	var alone, beside heard
	var progress []int
	if err := w.client.SyncedUsers(t.Context(), alone.take, func(done int) { progress = append(progress, done) }); err != nil {
		t.Fatal(err)
	}
	if pages := len(w.Requests()); !alone.are(want) || !slices.Equal(progress, []int{2, 3}) || pages > 4 {
		t.Errorf("%v, progress %v, %d requests", alone, progress, pages)
	}
	if _, err := w.client.Registrations(t.Context(), beside.take, nil); err != nil || !beside.are(want) {
		t.Errorf("beside the registrations: %v, %v", beside, err)
	}
}

// heard are users, and whether they were said to be all.
type heard struct {
	users []graph.SyncedUser
	all   bool
}

func (h *heard) take(u *graph.SyncedUser) {
	if h.all = u == nil; !h.all {
		h.users = append(h.users, *u)
	}
}

func (h *heard) are(want []graph.SyncedUser) bool { return h.all && slices.Equal(h.users, want) }

// A list that breaks off is not all; one is where the report beside it is refused.
func TestSyncedUsersRefused(t *testing.T) {
	o := tenant.Options{People: tenant.Population{Users: 5, Synced: 100}, LicensedReports: true, SKUs: []tenant.SKU{}}
	w := open(t, o, tenant.TokenOptions{})
	var all, none heard
	if _, err := w.client.Registrations(t.Context(), all.take, nil); err == nil || !all.all || len(all.users) != 5 {
		t.Errorf("without the report: %+v, %v", all, err)
	}
	w = open(t, o, tenant.TokenOptions{Scopes: []string{"Organization.Read.All"}})
	if err := w.client.SyncedUsers(t.Context(), none.take, nil); graph.KindOf(err) != graph.Forbidden || none.all {
		t.Errorf("without the permission: %+v, %v", none, err)
	}
}

// What Graph leaves out is not made up.
func TestSyncedUsersUnsaid(t *testing.T) {
	w := answering(t, map[string]string{"/users": `{"value":[{"id":"x"},null,{"onPremisesSecurityIdentifier":null,"accountEnabled":null},
		{"onPremisesSecurityIdentifier":"S-1-5-21-1-2-3-4","accountEnabled":false},{"onPremisesSecurityIdentifier":"no\u202esid","accountEnabled":true}]}`})
	var all heard
	err := w.client.SyncedUsers(t.Context(), all.take, nil)
	if want := []graph.SyncedUser{{}, {}, {SID: "S-1-5-21-1-2-3-4", Off: true}, {SID: `no\u202esid`}}; err != nil || !all.are(want) {
		t.Errorf("%+v, %v", all, err)
	}
}

// A tenant of 200,000 users is counted by a process of its own (20,000 before
// .ci/run), which says what memory Go's runtime took from the system, where the
// collector is told to keep below 48 MiB: what else a process has in memory is its
// program file, as far as the system cares to keep that there. .ci/bench judges it.
func TestRegistrationsOfMany(t *testing.T) {
	people := tenant.Population{Users: 20_000, Synced: 75, Enabled: 60, Registered: 50}
	switch {
	case raceDetector:
		people.Users = 5_000
	case tier.Asked(t) >= tier.Run:
		people.Users = 200_000
	}
	w := open(t, tenant.Options{People: people, Throttle: tenant.Throttle{Every: 7}}, tenant.TokenOptions{})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := w.CAFile(ca); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "GRAPH_TEST_PLAY=count", "GRAPH_TEST_ENDPOINT="+w.GraphEndpoint(),
		"GRAPH_TEST_TOKEN="+w.Mint(tenant.TokenOptions{}), "GRAPH_TEST_CA="+ca)
	// What is held is to be measured, and not how late a busy machine collects what is not.
	child.Env = append(child.Env, "GOMEMLIMIT=48MiB")
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got counted
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if want := people.Registrations(); got.Registrations != want {
		t.Errorf("counted %+v, want %+v", got.Registrations, want)
	}
	t.Logf("%d users, %d waits, %d KiB taken", people.Users, got.Waits, got.Taken>>10)
	if got.Waits == 0 {
		t.Error("the tenant did not throttle")
	}
}

// counted is what the counting process reports.
type counted struct {
	Registrations cloudconfig.Registrations
	Waits         int
	Taken         uint64 // bytes that the runtime took from the system: it is never less again
}

func init() { plays["count"] = playCount }

func playCount() int {
	pem, err := os.ReadFile(os.Getenv("GRAPH_TEST_CA"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	var got counted
	client, err := graph.Open(graph.Options{
		Endpoint: os.Getenv("GRAPH_TEST_ENDPOINT"), Credential: fixed(os.Getenv("GRAPH_TEST_TOKEN")), RootCAs: roots,
		Wait: func(context.Context, time.Duration) error { got.Waits++; return nil },
	})
	if err == nil {
		got.Registrations, err = client.Registrations(context.Background(), nil, nil)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	got.Taken = m.Sys
	json.NewEncoder(os.Stdout).Encode(got)
	return 0
}

// fixed is a credential that has one token.
type fixed string

func (f fixed) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(f)}, nil
}
