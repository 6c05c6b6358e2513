package graph

import "slices"

// What to do about a sign-in that was refused depends on how it was made: the way that
// was just taken is never the advice.

// fix is what to do about a refusal, after a sign-in by a method.
type fix func(Method) string

// always is the same after every method.
func always(words string) fix { return func(Method) string { return words } }

// takesClient says that a method signs in as the application of --client-id.
func (m Method) takesClient() bool {
	return slices.Contains([]Method{Browser, DeviceCode, ClientSecret, ClientCertificate, ManagedIdentity}, m)
}

// again is to sign in once more by the same method, which some do elsewhere.
func again(m Method) string {
	switch m {
	case AzureCLI:
		return "sign in again with az login"
	case AzurePowerShell:
		return "sign in again with Connect-AzAccount"
	case GivenToken:
		return "sign in again where the token comes from, and bring a new one"
	}
	return "sign in again"
}

// another names the first method that is not the one that was used.
func another(m Method, best ...Method) string {
	i := slices.IndexFunc(best, func(b Method) bool { return b != m })
	return "--auth " + string(best[i])
}

// moreProof is after a sign-in that asks for more than was shown: a browser can ask
// for it.
func moreProof(m Method) string {
	if m == Browser {
		return "sign in again, and do in the browser what its page asks for"
	}
	return again(m) + " and do what is asked for there, or use --auth browser"
}

// noConsent is where nobody has agreed to what is asked for.
func noConsent(m Method) string {
	return "let an administrator consent, or use " + another(m, AzureCLI, Browser) + ", which signs in as another application"
}

// notPreauthorized is where the application is one of Microsoft's and may not ask.
func notPreauthorized(m Method) string {
	switch {
	case m == Browser, m == DeviceCode:
		return "leave --client-id away where it is given, or give an application of your own"
	case m.takesClient():
		return "give an application of your own with --client-id"
	}
	return "use --auth browser, which signs in as an application that may ask, or there an application of your own (--client-id)"
}

// blocked is where Conditional Access has this way of signing in blocked.
func blocked(m Method) string {
	words := "use " + another(m, Browser, AzureCLI)
	if m != DeviceCode && m != Browser {
		words += " from a computer that is allowed"
	}
	return words + ", or see in the tenant's sign-in log which policy it is, and let an administrator exclude it"
}

// wayBack is where the application lacks the address that a browser comes back to.
func wayBack(m Method) string {
	if m.takesClient() {
		return "add http://localhost to the application as a redirect URI of a public client, or leave --client-id away"
	}
	return "add http://localhost to the application as a redirect URI of a public client"
}

// otherApplication is where the application is not there.
func otherApplication(m Method) string {
	if m.takesClient() {
		return "correct --client-id and --tenant"
	}
	return "correct --tenant, and sign in to it: " + again(m)
}

// unknown is after a code that is not in the table, or without one.
func unknown(m Method, code string) string {
	words := again(m) + ", or use " + another(m, Browser, AzureCLI)
	if code != "" {
		return "look " + code + " up in Microsoft's list of AADSTS codes, and this sign-in in the tenant's sign-in log; then " + words
	}
	return words
}
