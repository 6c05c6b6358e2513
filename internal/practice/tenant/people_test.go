package tenant_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/internal/tier"
)

// each goes through a collection, asking again for a page that it did not get.
func (w *world) each(path string, do func(json.RawMessage)) (pages int) {
	w.Helper()
	token := w.Mint(tenant.TokenOptions{})
	for next := w.GraphEndpoint() + "/v1.0" + path; next != ""; {
		r := w.fetch("GET", next, token, "")
		if r.status == http.StatusTooManyRequests || r.err != nil {
			continue
		}
		if r.status != 200 {
			w.Fatalf("%s: %d %s", next, r.status, r.body)
		}
		var page struct {
			Next  string            `json:"@odata.nextLink"`
			Value []json.RawMessage `json:"value"`
		}
		if err := json.Unmarshal(r.body, &page); err != nil {
			w.Fatalf("%s: %v", next, err)
		}
		for _, v := range page.Value {
			do(v)
		}
		next = page.Next
		pages++
	}
	return pages
}

type registration struct {
	ID         string
	Enabled    bool `json:"isSsprEnabled"`
	Registered bool `json:"isSsprRegistered"`
	Capable    bool `json:"isSsprCapable"`
}

func decode[T any](t testing.TB, raw json.RawMessage) (v T) {
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

// count counts the registrations of the synchronised users by way of HTTP. The ids are kept short: 36 bytes a user.
func (w *world) count() (r cloudconfig.Registrations, users int) {
	isSynced := map[string]bool{}
	w.each("/users?$top=999&$select=id&$filter="+url.QueryEscape("onPremisesSyncEnabled eq true"), func(raw json.RawMessage) {
		id := decode[registration](w, raw).ID
		if isSynced[id] {
			w.Errorf("user %s is there twice", id)
		}
		isSynced[id] = true
	})
	r.Users = len(isSynced)
	w.each(registrations, func(raw json.RawMessage) {
		users++
		d := decode[registration](w, raw)
		if !isSynced[d.ID] {
			return
		}
		delete(isSynced, d.ID)
		for field, is := range map[*int]bool{&r.Enabled: d.Enabled, &r.Registered: d.Registered, &r.Capable: d.Capable} {
			if is {
				*field++
			}
		}
	})
	if len(isSynced) > 0 {
		w.Errorf("%d synchronised users are not in the report", len(isSynced))
	}
	return r, users
}

func TestPagingLosesAndDoublesNobody(t *testing.T) {
	for _, o := range []tenant.Options{
		{People: tenant.Population{Users: 2500, Synced: 80, Enabled: 60, Registered: 50}},
		{People: tenant.Population{Users: 2500, Synced: 80, Enabled: 60, Registered: 50}, PageSize: 7, Throttle: tenant.Throttle{Every: 5}, Cut: 11},
		{People: tenant.Population{Users: 999, Synced: 100, Enabled: 100, Registered: 100}, PageSize: 999},
		{People: tenant.Population{Users: 1}},
	} {
		t.Run(fmt.Sprintf("%+v by %d", o.People, o.PageSize), func(t *testing.T) {
			w := start(t, o)
			got, users := w.count()
			if want := o.People.Registrations(); got != want || users != o.People.Users {
				t.Errorf("counted %+v of %d users, want %+v of %d", got, users, want, o.People.Users)
			}
		})
	}
}

func TestSharesAreWhatTheySay(t *testing.T) {
	r := tenant.Population{Users: 20000, Synced: 80, Enabled: 60, Registered: 50}.Registrations()
	near := func(what string, have, want int) {
		if have < want*95/100 || have > want*105/100 {
			t.Errorf("%s: %d, want about %d", what, have, want)
		}
	}
	near("synchronised", r.Users, 16000)
	near("enabled", r.Enabled, 9600)
	near("registered", r.Registered, 8000)
	near("capable", r.Capable, 4800)
}

// A tenant of many users: none of them is held in memory. There are 200,000 from .ci/run on, and 40,000 before that.
func TestManyUsersAreCheap(t *testing.T) {
	many := 40_000
	if tier.Asked(t) >= tier.Run {
		many = 200_000
	}
	people := tenant.Population{Users: many, Synced: 80, Enabled: 60, Registered: 50}
	w := start(t, tenant.Options{People: people, Throttle: tenant.Throttle{Every: 17}, Cut: 41})
	want := people.Registrations()
	var top uint64
	var r cloudconfig.Registrations
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	base := heap()
	pages := w.each("/users?$top=999&$select=id&$filter="+url.QueryEscape("onPremisesSyncEnabled eq true"), func(json.RawMessage) {
		r.Users++
		if r.Users%(many/5) == 0 {
			top = max(top, heap())
		}
	})
	seen := 0
	pages += w.each(registrations, func(json.RawMessage) { seen++ })
	if r.Users != want.Users || seen != people.Users {
		t.Errorf("%d synchronised of %d users, want %d of %d", r.Users, seen, want.Users, people.Users)
	}
	if top > base+24<<20 {
		t.Errorf("%d bytes held, %d before", top, base)
	}
	t.Logf("%d pages, %d bytes more at most", pages, int64(top)-int64(base))
}

func TestSkipTokensBelongToTheirQuery(t *testing.T) {
	w := start(t, tenant.Options{PageSize: 10})
	next := w.get("/users?$select=id").doc["@odata.nextLink"].(string)
	token := w.Mint(tenant.TokenOptions{})
	if !strings.HasPrefix(next, w.GraphEndpoint()+"/v1.0/users?") {
		t.Errorf("@odata.nextLink %s", next)
	}
	w.status(w.ask("GET", next, token, ""), 200, "")
	w.status(w.ask("GET", strings.Replace(next, "=id", "=id,mail", 1), token, ""), 400, "BadRequest")
	w.status(w.ask("GET", strings.Replace(next, "skiptoken=", "skiptoken=A", 1), token, ""), 400, "BadRequest")
}

func TestReportsMayNeedALicence(t *testing.T) {
	w := start(t, tenant.Options{SKUs: []tenant.SKU{{PartNumber: "STANDARDPACK"}}})
	w.status(w.get(registrations), 200, "")
	w.Change(func(o *tenant.Options) { o.LicensedReports = true })
	w.status(w.get(registrations), 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
	for _, sku := range []tenant.SKU{
		{ID: tenant.E5().ID, Status: "Suspended", Plans: tenant.E5().Plans},
		{ID: tenant.E5().ID, Plans: []tenant.Plan{{ID: cloudconfig.PlanP1, Status: "Disabled"}}},
	} {
		w.Change(func(o *tenant.Options) { o.SKUs = []tenant.SKU{sku} })
		w.status(w.get(registrations), 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
	}
	w.Change(func(o *tenant.Options) { o.SKUs = []tenant.SKU{{PartNumber: "STANDARDPACK"}, tenant.E5()} })
	w.status(w.get(registrations), 200, "")
}
