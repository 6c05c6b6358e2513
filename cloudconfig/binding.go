package cloudconfig

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"writeback/internal/shell"
)

// A sync server serves the tenant and the forests that its connectors lead to,
// wherever it was found and whatever it is called. Before anything that it says
// counts, and before anything is switched on it, these are held against the domain
// and the tenant that the run is about. Nothing to compare with is not a match.

// Bond is what a sync server is held against.
type Bond struct {
	Host    string  // the server as a person named it; "": nobody did
	Forest  string  // DNS name of the forest's root domain
	Account Account // that has the rights, or gets them
	Tenant  *Tenant // that was signed in to; nil: none
	Named   string  // the tenant as a person named it
}

// Bound is what a switch on a sync server is for. The server itself compares it
// before it switches.
type Bound struct {
	Connector string // to Microsoft Entra ID, by name
	Host      string // the computer's name, as it says it; "": not compared
	Forest    string // the DNS name of its root domain; "": not compared
	Account   string // that the server signs in with there, as it keeps it; "": not compared
	Domain    string // that it keeps beside the account; "": not compared
}

// Mismatch is a reason not to believe a sync server, or not to switch anything on
// it.
type Mismatch struct {
	Code string
	Text string
	Fix  string
	// Unproven says that nothing speaks against the server, but something that would
	// speak for it is missing: a person may say that it is the right one. Until then
	// what it says does not count.
	Unproven bool
}

// The codes of a [Mismatch].
const (
	WrongServer       = "wrong-server"       // it synchronizes other forests
	WrongTenant       = "wrong-tenant"       // it synchronizes to another tenant
	OtherConnector    = "connector-mismatch" // it signs in with another account
	ServerUnbound     = "server-unbound"     // there is nothing to compare it with
	HostUnproven      = "host-unproven"      // the computer that answered has another name
	TenantUnproven    = "tenant-unproven"    // its connector's name does not say which tenant
	ConnectorUnproven = "connector-unproven" // whether its account has the rights is not known
)

// MismatchCodes are all of them.
var MismatchCodes = []string{WrongServer, WrongTenant, OtherConnector, ServerUnbound, HostUnproven, TenantUnproven, ConnectorUnproven}

// OfAnother are the codes that say that the server is another forest's or tenant's.
var OfAnother = []string{WrongServer, WrongTenant}

// OfAnother says that the server is not this domain's.
func (m Mismatch) OfAnother() bool { return slices.Contains(OfAnother, m.Code) }

// Bind holds a server against what the run is about. An agent of Cloud Sync has no
// connectors to compare, and proves nothing either: it gives nil.
func (s Server) Bind(b Bond) (out []Mismatch) {
	switch s.Product {
	case "connect":
	case "cloud":
		return nil
	default:
		return []Mismatch{{Code: ServerUnbound, Text: s.Host + " shows no sync product: it is not known whose events these are, nor whom it serves",
			Fix: "ask a server on which Entra Connect runs, in an elevated session as a member of ADSyncAdmins"}}
	}
	return slices.Concat(s.bindHost(b), s.bindTenant(b), s.bindForest(b))
}

// bindHost compares names of computers: behind an alias, another one may answer by
// tomorrow.
func (s Server) bindHost(b Bond) []Mismatch {
	named := computer(b.Host)
	if named == "" || strings.EqualFold(named, computer(s.Host)) {
		return nil
	}
	return []Mismatch{{Code: HostUnproven, Unproven: true, Text: fmt.Sprintf("the sync server %s was asked for, but %s answered", b.Host, s.Host),
		Fix: "name the server itself: " + shell.Option("--sync-server", s.Host) + "; if the name that you gave is an alias of it, say --accept " + HostUnproven}}
}

// computer is the NetBIOS name of a host, 15 characters at most (MS-NBTE 1.8), as a
// computer calls itself; "" where only an address, or this computer, was named.
func computer(host string) string {
	if address := strings.Contains(host, ":") || strings.Trim(host, "0123456789.") == ""; address || strings.EqualFold(host, "localhost") {
		return ""
	}
	name, _, _ := strings.Cut(host, ".")
	return name[:min(15, len(name))]
}

// cloudSuffix ends the name that an installation gives to the connector to
// Microsoft Entra ID: "contoso.onmicrosoft.com - AAD".
const cloudSuffix = " - AAD"

// TenantName is the tenant's domain in the name of the connector to Microsoft Entra
// ID; "" where the connector was renamed and does not say.
func (s Server) TenantName() string {
	name, is := strings.CutSuffix(s.Cloud, cloudSuffix)
	if !is || strings.ContainsAny(name, " \t") || !strings.Contains(name, ".") {
		return ""
	}
	return name
}

func (s Server) bindTenant(b Bond) []Mismatch {
	name := s.TenantName()
	switch known := b.Tenant != nil && len(b.Tenant.Domains) > 0; {
	case s.Cloud == "":
		return []Mismatch{{Code: ServerUnbound, Text: s.Host + " does not say which connector leads to Microsoft Entra ID, so it is not known which tenant it serves",
			Fix: "look at what it could not answer, and ask it again"}}
	case !known && b.Named == "":
		return []Mismatch{{Code: ServerUnbound, Text: fmt.Sprintf("%s synchronizes to %s, and this run is about no tenant: it is not known whether that is the right one", s.Host, s.serves(name)),
			Fix: "sign in to the tenant with --auth, or name its onmicrosoft.com domain with --tenant"}}
	case name == "":
		return []Mismatch{{Code: TenantUnproven, Unproven: true, Text: fmt.Sprintf("the connector to Microsoft Entra ID on %s is called %q, which does not say which tenant it leads to", s.Host, s.Cloud),
			Fix: "look in Synchronization Service Manager which tenant it is; if it is the right one, say --accept " + TenantUnproven}}
	case known && b.Tenant.Is(name), !known && strings.EqualFold(b.Named, name):
		return nil
	case known:
		return []Mismatch{s.wrongTenant(name, fmt.Sprintf("%s (%s)", b.Tenant.DisplayName, b.Tenant.ID))}
	}
	// A tenant may have several onmicrosoft.com domains, and the connector keeps the
	// name of the one that it was made with.
	return []Mismatch{{Code: ServerUnbound, Text: fmt.Sprintf("%s synchronizes to %s, and the tenant was named as %s: whether that is the same one can only be seen after a sign-in", s.Host, name, b.Named),
		Fix: "sign in to the tenant with --auth; or, if it is the same one, say --tenant " + name}}
}

