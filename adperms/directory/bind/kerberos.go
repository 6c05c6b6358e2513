package bind

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"writeback/internal/shell"
	"writeback/internal/statedir"
)

// Kerberos gathers what a Kerberos bind needs: on Windows without a named
// user the session's own (SSPI), otherwise a service ticket for the DC.
//
// Errors: [OptionError], [SignInError]; [NoKDCError] where no KDC answered at all.
func Kerberos(ctx context.Context, server Server, o Options) (*Ticket, error) {
	s := &attempt{Server: server, way: o.Way()}
	if o.ofSession() {
		if i, err := s.signedInUser(); i != nil || err != nil {
			return i, err
		}
	}
	if o.Way() == ByKerberos {
		return s.byPassword(ctx, o)
	}
	cl, err := s.kerberosClient(o)
	if err != nil {
		return nil, err
	}
	who := cl.Credentials.UserName() + "@" + cl.Credentials.Domain()
	ticket, err := s.serviceTicket(ctx, cl)
	if err != nil {
		return nil, s.kerberosError(who, err)
	}
	return &Ticket{GSSAPIClient: newSecurityContext(cl.Credentials.CName(), cl.Credentials.Domain(), ticket, s.Leaf), User: who, release: cl.Destroy}, nil
}

// ofSession says that nobody is named: whoever is signed in here is meant.
func (o Options) ofSession() bool { return o.User == "" && o.Keytab == "" && o.CCache == "" }

// Way is how a Kerberos bind is tried.
func (o Options) Way() Way {
	switch {
	case o.ofSession() && runtime.GOOS == "windows":
		return BySession
	case o.Keytab != "":
		return ByKeytab
	case o.User != "" && o.CCache == "":
		return ByKerberos
	}
	return ByTicket
}

// kerberosClient knows who we are and how to prove it to the KDC.
func (s *attempt) kerberosClient(o Options) (*client.Client, error) {
	name, realm := s.principalName(o.User)
	conf, err := s.krb5Config(o, realm)
	if err != nil {
		return nil, err
	}
	noFAST := client.DisablePAFXFAST(true) // AD refuses the half of FAST that gokrb5 speaks
	if o.Keytab != "" {
		return s.withKeytab(o, name, realm, conf, noFAST)
	}
	return s.withTicketCache(o, conf, noFAST)
}

// byPassword gets a ticket for the DC with a password, which is asked for when a
// KDC has answered.
func (s *attempt) byPassword(ctx context.Context, o Options) (*Ticket, error) {
	a, named := s.accountOf(o.User, o.DN)
	if !named {
		return nil, s.notIn(o.User, NoKerberosName, "", nil)
	}
	if _, realm := s.principalName(o.User); o.Kerberos && realm != a.at && a.name.NameType == nametype.KRB_NT_ENTERPRISE {
		name, _ := s.principalName(o.User) // a realm that was named, which need not be a domain's
		a = account{name: types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, name), realm: realm, at: realm}
	}
	conf, err := s.krb5Config(o, a.at)
	if err != nil {
		return nil, err
	}
	k := newKDCs(conf, o)
	g, err := k.grantingTicket(ctx, a, func() (string, error) {
		password, err := o.AskPassword(o.User)
		if err == nil && password == "" {
			err = s.notIn(o.User, EmptyPassword, "", nil)
		}
		return password, err
	})
	if err != nil {
		return nil, s.kerberosError(a.String(), err)
	}
	who := g.client.PrincipalNameString() + "@" + g.realm
	t, err := k.serviceTicket(ctx, g, s.SPN, strings.ToUpper(s.Domain))
	if err != nil {
		var none *NoKDCError
		if errors.As(err, &none) { // one has answered: that another is silent is no reason to send the password
			err = errors.New(none.Error())
		}
		return nil, s.kerberosError(who, err)
	}
	return &Ticket{GSSAPIClient: newSecurityContext(g.client, g.realm, t, s.Leaf), User: who, release: func() {}}, nil
}

