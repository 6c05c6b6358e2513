package stages

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

// fake is a directory in memory: it keeps descriptors and counts the writes to
// them, and takes of what is written the explicit ACEs alone, as a DC does.
type fake struct {
	objects map[secdesc.GUID]*entry
	d       *Delegate       // the stage that it is for
	account adperms.Account // the connector account, beside what the stage knows
	token   adperms.Token
	schema  []adperms.SchemaName
	names   map[secdesc.SID]string
	writers map[secdesc.GUID]string // DCs by invocation ID; the fake's own is zero
	clock   time.Time
	writes  int
	gone    map[secdesc.GUID]bool
	guards  coverage.Guards

	before func()                        // what others do when a write has been sent and not arrived
	after  func()                        // … has been made and not answered
	answer func(done func() error) error // nil: what the write itself says
}

type entry struct {
	dn      string
	guid    secdesc.GUID
	sid     secdesc.SID
	above   []secdesc.ACE // what it inherits while its DACL is not protected; nil: what it has
	classes []string
	sd      *secdesc.Descriptor
	rights  uint32
	version uint32
	changed time.Time
}

var (
	connector = secdesc.MustSID("S-1-5-21-1-2-3-1105")
	group     = secdesc.MustSID("S-1-5-21-1-2-3-1201")
	stranger  = secdesc.MustSID("S-1-5-21-1-2-3-1300")
	start     = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
)

const (
	rootDN = "DC=corp,DC=example"
	ouDN   = "OU=Sales,DC=corp,DC=example"

	user          = "bf967aba-0de6-11d0-a285-00aa003049e2"
	inetOrgPerson = "4828cc14-1437-45bc-9b07-ad6f015e5f28"
	resetPassword = "00299570-246d-11d0-a768-00aa006e0529"
	lockoutTime   = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
	pwdLastSet    = "bf967a0a-0de6-11d0-a285-00aa003049e2"
	restrictions  = "4c164200-20c0-11d0-a768-00aa006e0529"
	unexpire      = "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501"
	unexpireToAU  = "(OA;;CR;" + unexpire + ";;AU)"
)

var errNoSuchObject error = noSuchObject{}

// noSuchObject is what a DC answers where there is nothing of a name.
type noSuchObject struct{}

func (noSuchObject) Error() string  { return "no such object" }
func (noSuchObject) NotFound() bool { return true }

func newFake(t testing.TB, rootACEs string) *fake {
	t.Helper()
	f := &fake{objects: map[secdesc.GUID]*entry{}, gone: map[secdesc.GUID]bool{}, clock: start,
		account: adperms.Account{Principal: adperms.Principal{Control: adperms.NormalAccount | adperms.PasswordNeverExpires}}, token: adperms.NewToken(connector, group), schema: slices.Clone(adperms.Schema),
		names: map[secdesc.SID]string{connector: `CORP\MSOL_1`, group: `CORP\Sync`}}
	f.put(t, rootDN, "D:(A;;GA;;;SY)"+rootACEs, "domainDNS")
	f.put(t, ouDN, "D:(A;;GA;;;SY)", "organizationalUnit")
	return f
}

// put adds an object, or gives one another descriptor.
func (f *fake) put(t testing.TB, dn, sddl string, class string) *entry {
	t.Helper()
	sd, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	e := f.byDN(dn)
	if e == nil {
		e = &entry{dn: dn, guid: secdesc.MustGUID(fmt.Sprintf("00000000-0000-0000-0000-%012d", len(f.objects)+1)),
			classes: []string{"top", class}, rights: 15, version: 5, changed: start.AddDate(-1, 0, 0)}
		f.objects[e.guid] = e
	}
	e.sd = sd
	return e
}

func (f *fake) byDN(dn string) *entry {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, ", ", ",")) }
	for _, e := range f.objects {
		if plain(e.dn) == plain(dn) || strings.EqualFold(dn, "<GUID="+e.guid.String()+">") {
			return e
		}
	}
	return nil
}

func (f *fake) remove(dn string) {
	e := f.byDN(dn)
	delete(f.objects, e.guid)
	f.gone[e.guid] = true
}

// set is a write of somebody else.
func (f *fake) set(dn string, change func([]secdesc.ACE) []secdesc.ACE) {
	e := f.byDN(dn)
	e.sd = e.sd.Clone()
	e.sd.DACL.ACEs = change(e.sd.DACL.ACEs)
	e.version++
	e.changed = f.clock
}

func (f *fake) add(t testing.TB, dn, ace string) {
	t.Helper()
	f.set(dn, func(all []secdesc.ACE) []secdesc.ACE { return slices.Insert(all, 0, parse(t, ace)) })
}

func (f *fake) drop(t testing.TB, dn, ace string) {
	t.Helper()
	a := parse(t, ace)
	f.set(dn, func(all []secdesc.ACE) []secdesc.ACE {
		return slices.DeleteFunc(all, func(b secdesc.ACE) bool { return a == b })
	})
}

func (f *fake) has(t testing.TB, dn, ace string) bool {
	t.Helper()
	return slices.Contains(f.byDN(dn).sd.DACL.ACEs, parse(t, ace))
}

