package guide

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/wizard"
)

// Who: whoever is signed in here, or somebody with a name and a password. A
// password is kept in memory while the session lasts, for a connection that is
// lost, and nowhere else.

// The ways to sign in to the domain.
const (
	asSignedIn   = "signed-in"
	withPassword = "password"
)

const (
	userKey     = "ad-user"
	passwordKey = "ad-password"
)

func (g *Guide) signIn(ctx context.Context) (asking, error) {
	if g.first != nil {
		return asking{}, nil
	}
	if g.way == "" {
		if q := g.waysIn(); len(q.Questions) > 0 {
			return q, nil
		}
	}
	if g.way == withPassword && (g.refused || settings.ADUser.Of(g.set()) == "" || !g.caller.HasPassword()) {
		return g.credentials(), nil
	}
	done := g.busy("Signing in to " + cmp.Or(settings.DC.Of(g.set()), g.set().Domain()))
	first, err := g.caller.Connect(ctx)
	done()
	mends := session.MendsOf(err)
	switch unproven := session.UntrustedIn(err); {
	case err == nil:
		g.first = first
		return asking{}, nil
	case ctx.Err() == nil && unproven != nil && g.set().Answerable(settings.TLSPin):
		return g.certificate(unproven), nil
	case ctx.Err() == nil && mends != session.NoRefusal && g.mayAskWho() && asksAgain(mends, g.way, g.set().Answerable(settings.ADUser)):
		g.problem, g.refused, g.caller.Typed = err.Error(), true, ""
		if g.way == asSignedIn {
			g.way = ""
		}
		return g.signIn(ctx)
	}
	return asking{}, err
}

// mayAskWho says that another user, or password, can be asked for: a keytab that
// was named is a word, and so is Kerberos without a user, which would only be tried
// again and again.
func (g *Guide) mayAskWho() bool {
	s := g.set()
	return settings.Keytab.Of(s) == "" && g.way != "" && (g.way != asSignedIn || !settings.Kerberos.Of(s))
}

// asksAgain says whether a refused sign-in is followed by a question. Rule: a password
// is asked for again only where it, or the name beside it, may have been mistyped: of
// an account that cannot sign in, where another can be named. What is not known may
// be the last try before a lockout. Where no password was asked for, one may be.
func asksAgain(mends session.Mends, way string, mayName bool) bool {
	switch mends {
	case session.AnotherPassword:
		return true
	case session.AnotherUser:
		return mayName || way == asSignedIn
	}
	return way == asSignedIn
}

// waysIn chooses the way, and asks where there are several.
func (g *Guide) waysIn() asking {
	s := g.set()
	switch {
	case settings.ADUser.Of(s) != "" && settings.Keytab.Of(s) == "":
		g.way = withPassword
		return asking{}
	case settings.Kerberos.Of(s) || settings.Keytab.Of(s) != "":
		g.way = asSignedIn
		return asking{}
	case !g.refused && !g.isSignedIn():
		g.way = withPassword
		return asking{}
	}
	label, note := "My Kerberos ticket", "as klist shows it"
	if runtime.GOOS == "windows" {
		label, note = "The signed-in user", "no password is asked for"
	}
	q := wizard.Question{
		Key: "sign-in", Title: "Who signs in to the domain?", Kind: wizard.Choice, Value: asSignedIn, From: "found here",
		Why:  "Whoever it is needs the right to change the permissions of the domain's root, as Domain Admins have it.",
		Help: "The account is named in the journal. It needs no rights in the tenant.",
		Options: []wizard.Option{
			{Value: asSignedIn, Label: label, Note: note},
			{Value: withPassword, Label: "Another user", Note: "with name and password"},
		},
	}
	return asking{Group: wizard.Group{Title: "Sign-in to the domain", Questions: []wizard.Question{q}}, take: func(_ context.Context, answers map[string]string) error {
		g.way, g.refused = answers["sign-in"], false
		return nil
	}}
}

// credentials asks for a name, where none was said, and a password.
func (g *Guide) credentials() asking {
	s := g.set()
	group := wizard.Group{Title: "Sign-in to the domain"}
	if s.Answerable(settings.ADUser) {
		q := wizard.Question{
			Key: userKey, Title: "Who signs in to the domain?", Value: settings.ADUser.Of(s), From: g.origin(settings.ADUser),
			Why:   "The account needs the right to change the permissions of the domain's root, as Domain Admins have it.",
			Help:  "As name@domain, or DOMAIN\\name. A bare name is taken for one of this domain.",
			Check: notEmpty("name the account"),
		}
		if q.Value == "" {
			q.Value, q.From = g.userFound()
		}
		group.Questions = append(group.Questions, q)
	}
	whose := "the account"
	if settings.ADUser.Of(s) != "" && !s.Answerable(settings.ADUser) {
		whose = settings.ADUser.Of(s)
	}
	group.Questions = append(group.Questions, wizard.Question{
		Key: passwordKey, Title: "Password of " + whose, Kind: wizard.Secret,
		Why:   "It is sent to the domain controller over TLS, and kept nowhere.",
		Help:  "It is held in memory while the wizard runs. Neither journal nor log nor screen shows it.",
		Check: notEmpty("a password is needed"),
	})
	return asking{Group: group, take: func(_ context.Context, answers map[string]string) error {
		if user, is := answers[userKey]; is {
			if err := s.Answer(settings.ADUser, user); err != nil {
				return err
			}
		}
		g.caller.Typed, g.refused = answers[passwordKey], false
		return nil
	}}
}

func notEmpty(say string) func(string) error {
	return func(answer string) error {
		if strings.TrimSpace(answer) == "" {
			return errors.New(say)
		}
		return nil
	}
}

// isSignedIn says that somebody is signed in here to a domain.
func (g *Guide) isSignedIn() bool {
	if runtime.GOOS == "windows" {
		domain, _ := g.caller.LookupEnv("USERDNSDOMAIN")
		return domain != ""
	}
	cache, named := g.caller.LookupEnv("KRB5CCNAME")
	if !named {
		cache = "/tmp/krb5cc_" + strconv.Itoa(os.Getuid()) // as MIT Kerberos has it
	}
	_, err := os.Stat(strings.TrimPrefix(cache, "FILE:"))
	return err == nil
}

// userFound is who is signed in on Windows.
func (g *Guide) userFound() (user, from string) {
	name, _ := g.caller.LookupEnv("USERNAME")
	domain, _ := g.caller.LookupEnv("USERDNSDOMAIN")
	if name == "" || domain == "" {
		return "", ""
	}
	return name + "@" + strings.ToLower(domain), "who is signed in here"
}
