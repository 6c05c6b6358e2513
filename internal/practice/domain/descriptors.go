package domain

import (
	"fmt"
	"strings"

	"writeback/adperms/secdesc"
)

// The security descriptors of a new domain, in SDDL (MS-DTYP 2.5.1). They give
// the usual principals the usual rights; they are no copy of any domain's.

// RIDs of the domain's own accounts and groups (MS-DTYP 2.4.2.4).
const (
	ridAdministrator   = 500
	ridGuest           = 501
	ridKrbtgt          = 502
	ridDomainAdmins    = 512
	ridDomainUsers     = 513
	ridDomainGuests    = 514
	ridDomainComputers = 515
	ridDCs             = 516
)

// sddlWords are short for what stands in many ACEs.
var sddlWords = strings.NewReplacer(
	"$all", "CCDCLCSWRPWPDTLOCRSDRCWDWO", // full control
	"$most", "CCDCLCSWRPWPLOCRSDRCWDWO", // without Delete subtree
	"$read", "LCRPLORC",
	"$personal", "77b5b886-944a-11d1-aebd-0000f80367c1", // before the word that it begins with
	"$user", "bf967aba-0de6-11d0-a285-00aa003049e2",
	"$person", "4828cc14-1437-45bc-9b07-ad6f015e5f28", // inetOrgPerson
	"$group", "bf967a9c-0de6-11d0-a285-00aa003049e2",
	"$computer", "bf967a86-0de6-11d0-a285-00aa003049e2",
	"$reset", "00299570-246d-11d0-a768-00aa006e0529",
	"$change", "ab721a53-1e2f-11d0-9819-00aa0040529b",
	"$sendas", "ab721a54-1e2f-11d0-9819-00aa0040529b",
	"$receiveas", "ab721a56-1e2f-11d0-9819-00aa0040529b",
	"$unexpire", "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501",
	"$notrequired", "280f369c-67c7-438e-ae98-1d46f3c6f541",
	"$reversible", "05c74c5e-4deb-43b4-bd9f-86664c2a7fd5",
	"$getchangesall", "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2",
	"$getchanges", "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2",
	"$synchronize", "1131f6ab-9c07-11d1-f79f-00c04fc2dcd2",
	"$topology", "1131f6ac-9c07-11d1-f79f-00c04fc2dcd2",
	"$restrictions", "4c164200-20c0-11d0-a768-00aa006e0529",
	"$logon", "5f202010-79a5-11d0-9020-00c04fc2d4cf",
	"$general", "59ba2f42-79a2-11d0-9020-00c04fc2d3cf",
	"$public", "e48d0154-bcf8-11d1-8702-00c04fb96050",
	"$private", "91e647de-d96f-4b70-9557-d63ff4f3ccd8",
	"$web", "e45795b3-9455-11d1-aebd-0000f80367c1",
	"$email", "e45795b2-9455-11d1-aebd-0000f80367c1",
	"$membership", "bc0ac240-79a9-11d0-9020-00c04fc2d4cf",
	"$hostname", "72e39547-7b18-11d1-adef-00c04fd8d5cd",
)

// templates are the defaultSecurityDescriptors, by the names in classes.tsv.
var templates = map[string]string{
	"plain":  "D:(A;;$all;;;DA)(A;;$all;;;SY)(A;;$read;;;AU)",
	"admins": "D:(A;;$all;;;DA)(A;;$all;;;SY)",
	"ou": "D:(A;;$all;;;SY)(A;;$all;;;DA)(OA;;CCDC;$user;;AO)(OA;;CCDC;$person;;AO)(OA;;CCDC;$group;;AO)(OA;;CCDC;$computer;;AO)" +
		"(A;;$read;;;AU)(A;;$read;;;ED)",
	"user": "D:(A;;$all;;;DA)(A;;$all;;;SY)(A;;$all;;;AO)(A;;$read;;;PS)(A;;RC;;;AU)" +
		"(OA;;CR;$change;;PS)(OA;;CR;$sendas;;PS)(OA;;CR;$receiveas;;PS)(OA;;CR;$change;;WD)" +
		"(OA;;RPWP;$personal;;PS)(OA;;RPWP;$email;;PS)(OA;;RPWP;$web;;PS)" +
		"(OA;;RP;$general;;AU)(OA;;RP;$personal;;AU)(OA;;RP;$web;;AU)(OA;;RP;$public;;AU)",
	"group": "D:(A;;$all;;;DA)(A;;$all;;;SY)(A;;$all;;;AO)(A;;$read;;;PS)(A;;$read;;;AU)",
	"computer": "D:(A;;$all;;;DA)(A;;$all;;;SY)(A;;$all;;;AO)(A;;$read;;;AU)(OA;;SW;$hostname;;PS)(OA;;RPWP;$personal;;PS)" +
		"(OA;;CR;$change;;PS)(OA;;CR;$change;;WD)",
}

