package bundle

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

var at = time.Date(2026, time.November, 30, 12, 0, 30, 0, time.UTC)

// The same name is the same wherever it stands, in whatever case, and another name is another.
func TestNamesAreConsistent(t *testing.T) {
	n := newNames()
	word := n.Name("Ann.Lee")
	if word == "Ann.Lee" || n.Name("ANN.LEE") != word || n.Name("ann.lee") != word {
		t.Errorf("%q, %q, %q", word, n.Name("ANN.LEE"), n.Name("ann.lee"))
	}
	if n.Name("ben") == word {
		t.Error("two names are the same")
	}
	if upn := n.UPN("Ann.Lee@corp.example"); upn != word+"@"+n.DNS("CORP.example") {
		t.Errorf("the UPN is %q", upn)
	}
	if old := n.UPN(`CORP\ann.lee`); old != n.Name("corp")+`\`+word {
		t.Errorf("the older name is %q", old)
	}
	dn, ok := n.DN("CN=Ann.Lee,OU=Staff,DC=corp,DC=example")
	parts := strings.Split(dn, ",DC=")
	if !ok || !strings.HasPrefix(dn, "CN="+word+",OU=") || strings.Join(parts[1:], ".") != n.DNS("corp.example") {
		t.Errorf("the DN is %q", dn)
	}
	host := n.Host("dc1.corp.example")
	if host != strings.ToLower(n.Name("DC1$")[:len(n.Name("DC1"))])+"."+n.DNS("corp.example") || !strings.HasSuffix(n.Name("DC1$"), "$") {
		t.Errorf("the host is %q, and its account %q", host, n.Name("DC1$"))
	}
	if n.DNS("sub.corp.example") != n.DNS("sub")+"."+n.DNS("corp.example") {
		t.Error("a domain is not above what is in it")
	}
	for _, name := range []string{word, n.Name("x"), n.Name(strings.Repeat("long", 1<<18))} {
		if len(name) > 20 || !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(name) {
			t.Errorf("%.40q is no sAMAccountName and DNS label", name)
		}
	}
	if other := newNames(); other.Name("ann.lee") == word {
		t.Error("another bundle has the same name: it follows from the original")
	}
}

// What decides by its form keeps it.
func TestPatternsStay(t *testing.T) {
	n := newNames()
	for name, form := range map[string]string{
		"MSOL_0a1b2c3d4e5f": `^MSOL_[0-9a-f]{12}$`, "msol_0a1b2c3d4e5f0a": `^MSOL_x-[a-z0-9]+$`, "pGMSA_0a1b2c3d$": `^pGMSA_[0-9a-f]{8}\$$`,
		"provAgentgMSA": `^provAgentgMSA$`, "AAD_0a1b2c3d4e5f": `^AAD_[0-9a-f]{12}$`, "ADSyncMSA0815$": `^ADSyncMSA[a-z0-9]+\$$`,
		"krbtgt_4711": `^krbtgt_[0-9]+$`, "krbtgt_AzureAD": `^krbtgt_AzureAD$`, "WS01$": `^name-[a-z0-9]+\$$`, "$": `^name-[a-z0-9]+$`,
		"domain admins": `^Domain Admins$`, "Domänen-Admins": `^name-`,
	} {
		if got := n.Name(name); !regexp.MustCompile(form).MatchString(got) || got == name && name != "provAgentgMSA" && name != "krbtgt_AzureAD" {
			t.Errorf("%s becomes %s", name, got)
		}
	}
	if got := n.DNS("Contoso.onmicrosoft.com"); !strings.HasSuffix(got, ".onmicrosoft.com") || strings.Contains(got, "contoso") {
		t.Errorf("the tenant is %s", got)
	}
	if got := n.DNS("users.example"); strings.Contains(got, "users") {
		t.Errorf("a domain that is called like a container stays: %s", got)
	}
	for ou, reserved := range map[string]bool{`OU=Staff\, others`: true, `OU=a\=b`: true, `OU=\#1`: true, `OU=end\ `: true, `OU=a/b`: true, `OU=Research#7`: false, "OU=plain": false} {
		dn, ok := n.DN(ou + ",DC=corp,DC=example")
		if !ok || adperms.ReservedOU(dn) != reserved || !adperms.IsDN(dn) {
			t.Errorf("%s becomes %s, whose characters hinder: %v", ou, dn, adperms.ReservedOU(dn))
		}
	}
	m := New("v1.2.3", "linux", at)
	const words = " with installation identifier 0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d running on computer SYNC01 configured to synchronize to tenant contoso.onmicrosoft.com. This account must have secret words."
	for text, form := range map[string]string{
		"Account created by Microsoft Azure Active Directory Connect" + words: `^Account created by Microsoft Azure Active Directory Connect with installation identifier [0-9a-f]{32} running on computer NAME-[A-Z0-9]+ configured to synchronize to tenant name-[a-z0-9]+\.onmicrosoft\.com\.$`,
		"Account created by Sally" + words:                                    `^Account created by Microsoft Entra Connect with installation identifier [0-9a-f]{32} `,
		"Account created by Sally for the boss":                               `^Account created by Microsoft Entra Connect$`,
		"Konto 0A1B2C3D4E5F0A1B2C3D4E5F0A1B2C3D auf dem Computer SYNC01":      `^[0-9a-f]{32}$`,
		"Sally's account": `^$`,
	} {
		if got := m.description(text); !regexp.MustCompile(form).MatchString(got) {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// SIDs that mean the same everywhere stay; those of domains, services, sessions and tenants do not.
func TestSIDs(t *testing.T) {
	n := newNames()
	for _, text := range []string{"S-1-1-0", "S-1-5-11", "S-1-5-32-544", "S-1-3-0", "S-1-5-64-10", "S-1-16-12288", "S-1-18-1", "S-1-15-2-1"} {
		if got := n.SID(secdesc.MustSID(text)).String(); got != text {
			t.Errorf("%s becomes %s", text, got)
		}
	}
	for _, text := range []string{"S-1-5-80-1-2-3-4-5", "S-1-5-5-0-4711", "S-1-12-1-1-2-3-4", "S-1-22-1-1000", "S-1-5-32-544-1", "S-1-5-90-0-1", "S-1-15-3-1024-1"} {
		if got := n.SID(secdesc.MustSID(text)).String(); got == text || !strings.HasPrefix(got, "S-1-5-80-") {
			t.Errorf("%s becomes %s", text, got)
		}
	}
	domain := secdesc.MustSID("S-1-5-21-1-2-3")
	admins, user, same := n.SID(domain.Child(512)), n.SID(domain.Child(1104)), n.SID(domain.Child(1104))
	switch {
	case admins.RID() != 512 || admins.Domain() != n.SID(domain) || n.SID(domain) == domain:
		t.Errorf("Domain Admins become %s, the domain %s", admins, n.SID(domain))
	case user != same || user.Domain() != n.SID(domain) || user.RID() < 1000:
		t.Errorf("a user becomes %s, and %s", user, same)
	case n.SID(secdesc.MustSID("S-1-5-21-4-5-6-512")).Domain() == admins.Domain():
		t.Error("two domains are one")
	}
	known := secdesc.MustGUID("00299570-246d-11d0-a768-00aa006e0529")
	own := secdesc.MustGUID("00299570-246d-11d0-a768-00aa006e0520")
	once := n.GUID(own)
	if again := n.GUID(own); n.GUID(known) != known || once == own || again != once {
		t.Error("a GUID of the schema was replaced, or one of a company was not")
	}
}

// The words that the program asks a schema for are on the list.
func TestWordsAreThePrograms(t *testing.T) {
	for _, s := range adperms.Schema {
		if schemaWords[strings.ToLower(s.Name)] == "" && s.Kind != adperms.ExtendedRight || !schemaGUIDs[s.GUID] {
			t.Errorf("%s %s is not on the list", s.Kind, s.Name)
		}
	}
	if len(schemaWords) < 400 {
		t.Errorf("the list has %d words", len(schemaWords))
	}
}

// The table says what stands for what, as it was written.
func TestTable(t *testing.T) {
	m := New("v1.2.3", "linux", at)
	word, sid := m.names.Name("Ann.Lee"), m.names.SID(secdesc.MustSID("S-1-5-21-1-2-3"))
	var b bytes.Buffer
	if err := m.Names().WriteTable(&b, "report.zip"); err != nil {
		t.Fatal(err)
	}
	var table struct{ Names map[string]string }
	if err := json.Unmarshal(b.Bytes(), &table); err != nil {
		t.Fatal(err)
	}
	if table.Names[word] != "Ann.Lee" || table.Names[sid.String()] != "S-1-5-21-1-2-3" || len(table.Names) != 2 {
		t.Errorf("it says %v", table.Names)
	}
}