func (s Server) serves(name string) string {
	if name == "" {
		return fmt.Sprintf("the tenant of its connector %q", s.Cloud)
	}
	return name
}

func (s Server) wrongTenant(its, ours string) Mismatch {
	return Mismatch{Code: WrongTenant, Text: fmt.Sprintf("%s synchronizes to the tenant %s, and this run is about %s", s.Host, its, ours),
		Fix: "name the sync server of this tenant with --sync-server, or sign in to the tenant that the server serves"}
}

func (s Server) bindForest(b Bond) []Mismatch {
	c, is := s.ConnectorOf(b.Forest)
	switch {
	case is:
		return s.bindAccount(c, b)
	case b.Forest == "":
		var signs []string
		for _, c := range s.Connectors {
			signs = append(signs, c.Forest+" as "+c.account())
		}
		return []Mismatch{{Code: ConnectorUnproven, Unproven: true,
			Text: fmt.Sprintf("this run is about no domain: %s signs in to %s, and whether that account has the rights is not known here", s.Host, cmp.Or(strings.Join(signs, " and to "), "no forest that it names")),
			Fix:  "name the domain with --domain to have that checked; or, if these are the right forest and account, say --accept " + ConnectorUnproven}}
	case len(s.Connectors) == 0, slices.ContainsFunc(s.Connectors, func(c ServerConnector) bool { return c.Forest == "" }):
		return []Mismatch{{Code: ServerUnbound, Text: s.Host + " does not say which forests it synchronizes: it is not known whether " + b.Forest + " is among them",
			Fix: "look at what it could not answer, and ask it again"}}
	}
	return []Mismatch{{Code: WrongServer, Text: fmt.Sprintf("%s synchronizes the forest %s, and not %s", s.Host, strings.Join(s.forests(), " and "), b.Forest),
		Fix: "name the sync server of this forest with --sync-server"}}
}

// bindAccount compares the accounts, but for a server in staging mode.
func (s Server) bindAccount(c ServerConnector, b Bond) []Mismatch {
	unproven := func(text, fix string) []Mismatch {
		return []Mismatch{{Code: ConnectorUnproven, Unproven: true, Text: text, Fix: fix + ", say --accept " + ConnectorUnproven}}
	}
	if b.Account.SAM == "" {
		return unproven(fmt.Sprintf("%s signs in to %s as %s, and whether that account has the rights is not known here", s.Host, c.Forest, c.account()),
			"name the account with --connector, or leave the stage delegate in the plan; if the rights were granted otherwise")
	}
	switch as := c.SignsInAs(b.Account); {
	case s.Staging: // it has an account of its own, as a rule, and nothing is switched on it
	case as == OtherAccount:
		return []Mismatch{{Code: OtherConnector, Text: fmt.Sprintf("%s signs in to %s as %s, and not as %s: granting rights to %[4]s has no effect there", s.Host, c.Forest, c.account(), b.Account),
			Fix: "name the account that the sync server uses: " + shell.Option("--connector", c.AccountName()) + "; if this run is for another sync product, add --sync none"}}
	case as == NotSaid:
		return unproven(fmt.Sprintf("%s signs in to %s as %s: whether that is %s is not known", s.Host, c.Forest, c.account(), b.Account),
			"look in Synchronization Service Manager; if it is that account")
	}
	return nil
}

// Keeps says why a server is not the one that a switch was for: another one may have
// its name by now, as every company may have a SYNC01. It is held against what the
// switch itself says and, where one is signed in to, the tenant. Who signs in to the
// forest by now does not count.
func (s Server) Keeps(was Bound, tenant *Tenant) []Mismatch {
	out := s.bindTenant(Bond{Tenant: tenant, Named: Server{Cloud: was.Connector}.TenantName()})
	if was.Connector == "" || strings.EqualFold(s.Cloud, was.Connector) {
		out = slices.DeleteFunc(out, func(m Mismatch) bool { return m.Code != WrongTenant })
	}
	if was.Forest == "" {
		return out
	}
	forest := s.bindForest(Bond{Forest: was.Forest})
	return append(out, slices.DeleteFunc(forest, func(m Mismatch) bool { return m.Code == ConnectorUnproven })...)
}

// ConnectorOf is the connector to a forest, by the DNS name of its root domain.
func (s Server) ConnectorOf(forest string) (c ServerConnector, is bool) {
	i := slices.IndexFunc(s.Connectors, func(c ServerConnector) bool { return forest != "" && strings.EqualFold(c.Forest, forest) })
	if i < 0 {
		return c, false
	}
	return s.Connectors[i], true
}

func (s Server) forests() (out []string) {
	for _, c := range s.Connectors {
		out = append(out, c.Forest)
	}
	return out
}
