package checks

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

var (
	noon     = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	domainID = secdesc.MustSID("S-1-5-21-1-2-3")
	syncSID  = domainID.Child(1105)
	errDown  = errors.New("nobody answers")
)

const (
	rootDN   = "DC=corp,DC=example"
	syncDN   = "CN=MSOL_1,CN=Users,DC=corp,DC=example"
	dcsDN    = "OU=Domain Controllers,DC=corp,DC=example"
	serverDN = "CN=Server,CN=System,DC=corp,DC=example"
	holderDN = "CN=AdminSDHolder,CN=System,DC=corp,DC=example"
	usersDN  = "CN=Users,DC=corp,DC=example"
	day      = 24 * time.Hour

	adminsDN        = "<SID=S-1-5-21-1-2-3-512>"
	administratorDN = "<SID=S-1-5-21-1-2-3-500>"
)

// world is a healthy domain, sync server and tenant; tests break parts of it.
type world struct {
	s        Sources
	sddl     map[string]string // by DN
	rights   uint32            // sDRightsEffective
	schema   []adperms.SchemaName
	account  adperms.Account
	policy   adperms.PasswordPolicy
	settings []adperms.PasswordSettings
	system   string
	signing  bool
	down     error // of everything in the directory
	signErr  error
	delegate steps.StepPlan
	features []steps.StepPlan
	server   cloudconfig.Server
	roles    []cloudconfig.Role
	hashSync *bool
	hosts    map[string]error // that do not answer
	asked    []string
}

func healthy() *world {
	w := &world{
		sddl: map[string]string{
			rootDN:   "O:BAG:BAD:AI(OA;;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;AU)(A;;RPLCRC;;;AU)",
			serverDN: "O:BAG:BAD:(A;;RPLCRC;;;S-1-5-32-554)",
			holderDN: "O:BAG:BAD:P(A;;GA;;;BA)(A;;RPLCRC;;;AU)",
			syncDN:   "O:BAG:BAD:AI(A;;GA;;;BA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPLCLORC;;;PS)",
			usersDN:  "O:BAG:BAD:AI(A;;GA;;;BA)",
		},
		rights: 15, schema: adperms.Schema, system: "Windows Server 2022 Standard", signing: true,
		policy: adperms.PasswordPolicy{DN: rootDN, MinLength: 8, History: 24, Complex: true, MaxAge: 42 * day},
		account: adperms.Account{
			Principal:   adperms.Principal{DN: syncDN, SAM: "MSOL_1", SID: syncSID, Class: "user", Control: adperms.NormalAccount | adperms.PasswordNeverExpires},
			Object:      adperms.Object{Classes: []string{"top", "user"}},
			PasswordSet: noon.Add(-400 * day), Token: adperms.NewToken(syncSID, domainID.Child(513), preWindows),
			Policy: adperms.PasswordPolicy{MaxAge: 42 * day},
		},
		delegate: steps.StepPlan{ID: "delegate", State: steps.StateOK, Evidence: []steps.Evidence{{State: steps.EvidenceVerified, What: "granted"}}},
		features: []steps.StepPlan{
			{ID: "writeback", State: steps.StateOK, Evidence: []steps.Evidence{{State: steps.EvidenceVerified, What: "password writeback: Enabled true", Source: "sync server SYNC01"}}},
			{ID: "sspr", State: steps.StateOK, Evidence: []steps.Evidence{{State: steps.EvidenceVerified, What: "write back: on", Source: "portal"}}},
		},
		server: cloudconfig.Server{Host: "SYNC01", Product: "connect", Version: "2.6.91.0", Scheduler: true,
			Connectors: []cloudconfig.ServerConnector{{Name: "corp.example", Forest: "corp.example", Account: "MSOL_1"}},
			Events:     []cloudconfig.Event{{ID: 31002, At: noon.Add(-2 * time.Hour)}, {ID: 31019, At: noon.Add(-time.Minute)}}},
		roles: []cloudconfig.Role{{TemplateID: "62e90394-69f5-4237-9190-012177145e10", Name: "Global Administrator"}},
		hosts: map[string]error{},
	}
	w.s = Sources{
		Directory: w,
		Place: Place{Domain: "corp.example", Forest: "corp.example", DomainDN: rootDN, DC: "dc1.corp.example", Synced: true, Operator: `CORP\admin`, Kerberos: true,
			ForestLevel: 7, DomainLevel: 7, DCLevel: 7, Paging: true, SDFlags: true, PolicyHints: true},
		Link: Link{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", Subject: "CN=dc1", Issuer: "CN=CA", Names: []string{"dc1.corp.example"},
			NotAfter: noon.Add(200 * day), OwnName: true},
		Connectors: []adperms.Connector{{Principal: w.account.Principal, Product: adperms.EntraConnect, Host: "SYNC01", Tenant: "corp.onmicrosoft.example"}},
		Delegation: func(context.Context) (steps.StepPlan, error) {
			w.asked = append(w.asked, "delegation")
			return w.delegate, nil
		},
		Features: func(context.Context) ([]steps.StepPlan, error) {
			w.asked = append(w.asked, "features")
			return w.features, nil
		},
		Server: func(context.Context) (cloudconfig.Server, error) {
			w.asked = append(w.asked, "server")
			return w.server, nil
		},
		Roles: func(context.Context) ([]cloudconfig.Role, error) { return w.roles, nil },
		HashSync: func(context.Context) (*bool, error) {
			w.asked = append(w.asked, "hash sync")
			return w.hashSync, nil
		},
		Dialer: w, Cloud: cloudconfig.Global, HostName: "sync01.corp.example",
		Clock: func() time.Time { return noon },
	}
	return w
}

