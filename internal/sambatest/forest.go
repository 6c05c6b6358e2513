package sambatest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Flags of a crossRef object (MS-ADTS 6.1.1.2.1.1).
const (
	CrossRefNC     = 1 // a naming context of this forest
	CrossRefDomain = 2 // and a domain
	CrossRefNoGC   = 4 // and an application's partition
)

// CrossRef adds a crossRef object for name below the DC's domain, with these flags in systemFlags, and returns the DN that it is for: with
// CrossRefNC and CrossRefDomain the forest seems to have one domain more, which nobody serves. Samba 4.17 cannot make real child domains. It
// wants that DN to be there, so that it is an OU's. Both stay: t has a domain of its own.
func (dc *DC) CrossRef(t testing.TB, name string, flags int, more Attrs) string {
	t.Helper()
	nc := dc.AddOU(t, dc.BaseDN, name)
	attrs := Attrs{
		"objectClass": {"crossRef"}, "nCName": {nc},
		"dnsRoot":     {name + "." + strings.ToLower(dc.Realm)},
		"nETBIOSName": {strings.ToUpper(name)},
	}
	for k, v := range more {
		attrs[k] = v
	}
	dn := dc.Add(t, "CN="+name+",CN=Partitions,CN=Configuration,"+dc.BaseDN, attrs)
	if err := dc.replaceOffline(dn, "systemFlags", strconv.Itoa(flags)); err != nil { // only the system account may
		t.Fatalf("write systemFlags of %s: %v", dn, err)
	}
	return nc
}

// replaceOffline writes an attribute as the system account, beside the server. The DN and the value are plain text.
func (dc *DC) replaceOffline(dn, attribute, value string) error {
	ldbmodify, err := findProgram("ldbmodify")
	if err != nil {
		return err
	}
	ldif := dc.home.path("change.ldif")
	text := fmt.Sprintf("dn: %s\nchangetype: modify\nreplace: %[2]s\n%[2]s: %s\n", dn, attribute, value)
	if err := os.WriteFile(ldif, []byte(text), 0o600); err != nil {
		return err
	}
	_, err = dc.run(ldbmodify, "--url="+dc.home.path("private", "sam.ldb"), ldif)
	return err
}
