package adperms_test

import (
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// The tables once more, judged by a Samba DC. Where it differs from the
// documents the case says so, with the reason; a difference that is marked and
// not there is an error as well.

// stage is a real cast on a DC.
type stage struct {
	cast
	dc   *sambatest.DC
	ou   string
	meDN string
	upn  string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	name := sambatest.Unique("me")
	s := &stage{dc: dc, ou: ou, upn: dc.UPN(name)}
	s.meDN = dc.AddUser(t, ou, name, startPassword)
	inner := dc.AddGroup(t, ou, sambatest.Unique("inner"), s.meDN)
	outer := dc.AddGroup(t, ou, sambatest.Unique("outer"), inner)
	other := dc.AddUser(t, ou, sambatest.Unique("other"), startPassword)
	sid := func(dn string) secdesc.SID { return mustSID(t, dc.SID(t, dn)) }
	s.cast = cast{sid(s.meDN), sid(inner), sid(outer), sid(other), sid(dc.BaseDN)}
	return s
}

// setDACL writes the DACL of SDDL with words in braces.
func (s *stage) setDACL(t *testing.T, dn, text string) {
	t.Helper()
	payload, err := adperms.Payload(s.descriptor(t, text))
	if err != nil {
		t.Fatal(err)
	}
	s.dc.SetDACL(t, dn, payload)
}

// setOwner writes owner and group, and nothing else, as the administrator.
func setOwner(t *testing.T, dc *sambatest.DC, dn string, owner, group secdesc.SID) {
	t.Helper()
	d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative, Owner: owner, Group: group}
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	m := ldap.NewModifyRequest(dn, []ldap.Control{&ldap.ControlMicrosoftSDFlags{Criticality: true, ControlValue: 3}})
	m.Replace("nTSecurityDescriptor", []string{string(raw)})
	if err := dc.Admin(t).Modify(m); err != nil {
		t.Fatalf("write the owner of %s: %v", dn, err)
	}
}

func TestJudgeAccessTable(t *testing.T) {
	s := newStage(t)
	conn, err := s.dc.BindAs(t, s.upn, startPassword)
	if err != nil {
		t.Fatal(err)
	}
	user := s.dc.AddUser(t, s.ou, sambatest.Unique("user"), startPassword)
	victims := map[bool]*victim{false: {dc: s.dc, dn: user}, true: {dc: s.dc, dn: s.meDN}}
	for _, c := range accessCases {
		t.Run(c.name, func(t *testing.T) {
			v := victims[c.self]
			owner := s.domain.Child(512)
			if c.mine {
				owner = s.me
			}
			setOwner(t, s.dc, v.dn, owner, s.domain.Child(513))
			s.setDACL(t, v.dn, c.whole())
			var may string
			for _, try := range attempts {
				did, err := try.by(t, conn, v)
				if err != nil {
					t.Errorf("%s: %v", try.right.Name, err)
				}
				if did {
					may += try.letter
				}
			}
			if may == "" && c.samba != "" {
				may = "none"
			}
			want := c.want
			if c.samba != "" {
				want = c.samba
				t.Log("Samba differs: " + c.why)
			}
			if may != want {
				t.Errorf("%s: the DC lets through %q, want %q", c.dacl, may, want)
			}
		})
	}
}

func TestJudgeInheritTable(t *testing.T) {
	s := newStage(t)
	parent := s.dc.AddOU(t, s.ou, "parent")
	children := [3]string{
		s.dc.AddUser(t, parent, sambatest.Unique("user"), startPassword),
		s.dc.AddInetOrgPerson(t, parent, sambatest.Unique("inet"), startPassword),
		s.dc.AddOU(t, parent, "ou"),
	}
	for _, dn := range children {
		setOwner(t, s.dc, dn, s.other, s.inner)
	}
	for _, c := range inheritCases {
		if c.offline {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			s.setDACL(t, parent, "D:P(A;;{full};;;DA)"+c.parent)
			want := [3]string{c.user, c.inet, c.ou}
			if c.why != "" {
				want = c.samba
				t.Log("Samba differs: " + c.why)
			}
			for i, dn := range children {
				var inherited []secdesc.ACE
				for _, a := range descriptorOf(t, s.dc, dn).DACL.ACEs {
					if a.Inherited() {
						inherited = append(inherited, a)
					}
				}
				if diff := setDiff(s.aces(t, want[i]), inherited); diff != "" {
					t.Errorf("%s: %s\n%s", c.parent, dn, diff)
				}
			}
		})
	}
}
