package cloudconfig

import (
	"strings"
	"testing"
)

// Whose a sync server is. Each row is the server and the run that is told in the
// first line, but for what it changes.
func TestBind(t *testing.T) {
	contoso := Tenant{ID: "7a4c2f0e-93b1-4d5c-8e6f-0b1d2c3a4e5f", DisplayName: "Contoso", Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}}
	for _, c := range []struct {
		name   string
		change func(*Server, *Bond)
		codes  string // of the mismatches
		says   string // in the first one's text or fix
	}{
		{"the server of this forest and tenant", func(*Server, *Bond) {}, "", ""},
		{"names in another case", func(s *Server, b *Bond) {
			s.Connectors[0].Forest, s.Connectors[0].Account, s.Cloud = "CORP.CONTOSO.COM", "msol_0123456789AB", "Contoso.OnMicrosoft.com - AAD"
		}, "", ""},
		{"an account with its domain", func(s *Server, b *Bond) { s.Connectors[0].Account = `CORP\MSOL_0123456789ab` }, "", ""},
		{"an account as a UPN", func(s *Server, b *Bond) { s.Connectors[0].Account = "MSOL_0123456789ab@corp.contoso.com" }, "", ""},
		{"one of several forests", func(s *Server, b *Bond) {
			s.Connectors = append([]ServerConnector{{Name: "x", Forest: "fabrikam.com", Account: "MSOL_ffffffffffff"}}, s.Connectors...)
		}, "", ""},
		{"a tenant that was named", func(s *Server, b *Bond) { b.Tenant, b.Named = nil, "contoso.onmicrosoft.com" }, "", ""},

		{"another tenant", func(s *Server, b *Bond) { s.Cloud = "fabrikam.onmicrosoft.com - AAD" }, WrongTenant, "fabrikam.onmicrosoft.com"},
		{"another tenant, named", func(s *Server, b *Bond) { b.Tenant, b.Named = nil, "fabrikam.onmicrosoft.com" }, ServerUnbound, "fabrikam.onmicrosoft.com"},
		{"a tenant named by its other onmicrosoft.com domain", func(s *Server, b *Bond) { b.Tenant, b.Named = nil, "contosonew.onmicrosoft.com" }, ServerUnbound, "--tenant contoso.onmicrosoft.com"},
		{"a tenant with two onmicrosoft.com domains, signed in to", func(s *Server, b *Bond) {
			b.Tenant.Domains, b.Named = append([]string{"contosonew.onmicrosoft.com"}, b.Tenant.Domains...), "contosonew.onmicrosoft.com"
		}, "", ""},
		{"a tenant named by a domain of its own", func(s *Server, b *Bond) { b.Tenant, b.Named = nil, "contoso.com" }, ServerUnbound, "--tenant contoso.onmicrosoft.com"},
		{"a tenant named by its id", func(s *Server, b *Bond) { b.Tenant, b.Named = nil, contoso.ID }, ServerUnbound, "--auth"},
		{"a tenant whose domains were not shown", func(s *Server, b *Bond) { b.Tenant = &Tenant{ID: contoso.ID} }, ServerUnbound, "--tenant"},
		{"no tenant", func(s *Server, b *Bond) { b.Tenant = nil }, ServerUnbound, "--tenant"},
		{"no tenant and a renamed connector", func(s *Server, b *Bond) { b.Tenant, s.Cloud = nil, "Cloud" }, ServerUnbound, "--tenant"},
		{"a renamed connector", func(s *Server, b *Bond) { s.Cloud = "Cloud" }, TenantUnproven, "--accept tenant-unproven"},
		{"a connector with a domain that is none", func(s *Server, b *Bond) { s.Cloud = "contoso - AAD" }, TenantUnproven, `"contoso - AAD"`},
		{"a connector that only mentions the tenant", func(s *Server, b *Bond) { s.Cloud = "not contoso.onmicrosoft.com - AAD" }, TenantUnproven, ""},
		{"no connector, or several", func(s *Server, b *Bond) { s.Cloud = "" }, ServerUnbound, "which tenant"},

		{"another forest", func(s *Server, b *Bond) { s.Connectors[0].Forest = "fabrikam.com" }, WrongServer, "fabrikam.com"},
		{"the account's domain is no forest", func(s *Server, b *Bond) {
			s.Connectors[0].Forest, s.Connectors[0].Domain = "fabrikam.com", "corp.contoso.com"
		}, WrongServer, "fabrikam.com"},
		{"a domain of the forest is not the forest", func(s *Server, b *Bond) { s.Connectors[0].Forest = "emea.corp.contoso.com" }, WrongServer, "emea"},
		{"no forests", func(s *Server, b *Bond) { s.Connectors = nil }, ServerUnbound, "which forests"},
		{"a forest that it does not name", func(s *Server, b *Bond) { s.Connectors[0].Forest = "" }, ServerUnbound, "which forests"},
		{"no domain", func(s *Server, b *Bond) { b.Forest = "" }, ConnectorUnproven, "--domain"},

		{"another account", func(s *Server, b *Bond) { s.Connectors[0].Account = "MSOL_ffffffffffff" }, OtherConnector, "MSOL_ffffffffffff"},
		{"another account of another domain", func(s *Server, b *Bond) {
			s.Connectors[0].Account, s.Connectors[0].Domain = "svc", "emea.corp.contoso.com"
		}, OtherConnector, `emea.corp.contoso.com\svc`},
		{"no account known", func(s *Server, b *Bond) { b.Account = Account{} }, ConnectorUnproven, "--accept connector-unproven"},
		{"no account said", func(s *Server, b *Bond) { s.Connectors[0].Account = "" }, ConnectorUnproven, "--accept connector-unproven"},

		{"all of it wrong", func(s *Server, b *Bond) {
			s.Cloud, s.Connectors[0].Forest = "fabrikam.onmicrosoft.com - AAD", "fabrikam.com"
		}, WrongTenant + " " + WrongServer, ""},
		{"no product", func(s *Server, b *Bond) { *s = Server{Host: "FILE01", Events: []Event{{ID: 31019}}} }, ServerUnbound, "no sync product"},
		{"an account of another domain", func(s *Server, b *Bond) { s.Connectors[0].Domain = "emea.corp.contoso.com" }, OtherConnector, `emea.corp.contoso.com\MSOL_0123456789ab`},
		{"an account of this domain", func(s *Server, b *Bond) { s.Connectors[0].Domain = "CORP.contoso.com" }, "", ""},
		{"an account of a domain that was typed short", func(s *Server, b *Bond) { s.Connectors[0].Domain = "CORP" }, "", ""},
		{"an account of another domain, typed short", func(s *Server, b *Bond) { s.Connectors[0].Domain = "EMEA" }, OtherConnector, `--connector "EMEA\MSOL_0123456789ab"`},
		{"an account of another domain in its name", func(s *Server, b *Bond) {
			s.Connectors[0].Account, s.Connectors[0].Domain = `EMEA\MSOL_0123456789ab`, "corp.contoso.com"
		}, OtherConnector, `EMEA\MSOL_0123456789ab`},
		{"a UPN that another domain has", func(s *Server, b *Bond) { s.Connectors[0].Account = "MSOL_0123456789ab@contoso.com" }, ConnectorUnproven, "MSOL_0123456789ab@contoso.com"},
		{"the account's own UPN", func(s *Server, b *Bond) {
			s.Connectors[0].Account, b.Account.UPN = "sync@contoso.com", "Sync@contoso.com"
		}, "", ""},
		{"the UPN of another account", func(s *Server, b *Bond) {
			s.Connectors[0].Account, b.Account.UPN = "other@contoso.com", "sync@contoso.com"
		}, OtherConnector, `--connector "other@contoso.com"`},
		{"a short domain, where ours is not known", func(s *Server, b *Bond) { s.Connectors[0].Domain, b.Account.NetBIOS = "CORP", "" }, ConnectorUnproven, `CORP\MSOL`},

		{"the host that was named", func(s *Server, b *Bond) { b.Host = "sync01.corp.contoso.com" }, "", ""},
		{"an address", func(s *Server, b *Bond) { b.Host = "192.0.2.7" }, "", ""},
		{"this computer", func(s *Server, b *Bond) { b.Host = "localhost" }, "", ""},
		{"another host", func(s *Server, b *Bond) { b.Host = "sync02.corp.contoso.com" }, HostUnproven, "--sync-server SYNC01"},
		{"a long name", func(s *Server, b *Bond) {
			s.Host, b.Host = "SYNCHRONIZATION", "synchronization-server-1.corp.contoso.com"
		}, "", ""},
		{"an address for another host of another forest", func(s *Server, b *Bond) { b.Host, s.Connectors[0].Forest = "sync02", "fabrikam.com" }, HostUnproven + " " + WrongServer, ""},

		{"Cloud Sync alone", func(s *Server, b *Bond) { *s = Server{Host: "AGENT1", Product: "cloud"} }, "", ""},
		{"Cloud Sync alone, with events of Entra Connect", func(s *Server, b *Bond) {
			*s = Server{Host: "AGENT1", Product: "cloud", Events: []Event{{ID: 31019}, {ID: 31002}, {ID: 31034}}}
		}, "", ""},
	} {
		s := Server{Host: "SYNC01", Product: "connect", Cloud: "contoso.onmicrosoft.com - AAD",
			Connectors: []ServerConnector{{Name: "corp.contoso.com", Forest: "corp.contoso.com", Account: "MSOL_0123456789ab"}}}
		tenant := contoso
		b := Bond{Forest: "corp.contoso.com", Account: Account{SAM: "MSOL_0123456789ab", Domain: "corp.contoso.com", NetBIOS: "CORP"}, Tenant: &tenant}
		c.change(&s, &b)
		all := s.Bind(b)
		if said := s.Testify(); s.Product == "cloud" && len(said) > 0 { // there is nothing to bind it by
			t.Errorf("%s: it is not bound, and says %+v", c.name, said)
		}
		var codes, texts []string
		for _, m := range all {
			codes, texts = append(codes, m.Code), append(texts, m.Text+" "+m.Fix)
			if m.Text == "" || m.Fix == "" || m.Unproven != (strings.HasSuffix(m.Code, "-unproven")) {
				t.Errorf("%s: %+v", c.name, m)
			}
		}
		if got := strings.Join(codes, " "); got != c.codes {
			t.Errorf("%s: %q, want %q: %q", c.name, got, c.codes, texts)
		}
		if c.says != "" && (len(texts) == 0 || !strings.Contains(texts[0], c.says)) {
			t.Errorf("%s: %q does not say %q", c.name, texts, c.says)
		}
	}
}