func parse(t testing.TB, ace string) secdesc.ACE {
	t.Helper()
	sd, err := secdesc.ParseSDDL("D:"+ace, secdesc.DomainSIDs{})
	if err != nil || len(sd.DACL.ACEs) != 1 {
		t.Fatalf("%s: %v", ace, err)
	}
	return sd.DACL.ACEs[0]
}

func (f *fake) Object(_ context.Context, dn string) (adperms.Object, error) {
	e := f.byDN(dn)
	if e == nil {
		return adperms.Object{}, fmt.Errorf("%s: %w", dn, errNoSuchObject)
	}
	raw, err := e.sd.Marshal()
	return adperms.Object{DN: e.dn, GUID: e.guid, SID: e.sid, Classes: e.classes, Descriptor: raw,
		RightsEffective: e.rights, Version: e.version, Changed: e.changed}, err
}

func (f *fake) WriteDACL(_ context.Context, dn string, raw []byte) error {
	if f.before != nil {
		f.before()
	}
	done := func() error {
		e := f.byDN(dn)
		if e.rights&4 == 0 {
			return steps.NotMade(errors.New("access denied"))
		}
		sent, err := secdesc.Parse(raw)
		if err != nil {
			return err
		}
		inherited := slices.DeleteFunc(slices.Clone(e.sd.DACL.ACEs), func(a secdesc.ACE) bool { return !a.Inherited() })
		if e.above != nil {
			inherited = e.above
		}
		if sent.Protected() {
			inherited = nil
		}
		f.set(dn, func([]secdesc.ACE) []secdesc.ACE { return append(sent.DACL.Explicit(), inherited...) })
		e.sd.Control = e.sd.Control&^secdesc.DACLProtected | sent.Control&secdesc.DACLProtected
		f.writes++
		if f.after != nil {
			f.after()
		}
		return nil
	}
	if f.answer != nil {
		return f.answer(done)
	}
	return done()
}

func (f *fake) Deleted(_ context.Context, guid secdesc.GUID) (bool, error) { return f.gone[guid], nil }

func (f *fake) Schema(context.Context) ([]adperms.SchemaName, error) { return f.schema, nil }

func (f *fake) Trustee(context.Context, string) (adperms.Account, error) {
	a := f.account
	a.Token = maps.Clone(f.token)
	a.Principal.SID = connector
	if f.d != nil { // the one that the stage is about
		a.Principal, a.Principal.Control = f.d.Connector, a.Control
	}
	return a, nil
}

func (f *fake) Guarded(context.Context, secdesc.SID, []string) (coverage.Guards, error) {
	return f.guards, nil
}

func (f *fake) Originator(_ context.Context, invocation secdesc.GUID) (string, error) {
	return f.writers[invocation], nil
}

func (f *fake) Names(context.Context, []secdesc.SID) (map[secdesc.SID]string, error) {
	return f.names, nil
}

// stage is the stage on the fake.
func (f *fake) stage() *Delegate {
	f.d = &Delegate{
		DACLs: DACLs{Directory: f, Clock: func() time.Time { return f.clock },
			Place: Place{Domain: "corp.example", DomainDN: rootDN, NetBIOS: "CORP", DC: "dc1.corp.example", Synced: true, Operator: `CORP\admin`}},
		Connector: adperms.Principal{DN: "CN=MSOL_1,CN=Users," + rootDN, SID: connector, SAM: "MSOL_1", Class: "user"},
	}
	return f.d
}

// bench runs the stage by the engine; every call is like a process of its own.
type bench struct {
	t     *testing.T
	d     *Delegate
	store *steps.Store
}

var target = steps.Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1.corp.example"}

func newBench(t *testing.T, d *Delegate) *bench {
	t.Helper()
	store, err := steps.OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t, d, store}
}

func (b *bench) runner() *steps.Runner {
	return &steps.Runner{Steps: []steps.Step{b.d.Step()}, Target: target}
}

// apply applies a plan, or one made now where it is nil, going on with an
// interrupted run. Where nothing is to be done no run is begun.
func (b *bench) apply(plan *steps.Plan) (steps.Result, error) {
	b.t.Helper()
	if plan == nil {
		p := b.plan()
		plan = &p
	}
	run, err := b.store.History().Interrupted(target, nil)
	if err != nil && plan.Pending() == 0 {
		return steps.Result{State: steps.ResultDone}, nil
	}
	var j *steps.Journal
	if errors.Is(err, steps.ErrNoRun) {
		j, err = b.store.Create(steps.Opening{Target: target})
	} else if err == nil {
		j, err = b.store.Reopen(run, steps.Opening{Target: target})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer j.Close()
	return b.runner().Apply(b.t.Context(), j, steps.Approve(*plan, "--yes"))
}

func (b *bench) plan() steps.Plan {
	b.t.Helper()
	p, err := b.runner().Plan(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *bench) undo() (steps.UndoResult, error) {
	b.t.Helper()
	run, err := b.store.History().Latest(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	j, err := b.store.Reopen(run, steps.Opening{Target: target})
	if err != nil {
		b.t.Fatal(err)
	}
	defer j.Close()
	return b.runner().Undo(b.t.Context(), j)
}

// codes are the findings as "level code", sorted, each once.
func codes(fs []steps.Finding) []string {
	out := []string{}
	for _, f := range fs {
		out = append(out, string(f.Level)+" "+f.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