func (w *world) Object(_ context.Context, dn string) (adperms.Object, error) {
	sddl, there := w.sddl[dn]
	switch {
	case w.down != nil:
		return adperms.Object{}, w.down
	case !there:
		return adperms.Object{}, absent(dn)
	}
	d, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
	if err != nil {
		return adperms.Object{}, err
	}
	raw, err := d.Marshal()
	o := adperms.Object{DN: dn, Descriptor: raw, RightsEffective: w.rights}
	switch {
	case dn == rootDN:
		o.SID = domainID
	case strings.HasPrefix(dn, "OU="):
		o.Classes = []string{"top", "organizationalUnit"}
	}
	return o, err
}

// absent is what a DC says of an object that is not there.
type absent string

func (a absent) Error() string { return "there is no " + string(a) }
func (absent) NotFound() bool  { return true }

func (w *world) Schema(context.Context) ([]adperms.SchemaName, error) { return w.schema, w.down }

func (w *world) Account(_ context.Context, name string) (adperms.Account, error) {
	w.asked = append(w.asked, name)
	return w.account, w.down
}

func (w *world) Names(context.Context, []secdesc.SID) (map[secdesc.SID]string, error) {
	return map[secdesc.SID]string{domainID.Child(1300): `CORP\Helpdesk`}, w.down
}

func (w *world) DomainPolicy(context.Context) (adperms.PasswordPolicy, error) {
	return w.policy, w.down
}

func (w *world) PasswordSettings(context.Context) ([]adperms.PasswordSettings, error) {
	return w.settings, w.down
}

func (w *world) System(context.Context) (string, error) { return w.system, w.down }

func (w *world) SigningRequired(context.Context) (bool, error) {
	return w.signing, errors.Join(w.signErr, w.down)
}

func (w *world) Reach(_ context.Context, host string) (string, error) {
	w.asked = append(w.asked, host)
	return "CN=Public CA", w.hosts[host]
}

// run makes the checks of the codes, all of them for none.
func (w *world) run(t *testing.T, codes ...string) Report {
	t.Helper()
	selected, err := Select(codes)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), w.s, selected)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// summary is a result's state and codes: "warning a b".
func summary(r Result) string {
	out := []string{string(r.State)}
	for _, f := range r.Findings {
		code := f.Code
		if f.Level == steps.LevelInfo {
			code = "(" + code + ")"
		}
		out = append(out, code)
	}
	return strings.Join(out, " ")
}

func whole(r Result) string {
	parts := []string{r.Text}
	for _, f := range r.Findings {
		parts = append(parts, f.Text, f.Fix)
	}
	return strings.Join(parts, "\n")
}

func byCode(r Report, code string) Result {
	return r.Results[slices.IndexFunc(r.Results, func(x Result) bool { return x.Code == code })]
}
