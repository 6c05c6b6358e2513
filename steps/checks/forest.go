package checks

import (
	"context"
	"fmt"

	"writeback/adperms"
)

// levels are the values of msDS-Behavior-Version (MS-ADTS 6.1.4.2 to 6.1.4.4).
var levels = map[int]string{
	0: "Windows 2000", 1: "Windows Server 2003 interim", 2: "Windows Server 2003", 3: "Windows Server 2008", 4: "Windows Server 2008 R2",
	5: "Windows Server 2012", 6: "Windows Server 2012 R2", 7: "Windows Server 2016", 10: "Windows Server 2025",
}

// The levels that something asks for: the sync products a forest of 2003, the
// policy hints of writeback domain controllers of 2016.
const (
	level2003 = 2
	level2016 = 7
)

func level(n int) string {
	if name := levels[n]; name != "" {
		return name
	}
	return fmt.Sprintf("level %d", n)
}

func functionalLevel(_ context.Context, x *examination) (answer, error) {
	p := x.Place
	if p.ForestLevel < 0 || p.DomainLevel < 0 {
		return unchecked("the domain controller does not tell the levels"), nil
	}
	a := saw(p.DC, "forest %s, domain %s", level(p.ForestLevel), level(p.DomainLevel))
	if p.ForestLevel < level2003 {
		a = a.fail("functional-level", "raise the level of the forest", "the sync products need a forest of level %s at least", level(level2003))
	}
	return a, nil
}

func dcVersion(ctx context.Context, x *examination) (answer, error) {
	p := x.Place
	if p.DCLevel < 0 {
		return unchecked("the domain controller does not tell its level"), nil
	}
	system, err := x.Directory.System(ctx)
	if err != nil {
		return answer{}, err
	}
	if system == "" {
		system = "a system that it does not name"
	}
	a := saw(p.DC, "%s, of level %s", system, level(p.DCLevel))
	if p.DCLevel < level2016 {
		a = a.warn("dc-version", "let the sync server use domain controllers of Windows Server 2016 or later (preferred domain controllers of its connector)",
			"Microsoft asks for domain controllers of %s or later, so that the password policy is kept when a password is written back", level(level2016))
	}
	if p.ReadOnly {
		a = a.warn("read-only-dc", "name a writable one with --dc, and have the sync server use one", "%s is a read-only domain controller: passwords cannot be written to it", p.DC)
	}
	if !p.Synced {
		a = a.warn("dc-not-synchronized", "name another one with --dc, or wait", "%s has not replicated since it started: what it shows may be old", p.DC)
	}
	return a, nil
}

func ldapControls(_ context.Context, x *examination) (answer, error) {
	p := x.Place
	a := saw(p.DC, "paging, security descriptor flags and policy hints are there")
	if !p.Paging || !p.SDFlags {
		a = a.fail("ldap-controls", "name another domain controller with --dc", "%s does not offer the controls for paging and for parts of security descriptors: it is no Active Directory domain controller, or there is something in between", p.DC)
	}
	if !p.PolicyHints {
		a.text = "paging and security descriptor flags are there"
		a = a.warn("policy-hints", "let the sync server use domain controllers of Windows Server 2016 or later",
			"%s does not offer the policy hints control (1.2.840.113556.1.4.2239): the sync server cannot have the password policy kept on it, and logs event 6329", p.DC)
	}
	return a, nil
}

func liveSchema(ctx context.Context, x *examination) (answer, error) {
	live, err := x.Directory.Schema(ctx)
	if err != nil {
		return answer{}, err
	}
	a := saw(x.Place.DC, "%d rights, attributes and classes have the documented GUIDs", len(adperms.Schema))
	if err := adperms.CompareSchema(live); err != nil {
		a.text = "the schema is not as documented"
		a = a.fail("schema-mismatch", "ask who changed the schema; nothing can be granted safely", "%v", err)
	}
	return a, nil
}