// Another server may have the name of the one that a switch was for.
func TestKeeps(t *testing.T) {
	contoso := &Tenant{ID: "7a4c2f0e-93b1-4d5c-8e6f-0b1d2c3a4e5f", Domains: []string{"contoso.com", "contoso.onmicrosoft.com"}}
	fabrikam := &Tenant{ID: "8a4c2f0e-93b1-4d5c-8e6f-0b1d2c3a4e5f", Domains: []string{"fabrikam.onmicrosoft.com"}}
	for _, c := range []struct {
		name   string
		change func(*Server, *Bound)
		tenant *Tenant
		codes  string
	}{
		{"the same", func(*Server, *Bound) {}, nil, ""},
		{"the same, signed in", func(*Server, *Bound) {}, contoso, ""},
		{"another account by now", func(s *Server, _ *Bound) { s.Connectors[0].Account = "svc" }, contoso, ""},
		{"another company's", func(s *Server, _ *Bound) {
			s.Cloud, s.Connectors[0].Forest = "fabrikam.onmicrosoft.com - AAD", "fabrikam.com"
		}, nil, ServerUnbound + " " + WrongServer},
		{"another company's, signed in", func(s *Server, _ *Bound) { s.Cloud = "fabrikam.onmicrosoft.com - AAD" }, contoso, WrongTenant},
		{"another company's administrator", func(*Server, *Bound) {}, fabrikam, WrongTenant},
		{"another forest", func(s *Server, _ *Bound) { s.Connectors[0].Forest = "fabrikam.com" }, contoso, WrongServer},
		{"a connector that was renamed since", func(s *Server, _ *Bound) { s.Cloud = "Cloud" }, contoso, TenantUnproven},
		{"a connector that was renamed before", func(s *Server, b *Bound) { s.Cloud, b.Connector = "Cloud", "Cloud" }, nil, ""},
		{"a connector that was renamed before, signed in", func(s *Server, b *Bound) { s.Cloud, b.Connector = "Cloud", "Cloud" }, contoso, ""},
		{"a switch of an earlier program, without a forest", func(s *Server, b *Bound) { s.Connectors, b.Forest = nil, "" }, contoso, ""},
		{"a server that says nothing", func(s *Server, _ *Bound) { s.Cloud, s.Connectors = "", nil }, contoso, ServerUnbound + " " + ServerUnbound},
	} {
		s := Server{Host: "SYNC01", Product: "connect", Cloud: "contoso.onmicrosoft.com - AAD", Connectors: []ServerConnector{{Forest: "corp.contoso.com", Account: "MSOL_1"}}}
		b := Bound{Connector: "contoso.onmicrosoft.com - AAD", Forest: "corp.contoso.com", Account: "MSOL_1"}
		c.change(&s, &b)
		var codes []string
		for _, m := range s.Keeps(b, c.tenant) {
			codes = append(codes, m.Code)
		}
		if got := strings.Join(codes, " "); got != c.codes {
			t.Errorf("%s: %q, want %q", c.name, got, c.codes)
		}
	}
}
