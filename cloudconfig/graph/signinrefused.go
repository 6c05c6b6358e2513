package graph

import (
	"context"
	"errors"
	"net"
	"regexp"
	"strings"
)

// signInRefused makes a sentence of an error of azidentity, which holds the
// authority's whole answer, or else a text of its own: the code and the first
// sentence are kept. said is the authority's own description; "" where there was
// none. The error is not wrapped, since the response hangs on it.
func signInRefused(method Method, err error, said string) error {
	var already *Error
	if errors.As(err, &already) {
		return already
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	if said == "" {
		said = err.Error()
	}
	e := &Error{Kind: SignInRefused, Doing: "sign in", Text: firstSentence(said), Code: authorityCode.FindString(said)}
	if method != "" {
		e.Doing = "sign in with " + string(method)
	}
	if known, is := authorityCodes[e.Code]; is {
		e.Text, e.Fix = known.text, known.fix(method)
		return e
	}
	e.Fix = unknown(method, e.Code)
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		e.Kind, e.Text, e.Fix = Unreachable, "the name "+clean(dns.Name)+" is not found", "check DNS, the network and HTTPS_PROXY"
	case errors.As(err, &op):
		e.Kind, e.Text, e.Fix = Unreachable, "no answer from the authority: "+clean(root(op)), "check the network, outbound 443 and HTTPS_PROXY"
	}
	return e
}

// unreadable is a sign-in without what it takes from a file of ours. The words are
// our own and name the file, which may look like an opaque token or be called
// "secret": only what is surely a token is struck out of them.
func unreadable(method Method, doing string, err error) error {
	text := clean(doing + ": " + withoutTokens(err.Error()))
	return &Error{Kind: SignInRefused, Doing: "sign in with " + string(method), Text: text}
}

var (
	authorityCode = regexp.MustCompile(`AADSTS\d{4,8}`)
	// Behind the sentence stand marks for Microsoft's support, and azidentity's link.
	tail = regexp.MustCompile(`(?s)\s*(Trace ID:|To troubleshoot, visit|-{8,}).*$`)
	// azidentity's errors begin with the name of its type.
	typeName = regexp.MustCompile(`^[A-Za-z]+Credential(\.GetToken\(\))?:\s*`)
)

// firstSentence is what is for people in a description.
func firstSentence(said string) string {
	return strings.TrimSuffix(scrub(typeName.ReplaceAllString(tail.ReplaceAllString(said, ""), "")), ".")
}

// authorityCodes are the authority's codes that administrators meet (Microsoft's
// page of Entra authentication error codes).
var authorityCodes = map[string]struct {
	text string
	fix  fix
}{
	"AADSTS16000":   {"several accounts are signed in, and none was chosen", again},
	"AADSTS50011":   {"the application does not allow this way back from the browser", wayBack},
	"AADSTS50020":   {"the user does not belong to this tenant", always("sign in with an account of the tenant, or correct --tenant")},
	"AADSTS50034":   {"the user is not found in this tenant", always("sign in with an account of the tenant, or correct --tenant")},
	"AADSTS50053":   {"the account is locked after too many attempts", always("wait, or let an administrator unlock it")},
	"AADSTS50055":   {"the user's password has expired", always("change the password, then sign in again")},
	"AADSTS50057":   {"the user's account is disabled", always("use another account")},
	"AADSTS50076":   {"multi-factor authentication is asked for", moreProof},
	"AADSTS50078":   {"multi-factor authentication has expired", moreProof},
	"AADSTS50079":   {"the user must enrol in multi-factor authentication", always("enrol, then sign in again")},
	"AADSTS50105":   {"the user is not assigned to the application", always("let an administrator assign the user to it")},
	"AADSTS50126":   {"user name or password is wrong", again},
	"AADSTS50158":   {"another check of Conditional Access is asked for", moreProof},
	"AADSTS50173":   {"the sign-in was revoked", again},
	"AADSTS53000":   {"Conditional Access asks for a compliant device", always("use such a device, or another account")},
	"AADSTS53001":   {"Conditional Access asks for a device that is joined to the domain", always("use such a device, or another account")},
	"AADSTS53003":   {"Conditional Access blocks this sign-in", blocked},
	"AADSTS65001":   {"nobody has consented to the permissions that are asked for", noConsent},
	"AADSTS65002":   {"this application of Microsoft's may not ask for these permissions", notPreauthorized},
	"AADSTS65004":   {"the consent was declined", always("sign in again and consent, or let an administrator consent")},
	"AADSTS70008":   {"the sign-in has expired", again},
	"AADSTS70020":   {"the code was not entered in time", again},
	"AADSTS70043":   {"the sign-in has expired by Conditional Access", again},
	"AADSTS90002":   {"the tenant is not found", always("correct --tenant and --cloud")},
	"AADSTS90072":   {"the user does not belong to this tenant", always("sign in with an account of the tenant, or correct --tenant")},
	"AADSTS90094":   {"an administrator's consent is needed", always("let an administrator consent")},
	"AADSTS500011":  {"the tenant does not know the service that the token is for", always("correct --tenant and --cloud")},
	"AADSTS500113":  {"the application has no way back from the browser", wayBack},
	"AADSTS530003":  {"Conditional Access asks for a managed device", always("use such a device, or another account")},
	"AADSTS700016":  {"the application is not found in this tenant", otherApplication},
	"AADSTS700024":  {"the application's signature is not valid now", always("set this machine's clock")},
	"AADSTS700027":  {"the certificate is not one of the application's", always("add the certificate to the application")},
	"AADSTS700082":  {"the sign-in has expired, as it was not used", again},
	"AADSTS7000112": {"the application is disabled", always("enable it, or use another one")},
	"AADSTS7000215": {"the client secret is wrong", always("give the secret's value, not its id")},
	"AADSTS7000218": {"the application is not a public client", always("allow public client flows in its registration")},
	"AADSTS7000222": {"the client secret has expired", always("make a new secret")},
}
