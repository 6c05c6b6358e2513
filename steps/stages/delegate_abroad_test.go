package stages

import (
	"context"
	"slices"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// An account that nobody looked at is refused the grants until a person accepts its own SID,
// and only told where nothing is to be granted. Nothing is concluded from what is not known
// of it, and what the sync server says against it weighs more.
func TestUnseenConnector(t *testing.T) {
	of := func(fs []steps.Finding, code string) steps.Finding {
		i := slices.IndexFunc(fs, func(f steps.Finding) bool { return f.Code == code })
		if i < 0 {
			return steps.Finding{}
		}
		return fs[i]
	}
	f := newFake(t, unexpireToAU)
	f.account.Unseen = "its domain\x1b[2J was not reached"
	d := f.stage()
	pastPassword(f) // of an account that was seen, a finding of its own
	changes, fs := planned(t, d)
	got := of(fs, codeUnseen)
	if got.Level != steps.LevelError || got.Accept != codeUnseen+"="+connector.String() || len(changes) != 3 {
		t.Errorf("%d changes, %+v", len(changes), got)
	}
	if strings.Contains(got.Text, "\x1b") || !strings.Contains(got.Text, "was not reached") {
		t.Errorf("it says %q", got.Text)
	}
	for _, other := range fs {
		if strings.HasPrefix(other.Code, "connector-") && other.Code != codeUnseen {
			t.Errorf("it is told as well: %+v", other)
		}
	}
	if x := of(fs, codeUnasked); x.Level != steps.LevelWarning {
		t.Errorf("of its groups it says %+v", x)
	}
	if r := d.Unfit(); r.Code != codeUnseen {
		t.Errorf("an explanation adds %+v", r)
	}

	d.Uses = func(context.Context) Use { return Use{Is: cloudconfig.OtherAccount, As: `CORP\MSOL_2`} }
	if changes, fs := planned(t, d); len(changes) != 0 || of(fs, "connector-mismatch").Level != steps.LevelError {
		t.Errorf("the sync server uses another one: %d changes, %+v", len(changes), fs)
	}
	d.Uses = nil
	f.put(t, rootDN, "D:(A;;GA;;;SY)"+unexpireToAU+aReset+aLockout+aPwdLast, "domainDNS")
	if changes, fs := planned(t, d); len(changes) != 0 || of(fs, codeUnseen).Level != steps.LevelWarning {
		t.Errorf("with nothing to grant: %d changes, %+v", len(changes), of(fs, codeUnseen))
	}
}

// A name in the journal outlives an undo that cannot ask the account's domain, and not one
// whose domain says that the account is gone.
func TestRenewKeepsForeignNames(t *testing.T) {
	f := newFake(t, unexpireToAU)
	d := f.stage()
	changes, _ := planned(t, d)
	f.names = map[secdesc.SID]string{connector: connector.String()} // nobody has it here
	domains := map[string]string{"S-1-5-21-9-9-9": changes[0].Trustee, connector.Domain().String(): connector.String()}
	for own, want := range domains {
		d.domain = secdesc.MustSID(own)
		got, err := d.Renew(t.Context(), changes[0])
		if err != nil || got.Trustee != want {
			t.Errorf("in the domain %s: %q, %v, want %q", own, got.Trustee, err, want)
		}
	}
}
