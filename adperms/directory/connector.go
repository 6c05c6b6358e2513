package directory

import (
	"context"
	"regexp"
	"strings"

	"writeback/adperms"
)

// The accounts that Connect makes have a name (MSOL_) or, where renamed, a
// description of their own; a custom installation's account has neither and must
// be named. The older descriptions are those of Azure AD Connect and DirSync.
const connectorFilter = "(|" +
	"(&(objectCategory=person)(objectClass=user)(|(sAMAccountName=MSOL_*)" +
	"(description=Account created by Microsoft Entra Connect*)" +
	"(description=Account created by Microsoft Azure Active Directory Connect*)" +
	"(description=Account created by the Windows Azure Active Directory Sync*)))" +
	"(&(objectClass=msDS-GroupManagedServiceAccount)(|(cn=provAgentgMSA)(sAMAccountName=pGMSA_*))))"

// ConnectorAccounts finds all accounts that look like a sync product's: one
// search. It never picks one: several are normal (old installations, staging
// servers), and anybody who may create users may create one that looks like it.
func (c *Conn) ConnectorAccounts(ctx context.Context) ([]adperms.Connector, error) {
	var found []adperms.Principal
	var err error
	if h := c.headed(ctx); h != nil && c.answers(ctx).how.Connectors {
		found = h.connectors
	} else if found, err = c.principals(ctx, connectorFilter, 0); err != nil {
		return nil, err
	}
	out := make([]adperms.Connector, 0, len(found))
	for _, p := range found {
		if !looksLikeConnector(p) {
			continue // AD takes MSÖL_ for MSOL_, and anybody could name an account so
		}
		out = append(out, AsConnector(p))
	}
	return out, nil
}

// looksLikeConnector holds what came against connectorFilter.
func looksLikeConnector(p adperms.Principal) bool {
	begins := func(s, with string) bool { return len(s) >= len(with) && strings.EqualFold(s[:len(with)], with) }
	if strings.EqualFold(p.Class, "msDS-GroupManagedServiceAccount") {
		return strings.EqualFold(firstName(p.DN), "provAgentgMSA") || begins(p.SAM, "pGMSA_")
	}
	return begins(p.SAM, "MSOL_") || begins(p.Description, "Account created by ")
}

// AsConnector reads a principal as the account of a sync product, whatever it
// is: what its class and description say.
func AsConnector(p adperms.Principal) adperms.Connector {
	k := adperms.Connector{Principal: p, Product: adperms.EntraConnect}
	if strings.EqualFold(p.Class, "msDS-GroupManagedServiceAccount") {
		k.Product = adperms.CloudSync
	}
	k.Installation, k.Host, k.Tenant = parseDescription(p.Description)
	return k
}

var (
	description = regexp.MustCompile(`^Account created by .{1,100}? with installation identifier (\S{1,100}) running on computer (\S{1,300}) configured to synchronize to tenant (\S{1,300}?)\.?(?:\s|$)`)

	hexDigits = regexp.MustCompile(`^[0-9A-Fa-f][0-9A-Fa-f-]{7,63}$`)
	hostName  = regexp.MustCompile(`^[0-9A-Za-z_](?:[0-9A-Za-z_.-]{0,253}[0-9A-Za-z_])?$`)
)

// parseDescription reads "Account created by Microsoft Entra Connect with
// installation identifier {hex} running on computer {host} configured to
// synchronize to tenant {tenant}. This account must …", with or without quotes
// or braces around the values. What is not a possible value is left empty.
func parseDescription(s string) (installation, host, tenant string) {
	m := description.FindStringSubmatch(s)
	if m == nil {
		return "", "", ""
	}
	value := func(s string, form *regexp.Regexp) string {
		s = strings.Trim(s, `'"{}.`)
		if !form.MatchString(s) {
			return ""
		}
		return s
	}
	return value(m[1], hexDigits), value(m[2], hostName), value(m[3], hostName)
}
