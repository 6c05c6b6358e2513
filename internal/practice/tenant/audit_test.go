package tenant_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

type audit struct {
	Activity string                        `json:"activityDisplayName"`
	At       time.Time                     `json:"activityDateTime"`
	Category string                        `json:"category"`
	Result   string                        `json:"result"`
	Reason   string                        `json:"resultReason"`
	More     []struct{ Key, Value string } `json:"additionalDetails"`
	By       struct {
		User *struct{ UserPrincipalName string }
		App  *struct{ DisplayName string }
	} `json:"initiatedBy"`
}

func (w *world) audits(path string) (out []audit) {
	w.each("/auditLogs/directoryAudits"+path, func(raw json.RawMessage) { out = append(out, decode[audit](w, raw)) })
	return out
}

func TestAuditEntriesAreFoundAfterADelay(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, AuditDelay: 5 * time.Minute})
	w.AddReset("Microsoft Entra Connect")
	w.AddAudit(cloudconfig.Audit{At: c.time().Add(-time.Hour), Activity: cloudconfig.AuditDisable, Reason: "why", By: "Some app"})
	if got := w.audits(""); len(got) != 1 || got[0].Activity != cloudconfig.AuditDisable {
		t.Fatalf("at first: %+v", got)
	}
	c.pass(5*time.Minute - time.Second)
	if got := w.audits(""); len(got) != 1 {
		t.Fatalf("too early: %+v", got)
	}
	c.pass(time.Second)
	got := w.audits("")
	if len(got) != 2 {
		t.Fatalf("after the delay: %+v", got)
	}
	reset, disable := got[0], got[1]
	if reset.Category != "UserManagement" || reset.Result != "success" || len(reset.More) != 1 || reset.More[0].Key != "OnPremisesAgent" ||
		reset.More[0].Value != "Microsoft Entra Connect" || reset.By.User == nil || reset.By.User.UserPrincipalName != "user000000@contoso.com" {
		t.Errorf("the reset: %+v", reset)
	}
	if disable.Category != "DirectoryManagement" || disable.Result != "failure" || disable.Reason != "why" || disable.By.App == nil || disable.By.App.DisplayName != "Some app" {
		t.Errorf("the switch: %+v", disable)
	}
}

func TestAuditOrder(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, PageSize: 3})
	for range 10 {
		w.AddReset("CloudSync")
		c.pass(time.Minute)
	}
	newest := func(a, b audit) int { return b.At.Compare(a.At) }
	for query, want := range map[string]func(a, b audit) int{
		"":                                newest,
		"?$orderby=activityDateTime desc": newest,
		"?$orderby=activityDateTime":      func(a, b audit) int { return newest(b, a) },
		"?$orderby=activityDateTime asc":  func(a, b audit) int { return newest(b, a) },
	} {
		got := w.audits(escape(query))
		if len(got) != 10 || !slices.IsSortedFunc(got, want) {
			t.Errorf("%q: %+v", query, got)
		}
	}
}

// An entry that comes in while somebody pages shifts nothing.
func TestAuditPagesAreOfOneTime(t *testing.T) {
	c := newClock()
	w := start(t, tenant.Options{Clock: c.time, PageSize: 2})
	for range 5 {
		w.AddReset("CloudSync")
		c.pass(time.Minute)
	}
	seen := map[time.Time]bool{}
	w.each("/auditLogs/directoryAudits", func(raw json.RawMessage) {
		a := decode[audit](t, raw)
		if seen[a.At] {
			t.Errorf("the entry of %s is there twice", a.At)
		}
		seen[a.At] = true
		c.pass(time.Second)
		w.AddReset("None")
	})
	if len(seen) != 5 {
		t.Errorf("%d entries, want the 5 of the beginning", len(seen))
	}
}
