package coverage

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"writeback/adperms/secdesc"
)

// Where the set ends, which no test outside of the package can see.

const (
	corp  = "S-1-5-21-1004336348-1177238915-682003330"
	child = "S-1-5-21-1004336348-1177238915-682003331"
)

func TestSyncedUsers(t *testing.T) {
	type added struct {
		sid     string
		enabled bool
	}
	for name, c := range map[string]struct {
		has  []added
		want map[string]InTenant
	}{
		"nobody": {nil, map[string]InTenant{corp + "-1104": NotSaid}},
		"neighbours": {[]added{{corp + "-1104", true}, {corp + "-1106", false}},
			map[string]InTenant{corp + "-1103": NotSynced, corp + "-1104": Synced, corp + "-1105": NotSynced, corp + "-1106": SyncedOff, corp + "-1168": NotSynced}},
		"at the ends of words and pages": {[]added{{corp + "-0", true}, {corp + "-63", true}, {corp + "-64", false}, {corp + "-4095", true}, {corp + "-4096", false}, {corp + "-4294967295", true}},
			map[string]InTenant{corp + "-0": Synced, corp + "-1": NotSynced, corp + "-63": Synced, corp + "-64": SyncedOff, corp + "-4095": Synced, corp + "-4096": SyncedOff,
				corp + "-8191": NotSynced, corp + "-1073741823": NotSynced, corp + "-4294967295": Synced}},
		"another domain": {[]added{{corp + "-1104", true}, {child + "-1105", true}},
			map[string]InTenant{corp + "-1104": Synced, child + "-1104": NotSynced, corp + "-1105": NotSynced, child + "-1105": Synced,
				"S-1-5-21-1004336348-1177238915-682003332-1104": NotSaid}},
		"twice": {[]added{{corp + "-1", true}, {corp + "-1", false}, {corp + "-2", false}, {corp + "-2", true}, {corp + "-3", false}, {corp + "-3", false}},
			map[string]InTenant{corp + "-1": Synced, corp + "-2": Synced, corp + "-3": SyncedOff}},
		"no accounts of a domain": {[]added{{"S-1-5-32-544", true}, {"S-1-5-18", true}, {"S-1-12-1-1-2-3-4", true}, {corp, true}, {corp + "-1104-7", true}, {"S-1-1", true}, {"S-1-5-22-1-2-3-1104", true}},
			map[string]InTenant{"S-1-5-32-544": NotSaid, corp + "-1104": NotSaid, corp + "-7": NotSaid, "S-1-5-22-1-2-3-1104": NotSaid}},
	} {
		t.Run(name, func(t *testing.T) {
			var s SyncedUsers
			for _, a := range c.has {
				if err := s.Add(secdesc.MustSID(a.sid), a.enabled); err != nil {
					t.Fatal(err)
				}
			}
			for sid, want := range c.want {
				if got := s.of(secdesc.MustSID(sid).Bytes()); got != want {
					t.Errorf("%s is %d, want %d", sid, got, want)
				}
			}
		})
	}
	if got := (*SyncedUsers)(nil).of(secdesc.MustSID(corp + "-1104").Bytes()); got != NotSaid {
		t.Errorf("who was not asked said %d", got)
	}
	var s SyncedUsers
	if err := s.Add(secdesc.SID{}, true); err != nil || s.of(nil) != NotSaid || s.of([]byte{1, 5}) != NotSaid {
		t.Errorf("no SID: %v", err)
	}
}

// A tenant of 200,000 users is some pages; one that gives each a page of its own, or a
// domain, is stopped.
func TestSyncedUsersEnd(t *testing.T) {
	var many SyncedUsers
	domain := secdesc.MustSID(corp)
	for rid := range uint32(200_000) {
		if err := many.Add(domain.Child(1100+rid*5), true); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(many.pages); n > 250 { // of 1 KiB
		t.Errorf("200,000 users in a million RIDs take %d pages", n)
	}
	for name, sid := range map[string]func(i int) secdesc.SID{
		"pages":   func(i int) secdesc.SID { return domain.Child(uint32(i) * ridsAPage) },
		"domains": func(i int) secdesc.SID { return secdesc.MustSID(fmt.Sprintf("S-1-5-21-1-2-%d-500", i)) },
	} {
		t.Run(name, func(t *testing.T) {
			var s SyncedUsers
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for i := range maxPages {
				if err := s.Add(sid(i), true); err != nil {
					t.Fatalf("%d: %v", i, err)
				}
			}
			for i := range 5 {
				if err := s.Add(sid(maxPages+i), true); !errors.Is(err, ErrTooSpread) {
					t.Errorf("one more: %v", err)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 24<<20 {
				t.Errorf("it holds %d KiB", grown>>10)
			}
			if err := s.Add(sid(3), false); err != nil || len(s.pages) != maxPages || len(s.domains) > maxPages {
				t.Errorf("%v, %d pages of %d domains", err, len(s.pages), len(s.domains))
			}
			if got := s.of(sid(maxPages - 1).Bytes()); got != Synced {
				t.Errorf("the last one is %d", got)
			}
		})
	}
}

// A guest is nobody who resets a password, but where the account is a user's, too.
func TestSyncedGuest(t *testing.T) {
	sid := secdesc.MustSID("S-1-5-21-1-2-3-1104")
	other := secdesc.MustSID("S-1-5-21-1-2-3-1105")
	for name, c := range map[string]struct {
		add  func(*SyncedUsers)
		want InTenant
	}{
		"a guest":                    {func(s *SyncedUsers) { s.AddGuest(sid) }, Guest},
		"a guest, then a user":       {func(s *SyncedUsers) { s.AddGuest(sid); s.Add(sid, true) }, Synced},
		"a user, then a guest":       {func(s *SyncedUsers) { s.Add(sid, true); s.AddGuest(sid) }, Synced},
		"a guest, then one disabled": {func(s *SyncedUsers) { s.AddGuest(sid); s.Add(sid, false) }, SyncedOff},
		"one disabled, then a guest": {func(s *SyncedUsers) { s.Add(sid, false); s.AddGuest(sid) }, SyncedOff},
		"another is a guest":         {func(s *SyncedUsers) { s.AddGuest(other) }, NotSynced},
	} {
		var s SyncedUsers
		c.add(&s)
		if got := s.of(sid.Bytes()); got != c.want {
			t.Errorf("%s: %s, want %s", name, got.Code(), c.want.Code())
		}
	}
}
