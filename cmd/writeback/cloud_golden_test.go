package main

import (
	"regexp"
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
)

// What people read of all three stages, from the first plan to the undo.
func TestCloudGolden(t *testing.T) {
	b := ground{samba: true}.cloudBench(t, tenant.Options{Policy: &cloudconfig.Policy{AccountUnlockSupported: true, AccountUnlockEnabled: true}})
	account := b.connector
	golden := func(name string, o outcome) {
		t.Helper()
		text := "-- stdout --\n" + o.out + "-- stderr --\n" + o.err + "-- exit " + string(rune('0'+o.code)) + " --\n"
		compare(t, "cloud-"+name, b.steadyCloud(steady(text, b.dc, account)))
	}
	golden("plan-by-hand", b.run("plan"))
	consent := b.with("--allow-undocumented-api")
	golden("apply", consent.run("apply", "--yes"))
	golden("apply-again", consent.run("apply", "--yes"))
	golden("verify", consent.run("verify"))
	golden("undo", consent.run("undo", "--yes"))
	b.giveTokens(b.tenant.Mint(tenant.TokenOptions{}), "")
	golden("attest", b.run("attest", "sspr", "--by", "Ann Admin", "--note", "CHG-17"))
	golden("verify-attested", b.run("verify", "--only", "sspr"))
	golden("attest-withdraw", b.run("attest", "sspr", "--by", "Ann Admin", "--withdraw"))
	b.tenant.Change(func(o *tenant.Options) {
		o.Domains, o.SKUs = []string{"other.example"}, []tenant.SKU{}
	})
	golden("plan-blocked", b.run("plan", "--only", "writeback,sspr"))
}

// steadyCloud puts names in the place of what is new in every run.
func (b *cloudBench) steadyCloud(text string) string {
	text = strings.NewReplacer(
		b.proxy.LDAPS, "ldaps://DC:636", b.dc.CAFile, "ca.pem", b.shell.file, "pwsh",
		b.tenant.GraphEndpoint(), "https://GRAPH", b.tenant.PortalEndpoint(), "https://PORTAL",
	).Replace(text)
	text = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`).ReplaceAllString(text, "TIME")
	return regexp.MustCompile(`(\S) {2,}`).ReplaceAllString(text, "$1  ")
}
