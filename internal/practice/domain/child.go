package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// Child makes a domain the child of another one that runs: one forest, two domains, each
// with a DC of its own. Both have the schema, the configuration and the crossRef objects
// of both, as they are when the child starts: what is written there later does not
// replicate. Whoever has an account in one can sign in at the other.
type Child struct {
	Of      *Domain // the forest's root domain
	Label   string  // what its DNS name begins with
	NetBIOS string
}

// world makes the child's. The parent is changed by [Domain.join] alone.
func (c *Child) world(clock func() time.Time) (*world, error) {
	c.Of.mu.RLock()
	defer c.Of.mu.RUnlock()
	parent := c.Of.world.tree
	name := c.Label + "." + parent.domain
	if parent.first != nil {
		return nil, fmt.Errorf("start the practice domain %s: %s is no root of a forest", name, parent.domain)
	}
	if parent.find("DC="+c.Label+","+parent.root.dn()) != nil || slices.ContainsFunc(parent.others, func(t *tree) bool { return t.domain == name }) {
		return nil, fmt.Errorf("start the practice domain %s: there is one already", name)
	}
	f := founding(clock, name, c.NetBIOS, sidFor(name), parent)
	f.w.others = append([]*tree{parent}, parent.others...)
	f.domainHead()
	f.configuration()
	f.builtin()
	f.branch()
	f.w.inherit(f.w.root)
	f.w.inherit(f.w.config)
	return f.w, nil
}

// sidFor is always the same for the same domain.
func sidFor(domain string) secdesc.SID {
	sum := sha256.Sum256([]byte("practice domain's SID\n" + domain))
	part := func(i int) uint32 { return binary.LittleEndian.Uint32(sum[4*i:]) }
	return secdesc.MustSID(fmt.Sprintf("S-1-5-21-%d-%d-%d", part(0), part(1), part(2)))
}

// join makes the child known to the forest's other domains.
func (d *Domain) join() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range d.world.others {
		t.others = append(t.others, d.world.tree)
		f := &founder{w: &world{tree: t}, at: t.now()}
		f.enlist(d.world.tree)
		t.inherit(t.config)
	}
}

// branch are the people of a child domain.
func (f *founder) branch() {
	users := f.in("CN=Users")
	boss := f.user(users, person{name: "Administrator", sam: "Administrator", rid: ridAdministrator})
	f.known(RoleAdmin, boss, "Practice-Branch-2026")
	f.protect(boss)
	f.join("CN=Domain Admins,CN=Users", boss)
	f.join("CN=Administrators,CN=Builtin", boss)
	dc := f.principal(f.in("OU=Domain Controllers"), "computer", "CN="+f.w.netbios+"-DC1", f.w.netbios+"-DC1$", 1000, attrs{
		"userAccountControl", "532480", "primaryGroupID", numberText(ridDCs), "sAMAccountType", samMachine, "dNSHostName", f.w.host,
		"operatingSystem", "Windows Server 2022 Standard", "operatingSystemVersion", "10.0 (20348)", "isCriticalSystemObject", "TRUE"})
	f.w.find(f.w.server).link("serverReference", dc)
	staff := f.ou(f.ou(f.w.root, "Branch", ""), "Staff", "Everybody who works here")
	for i, p := range []struct{ given, family, suffix string }{
		{"Lena", "Orth", mailDomain}, {"Marc", "Weiss", f.w.domain}, {"Nora", "Blum", ""}, {"Ole", "Thorn", ""},
	} {
		sam := strings.ToLower(p.given + "." + p.family)
		mail := ""
		if p.suffix != "" {
			mail = sam + "@" + p.suffix
		}
		e := f.user(staff, person{name: p.given + " " + p.family, sam: sam, given: p.given, family: p.family, title: "Branch", mail: mail})
		if i == 3 {
			f.known(RoleUser, e, "Practice-Branch-User-2026")
		}
	}
}

// enterpriseAdmins is the forest's group, or what stands for it in a child domain.
func (f *founder) enterpriseAdmins() *entry {
	const name = "CN=Enterprise Admins,CN=Users,"
	if f.w.first == nil {
		return f.w.find(name + f.w.root.dn())
	}
	return f.w.phantom(name + f.w.first.root.dn())
}

// CrossRef names a further domain of the forest on this DC alone: one whose DCs are gone, or
// that there never was.
func (d *Domain) CrossRef(netbios, dnsRoot string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.world.tree
	f := &founder{w: &world{tree: t}, at: t.now()}
	f.object(t.find("CN=Partitions,"+t.config.dn()), "crossRef", "CN="+dnsRoot, attrs{
		"nCName", domainDN(dnsRoot), "nETBIOSName", netbios, "dnsRoot", dnsRoot, "systemFlags", "3"})
	t.inherit(t.config)
}