// rootSDDL is the descriptor of the domain's root: who may replicate, who may
// read, what administrators may do everywhere, and that Authenticated Users
// have Unexpire Password.
const rootSDDL = "O:BAG:BAD:AI" +
	"(A;;RP;;;WD)(A;;$read;;;AU)(A;;$read;;;ED)(A;;RPRC;;;RU)(A;CI;LC;;;RU)" +
	"(A;;$most;;;DA)(A;CI;$all;;;EA)(A;CI;$most;;;BA)(A;;$all;;;SY)" +
	"(OA;;CR;$getchanges;;BA)(OA;;CR;$getchanges;;ED)(OA;;CR;$getchangesall;;BA)(OA;;CR;$getchangesall;;DD)" +
	"(OA;;CR;$synchronize;;BA)(OA;;CR;$synchronize;;ED)(OA;;CR;$topology;;BA)(OA;;CR;$topology;;ED)" +
	"(OA;;CR;$unexpire;;AU)(OA;;CR;$notrequired;;AU)(OA;;CR;$reversible;;AU)" +
	"(OA;CIIO;RP;$restrictions;$user;RU)(OA;CIIO;RP;$restrictions;$person;RU)(OA;CIIO;RP;$logon;$user;RU)(OA;CIIO;RP;$logon;$person;RU)" +
	"(OA;CIIO;RP;$general;$user;RU)(OA;CIIO;RP;$general;$person;RU)(OA;CIIO;RP;$membership;$user;RU)(OA;CIIO;RP;$membership;$person;RU)" +
	"(OA;CIIO;$read;;$user;RU)(OA;CIIO;$read;;$person;RU)(OA;CIIO;$read;;$group;RU)" +
	"(OA;CIIO;RPWPCR;$private;;PS)(OA;CIIO;SW;$hostname;$computer;PS)" +
	"S:(AU;SA;WPWDWO;;;WD)(AU;SA;CR;;;BA)(AU;SA;CR;;;DU)"

// protectedSDDL is AdminSDHolder's, which protected accounts and groups get a
// copy of: nothing is inherited, so that no delegation reaches them.
const protectedSDDL = "O:DAG:DAD:PAI(A;;$all;;;SY)(A;;$most;;;BA)(A;;$most;;;DA)(A;;$most;;;EA)(A;;$read;;;AU)" +
	"(OA;;CR;$change;;PS)(OA;;CR;$change;;WD)(OA;;RP;$restrictions;$user;RU)(OA;;RP;$logon;$user;RU)(OA;;RP;$membership;$user;RU)(A;;$read;;;RU)"

// buriedSDDL is that of CN=Deleted Objects, which administrators alone may look into.
const buriedSDDL = "O:SYG:SYD:PAI(A;;$all;;;SY)(A;;LCRP;;;BA)"

// parseSDDL reads the code's own SDDL. What it cannot read is a mistake here.
func (t *tree) parseSDDL(s string) *secdesc.Descriptor {
	d, err := secdesc.ParseSDDL(sddlWords.Replace(s), secdesc.DomainSIDs{Domain: t.sid, Forest: t.forest().sid})
	if err != nil {
		panic(fmt.Sprintf("practice domain: %s: %v", s, err))
	}
	d.DACL = explicit(d) // in a DC's order
	return d
}

// defaultDescriptor is what a new object of the class has before it inherits.
func (t *tree) defaultDescriptor(c *class, owner secdesc.SID) *secdesc.Descriptor {
	d := t.parseSDDL(c.sddl)
	d.Owner, d.Group = owner, owner
	d.Control |= secdesc.DACLAutoInherited
	return d
}
