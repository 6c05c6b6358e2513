package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"

	"writeback/adperms/directory"
	"writeback/adperms/directory/bind"
	"writeback/wizard"
)

// Who: whoever is signed in here, or somebody with a name and a password. A
// password is kept in memory while the sitting lasts, for a connection that is
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

func (g *guide) signIn(ctx context.Context) (asking, error) {
	if g.conn != nil {
		return asking{}, nil
	}
	if g.way == "" {
		if q := g.waysIn(); len(q.Questions) > 0 {
			return q, nil
		}
	}
	if g.way == withPassword && (g.refused || g.set().adUser == "" || !g.app.hasPassword()) {
		return g.credentials(), nil
	}
	done := g.busy("Signing in to " + cmpOr(g.set().dc, g.set().domain))
	conn, err := g.app.connect(ctx)
	done()
	var no *bind.SignInError
	var unproven *directory.CertError
	switch {
	case err == nil:
		g.conn = conn
		return asking{}, nil
	case ctx.Err() == nil && errors.As(err, &unproven) && g.set().answerable("tls-pin"):
		return g.certificate(unproven), nil
	case ctx.Err() == nil && errors.As(err, &no) && g.mayAskWho() && asksAgain(no.Mends(), g.way, g.set().answerable(userKey)):
		g.problem, g.refused, g.app.typed = err.Error(), true, ""
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
func (g *guide) mayAskWho() bool {
	s := g.set()
	return s.keytab == "" && g.way != "" && (g.way != asSignedIn || !s.kerberos)
}

// asksAgain says whether a refused sign-in is followed by a question. Rule: a password
// is asked for again only where it, or the name beside it, may have been mistyped: of
// an account that cannot sign in, where another can be named. What is not known may
// be the last try before a lockout. Where no password was asked for, one may be.
func asksAgain(mends bind.Mends, way string, mayName bool) bool {
	switch mends {
	case bind.AnotherPassword:
		return true
	case bind.AnotherUser:
		return mayName || way == asSignedIn
	}
	return way == asSignedIn
}

// waysIn chooses the way, and asks where there are several.
func (g *guide) waysIn() asking {
	s := g.set()
	switch {
	case s.adUser != "" && s.keytab == "":
		g.way = withPassword
		return asking{}
	case s.kerberos || s.keytab != "":
		g.way = asSignedIn
		return asking{}
	case !g.refused && !g.app.isSignedIn():
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
func (g *guide) credentials() asking {
	s := g.set()
	group := wizard.Group{Title: "Sign-in to the domain"}
	if s.answerable(userKey) {
		q := wizard.Question{
			Key: userKey, Title: "Who signs in to the domain?", Value: s.adUser, From: s.origin(userKey),
			Why:   "The account needs the right to change the permissions of the domain's root, as Domain Admins have it.",
			Help:  "As name@domain, or DOMAIN\\name. A bare name is taken for one of this domain.",
			Check: notEmpty("name the account"),
		}
		if q.Value == "" {
			q.Value, q.From = g.app.userFound()
		}
		group.Questions = append(group.Questions, q)
	}
	whose := "the account"
	if s.adUser != "" && !s.answerable(userKey) {
		whose = s.adUser
	}
	group.Questions = append(group.Questions, wizard.Question{
		Key: passwordKey, Title: "Password of " + whose, Kind: wizard.Secret,
		Why:   "It is sent to the domain controller over TLS, and kept nowhere.",
		Help:  "It is held in memory while the wizard runs. Neither journal nor log nor screen shows it.",
		Check: notEmpty("a password is needed"),
	})
	return asking{Group: group, take: func(_ context.Context, answers map[string]string) error {
		if user, is := answers[userKey]; is {
			if err := s.answer(userKey, user); err != nil {
				return err
			}
		}
		g.app.typed, g.refused = answers[passwordKey], false
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

// hasPassword says that nobody needs to be asked for the password.
func (a *app) hasPassword() bool {
	_, inEnv := a.lookupEnv("WRITEBACK_AD_PASSWORD")
	return a.typed != "" || inEnv || a.settings.adPasswordFile != ""
}

// isSignedIn says that somebody is signed in here to a domain.
func (a *app) isSignedIn() bool {
	if runtime.GOOS == "windows" {
		domain, _ := a.lookupEnv("USERDNSDOMAIN")
		return domain != ""
	}
	cache, named := a.lookupEnv("KRB5CCNAME")
	if !named {
		cache = "/tmp/krb5cc_" + strconv.Itoa(os.Getuid()) // as MIT Kerberos has it
	}
	_, err := os.Stat(strings.TrimPrefix(cache, "FILE:"))
	return err == nil
}

// userFound is who is signed in on Windows.
func (a *app) userFound() (user, from string) {
	name, _ := a.lookupEnv("USERNAME")
	domain, _ := a.lookupEnv("USERDNSDOMAIN")
	if name == "" || domain == "" {
		return "", ""
	}
	return name + "@" + strings.ToLower(domain), "who is signed in here"
}
