package sambatest

import (
	"testing"
)

// OneACE is an ACE in SDDL with its parentheses, and the DN of the entry that gets it.
type OneACE struct{ DN, ACE string }

// AddACE adds one ACE to the front of the entry's DACL; see [DC.AddACEs].
func (dc *DC) AddACE(t testing.TB, dn, ace string) {
	t.Helper()
	dc.AddACEs(t, OneACE{dn, ace})
}

// AddACEs adds each ACE to the front of its entry's DACL, one after the other. Samba's own library does it, as the system account and beside
// the server: a way to a DACL that owes nothing to the code under test. One call for many is cheap, many calls are not: each starts Python.
func (dc *DC) AddACEs(t testing.TB, aces ...OneACE) {
	t.Helper()
	if len(aces) == 0 {
		return
	}
	args := []string{"-c", addACEs, dc.home.path("smb.conf"), dc.home.path("private", "sam.ldb")}
	for _, a := range aces {
		args = append(args, a.DN, a.ACE)
	}
	if err := dc.python(args...); err != nil {
		t.Fatalf("add ACEs, %s to the DACL of %s and so on: %v", aces[0].ACE, aces[0].DN, err)
	}
}

// addACEs is what "samba-tool dsacl set" does, for pairs of DN and ACE.
const addACEs = `
import sys
from ldb import FLAG_MOD_REPLACE, SCOPE_BASE, Dn, Message, MessageElement
from samba import param
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.samdb import SamDB
conf, url, pairs = sys.argv[1], sys.argv[2], sys.argv[3:]
lp = param.LoadParm()
lp.load(conf)
db = SamDB(url=url, session_info=system_session(), lp=lp)
domain = security.dom_sid(db.get_domain_sid())
name = "nTSecurityDescriptor"
for dn, ace in zip(pairs[::2], pairs[1::2]):
    found = db.search(dn, scope=SCOPE_BASE, attrs=[name], controls=["sd_flags:1:7"])
    sddl = ndr_unpack(security.descriptor, found[0][name][0]).as_sddl(domain)
    flags = sddl.index("D:") + 2
    while flags < len(sddl) and sddl[flags] != "(":
        flags += 1
    sd = security.descriptor.from_sddl(sddl[:flags] + ace + sddl[flags:], domain)
    change = Message(Dn(db, dn))
    change[name] = MessageElement(ndr_pack(sd), FLAG_MOD_REPLACE, name)
    db.modify(change, controls=["sd_flags:1:4"])
`