// principalName splits a UPN or DOMAIN\name. The realm of an AD domain is its
// DNS name in capitals; a NetBIOS name is taken for this domain's.
func (s *attempt) principalName(user string) (name, realm string) {
	realm = strings.ToUpper(s.Domain)
	if _, after, found := strings.Cut(user, `\`); found {
		return after, realm
	}
	if at := strings.LastIndexByte(user, '@'); at >= 0 {
		return user[:at], strings.ToUpper(user[at+1:])
	}
	return user, realm
}

func (s *attempt) withKeytab(o Options, name, realm string, conf *config.Config, set func(*client.Settings)) (*client.Client, error) {
	raw, err := statedir.ReadGuarded(o.Keytab, maxKeytab)
	if err != nil {
		return nil, &OptionError{Option: "--keytab", Text: "reading " + shell.Name(o.Keytab), Err: err}
	}
	kt, err := noPanic("a keytab", func() (*keytab.Keytab, error) { kt := new(keytab.Keytab); return kt, kt.Unmarshal(raw) })
	if err != nil {
		return nil, &OptionError{Option: "--keytab", Text: "reading " + shell.Name(o.Keytab), Err: err}
	}
	if len(kt.Entries) == 0 {
		return nil, &OptionError{Option: "--keytab", Text: shell.Name(o.Keytab) + " holds no keys"}
	}
	if o.User == "" {
		first := kt.Entries[0].Principal
		name, realm = strings.Join(first.Components, "/"), first.Realm
	}
	for _, e := range kt.Entries { // KDCs of AD do not mind the case of a name, keytab look-ups do
		have := strings.Join(e.Principal.Components, "/")
		if strings.EqualFold(have, name) && strings.EqualFold(e.Principal.Realm, realm) {
			return client.NewWithKeytab(have, e.Principal.Realm, kt, conf, set), nil
		}
	}
	return nil, &OptionError{Option: "--keytab", Text: fmt.Sprintf("%s holds no key of %s", shell.Name(o.Keytab), shell.Name(name+"@"+realm))}
}

func (s *attempt) withTicketCache(o Options, conf *config.Config, set func(*client.Settings)) (*client.Client, error) {
	path, err := cachePath(o.CCache)
	if err != nil {
		return nil, s.notIn("", NoTicket, err.Error(), err)
	}
	raw, err := statedir.ReadGuarded(path, maxCCache)
	if err != nil {
		return nil, s.notIn("", NoTicket, path+": "+err.Error(), err)
	}
	cache, err := noPanic("a ticket cache", func() (*credentials.CCache, error) { cc := new(credentials.CCache); return cc, cc.Unmarshal(raw) })
	if err != nil {
		return nil, s.notIn("", NoTicket, path+": "+err.Error(), err)
	}
	user := cache.GetClientPrincipalName().PrincipalNameString() + "@" + cache.GetClientRealm()
	refuse := func(r Reason, err error) (*client.Client, error) {
		return nil, s.notIn(user, r, path, err)
	}
	for _, t := range cache.GetEntries() {
		if t.Server.PrincipalName.PrincipalNameString() == "krbtgt/"+cache.GetClientRealm() && t.EndTime.Before(time.Now()) {
			return refuse(TicketExpired, nil)
		}
	}
	cl, err := client.NewFromCCache(cache, conf, set)
	if err != nil {
		return refuse(NoTicket, err)
	}
	return cl, nil
}

// cachePath finds the ticket cache file as MIT Kerberos does (krb5.conf(5),
// default_ccache_name); caches that are not files are not for us to read.
func cachePath(named string) (string, error) {
	name := named
	if name == "" {
		name = os.Getenv("KRB5CCNAME")
	}
	if name == "" {
		return fmt.Sprintf("%s/krb5cc_%d", "/tmp", os.Getuid()), nil
	}
	if path, found := strings.CutPrefix(name, "FILE:"); found {
		return path, nil
	}
	for _, kind := range []string{"DIR:", "KEYRING:", "KCM:", "API:", "MEMORY:", "MSLSA:"} {
		if strings.HasPrefix(name, kind) {
			return "", fmt.Errorf("the ticket cache %s is not a file: get a ticket into one with KRB5CCNAME=FILE:/path kinit, and set the same for this program", name)
		}
	}
	return name, nil
}

// serviceTicket asks the KDC for the DC's LDAP service. gokrb5 knows no
// context, so an ended one leaves it to its own five seconds.
func (s *attempt) serviceTicket(ctx context.Context, cl *client.Client) (*ticket, error) {
	type answer struct {
		t   *ticket
		err error
	}
	done := make(chan answer, 1)
	go func() {
		t, err := noPanic("an answer of the KDC", func() (*ticket, error) {
			if err := cl.AffirmLogin(); err != nil {
				return nil, err
			}
			t, key, err := cl.GetServiceTicket(s.SPN)
			return &ticket{t, key}, err
		})
		done <- answer{t, err}
	}()
	select {
	case a := <-done:
		return a.t, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Explain translates a Ticket's error. ok is false for any other error.
func Explain(server Server, way Way, user string, err error) (said error, ok bool) {
	var ours *ticketError
	if !errors.As(err, &ours) {
		return nil, false
	}
	s := &attempt{Server: server, way: way}
	return s.kerberosError(user, ours.err), true
}

func (s *attempt) kerberosError(user string, err error) error {
	var option *OptionError
	var known *SignInError
	var none *NoKDCError
	if errors.As(err, &option) || errors.As(err, &known) {
		return err
	}
	if !errors.As(err, &none) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return fmt.Errorf("getting a Kerberos ticket for %s: %w", shown(user), err)
	}
	reason := sessionReason(err)
	switch {
	case none != nil:
		reason = NoKDC
	case errors.Is(err, errNotTheKDC):
		reason = UnprovenKDC
	}
	if reason == "" {
		reason = kerberosReason(err.Error())
	}
	return s.notIn(user, reason, err.Error(), err)
}

// kerberosReason reads the error names of RFC 4120 section 7.5.9, which gokrb5
// gives as text only. A name that is not known here is a refusal, and no more.
func kerberosReason(said string) Reason {
	for _, r := range []struct {
		name   string
		reason Reason
	}{
		{"KDC_ERR_PREAUTH_FAILED", WrongPassword}, {"KRB_AP_ERR_BAD_INTEGRITY", WrongPassword},
		{"KDC_ERR_C_PRINCIPAL_UNKNOWN", NoSuchUser}, {"KDC_ERR_CLIENT_REVOKED", Revoked},
		{"KDC_ERR_POLICY", Restricted}, {"KDC_ERR_ETYPE_NOSUPP", NoEncryption},
		{"KDC_ERR_KEY_EXPIRED", PasswordExpired}, {"KDC_ERR_NAME_EXP", AccountExpired},
		{"KRB_AP_ERR_SKEW", ClockSkew}, {"KRB_AP_ERR_TKT_EXPIRED", TicketExpired}, {"no valid existing session", TicketExpired},
		{"KDC_ERR_S_PRINCIPAL_UNKNOWN", NoService}, {"matching key not found in keytab", BadKeytab},
		{"TGT not found", NoTicket}, {"sending to a KDC", NoKDC}, {"communication error with KDC", NoKDC},
		{"communicate with KDC", NoKDC}, {"no KDC", NoKDC},
		{"KRB Error", Refused},
	} {
		if strings.Contains(said, r.name) {
			return r.reason
		}
	}
	return OtherReason
}

// noPanic guards gokrb5's readers, which index into what they are given.
func noPanic[T any](what string, f func() (T, error)) (out T, err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, bug := p.(runtime.Error); !bug {
				panic(p)
			}
			err = fmt.Errorf("it is not %s, or a damaged one", what)
		}
	}()
	return f()
}
