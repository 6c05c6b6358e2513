package tenant

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"writeback/cloudconfig"
)

// Identity is a person who can sign in.
type Identity struct {
	UPN    string
	Name   string
	Roles  []cloudconfig.Role // active directory roles
	Scopes []string           // delegated permissions consented to; nil: each that the tenant knows
}

// ID is the object id of the identity: made from the UPN, so that it is the same each time.
func (i Identity) ID() string { return guid("identity", strings.ToLower(i.UPN)) }

// App is an application that signs in as itself.
type App struct {
	ClientID string
	Secret   string
	Roles    []string // application permissions consented to
}

// The directory roles that matter here, by their template ids.
var (
	GlobalAdministrator         = cloudconfig.Role{TemplateID: "62e90394-69f5-4237-9190-012177145e10", Name: "Global Administrator"}
	GlobalReader                = cloudconfig.Role{TemplateID: "f2ef992c-3afb-46b9-b7cf-a126ee74c451", Name: "Global Reader"}
	HybridIdentityAdministrator = cloudconfig.Role{TemplateID: "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", Name: "Hybrid Identity Administrator"}
	AuthPolicyAdministrator     = cloudconfig.Role{TemplateID: "0526716b-113d-4c15-b2c8-68e3c22b9f80", Name: "Authentication Policy Administrator"}
	ReportsReader               = cloudconfig.Role{TemplateID: "4a5d8f65-41da-4de4-8968-e035b65339cf", Name: "Reports Reader"}
	SecurityReader              = cloudconfig.Role{TemplateID: "5d6b6bb7-de71-4623-b4af-96380a352509", Name: "Security Reader"}
	SecurityAdministrator       = cloudconfig.Role{TemplateID: "194ae4cb-b126-40b2-bd5b-6091b380977d", Name: "Security Administrator"}
)

var knownRoles = []cloudconfig.Role{
	GlobalAdministrator, GlobalReader, HybridIdentityAdministrator, AuthPolicyAdministrator, ReportsReader, SecurityReader, SecurityAdministrator,
}

// roles are the roles that exist in the tenant: those above, and what its identities hold besides.
func (o Options) roles() []cloudconfig.Role {
	out := slices.Clone(knownRoles)
	for _, i := range o.Identities {
		for _, r := range i.Roles {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// member is in the wids of each member of a tenant: the template id of the role User.
const member = "b79fbf4d-3ef9-4689-8143-76b194e85509"

// The public clients that may be given tokens for the portal.
const (
	AzureCLI        = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	AzurePowerShell = "1950a258-227b-4e31-a9cf-717495945fc2"
)

// DefaultIdentities are admin (Global Administrator), hybrid (Hybrid Identity Administrator), authpolicy (Authentication Policy
// Administrator), reader (Global Reader) and user (no role), at the domain.
func DefaultIdentities(domain string) []Identity {
	return []Identity{
		{UPN: "admin@" + domain, Name: "Global admin", Roles: []cloudconfig.Role{GlobalAdministrator}},
		{UPN: "hybrid@" + domain, Name: "Hybrid admin", Roles: []cloudconfig.Role{HybridIdentityAdministrator}},
		{UPN: "authpolicy@" + domain, Name: "Policy admin", Roles: []cloudconfig.Role{AuthPolicyAdministrator}},
		{UPN: "reader@" + domain, Name: "Reader", Roles: []cloudconfig.Role{GlobalReader}},
		{UPN: "user@" + domain, Name: "User"},
	}
}

// DefaultApps are one application that may read what an application can read.
func DefaultApps() []App {
	return []App{{
		ClientID: "3d1f6b52-0a7e-4c55-9e18-5b0c6d7e8f90",
		Secret:   "practice-secret",
		Roles:    []string{"Organization.Read.All", "AuditLog.Read.All", "Policy.Read.All", "User.Read.All", "LicenseAssignment.Read.All"},
	}}
}

// identity finds a person by UPN; "" is the first.
func (o Options) identity(upn string) (Identity, bool) {
	if upn == "" && len(o.Identities) > 0 {
		return o.Identities[0], true
	}
	i := slices.IndexFunc(o.Identities, func(i Identity) bool { return strings.EqualFold(i.UPN, upn) })
	if i < 0 {
		return Identity{}, false
	}
	return o.Identities[i], true
}

func (o Options) app(client string) (App, bool) {
	i := slices.IndexFunc(o.Apps, func(a App) bool { return strings.EqualFold(a.ClientID, client) })
	if i < 0 {
		return App{}, false
	}
	return o.Apps[i], true
}

// guid makes a GUID of version 8 from a kind and a name.
func guid(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	return guidOf([16]byte(sum[:16]))
}

func guidOf(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	out := make([]byte, 0, 36)
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			out = append(out, '-')
		}
		out = hex.AppendEncode(out, part)
	}
	return string(out)
}
