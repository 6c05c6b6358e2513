package checks

import (
	"context"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// Sources are what the checks look at. A nil source is one that there is not;
// what hangs on it is not checked.
type Sources struct {
	Directory Directory
	Place     Place
	Link      Link

	// Connectors are the accounts that look like those of a sync product, or the
	// one that was named.
	Connectors []adperms.Connector
	Named      bool
	Product    adperms.Product // whose account it is, as asked for; "": not said
	// NoConnector says why the one that was named is not among them.
	NoConnector string
	Scopes      []string // DNs where the rights are to be; none: the domain's root

	// Delegation is the stage delegate as it stands. Its error is why it could not
	// be looked at.
	Delegation func(context.Context) (steps.StepPlan, error)
	// Features are the stages writeback and sspr as they stand.
	Features func(context.Context) ([]steps.StepPlan, error)
	Server   func(context.Context) (cloudconfig.Server, error)
	Roles    func(context.Context) ([]cloudconfig.Role, error)
	// HashSync says whether password hash synchronization is on, as the tenant tells it;
	// nil: it does not say.
	HashSync func(context.Context) (*bool, error)
	// Unasked says what to give where the cloud's sources are nil.
	Unasked string
	// NoDomain says why there is no directory; "": nobody connected to one.
	NoDomain string

	Dialer   Dialer
	Cloud    cloudconfig.Cloud
	Sync     string // the sync product that writes back, as asked for: "connect" or "cloud"; "": not said
	HostName string // of this computer

	Begin func(Check)      // is told of each check before it is made; nil: nobody
	Clock func() time.Time // nil: time.Now
}

func (s Sources) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

// Directory is what the checks need of a domain controller.
type Directory interface {
	Object(ctx context.Context, dn string) (adperms.Object, error)
	Schema(ctx context.Context) ([]adperms.SchemaName, error)
	Account(ctx context.Context, name string) (adperms.Account, error)
	Names(ctx context.Context, sids []secdesc.SID) (map[secdesc.SID]string, error)
	DomainPolicy(ctx context.Context) (adperms.PasswordPolicy, error)
	PasswordSettings(ctx context.Context) ([]adperms.PasswordSettings, error)
	// System is the operating system of the DC, "" where it does not say.
	System(ctx context.Context) (string, error)
	// SigningRequired says whether the DC refuses sign-ins that are neither signed
	// nor inside TLS.
	SigningRequired(ctx context.Context) (bool, error)
}

// Place is the domain and the DC, as the DC itself tells it.
type Place struct {
	Domain   string // DNS name
	Forest   string // DNS name of the forest root
	DomainDN string
	DC       string // DNS host name
	ReadOnly bool   // an RODC
	Synced   bool   // rootDSE isSynchronized
	Operator string // who is signed in
	// Administrator says that they are in the domain's Administrators, and are shown
	// everything by default.
	Administrator bool
	Kerberos      bool // they signed in by Kerberos, and not by name and password

	ForestLevel, DomainLevel, DCLevel int // msDS-Behavior-Version; -1: not given

	Paging, SDFlags, PolicyHints bool // the DC offers these controls
}

// Link is the TLS connection to the DC. Its texts are raw, from the certificate.
type Link struct {
	Version, Cipher string
	Subject, Issuer string
	Names           []string
	NotAfter        time.Time // UTC
	OwnName         bool      // the certificate is good for the DC's own name
}

// Dialer reaches out to a host by TCP and TLS, port 443, and says who issued the
// certificate that it showed.
type Dialer interface {
	Reach(ctx context.Context, host string) (issuer string, err error)
}

// examination is one run of checks: the sources, and what was read of them, once.
type examination struct {
	Sources
	now time.Time

	accounts   map[string]once[adperms.Account]
	objects    map[string]once[adperms.Object]
	delegation *once[steps.StepPlan]
	features   *once[[]steps.StepPlan]
	server     *once[cloudconfig.Server]
	hashSync   *once[*bool]
}

// once is an answer that is asked for once, error and all.
type once[T any] struct {
	value T
	err   error
}

// account reads a connector account.
func (x *examination) account(ctx context.Context, dn string) (adperms.Account, error) {
	return recall(&x.accounts, dn, func() (adperms.Account, error) { return x.Directory.Account(ctx, dn) })
}

// read reads an object with its permissions.
func (x *examination) read(ctx context.Context, dn string) (adperms.Object, error) {
	return recall(&x.objects, dn, func() (adperms.Object, error) { return x.Directory.Object(ctx, dn) })
}

// recall asks once for each DN.
func recall[T any](memo *map[string]once[T], dn string, ask func() (T, error)) (T, error) {
	got, asked := (*memo)[dn]
	if !asked {
		got.value, got.err = ask()
		if *memo == nil {
			*memo = map[string]once[T]{}
		}
		(*memo)[dn] = got
	}
	return got.value, got.err
}

// asked fills *memo by ask, once.
func asked[T any](memo **once[T], ask func() (T, error)) (T, error) {
	if *memo == nil {
		*memo = &once[T]{}
		(*memo).value, (*memo).err = ask()
	}
	return (*memo).value, (*memo).err
}
