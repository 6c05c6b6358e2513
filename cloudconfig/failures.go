package cloudconfig

import "strings"

// failure is what a code in the audit log means. Codes that users see (SSPR_00nn)
// are those of Microsoft's page of SSPR's troubleshooting; the words for banned
// passwords were seen in the log. Each has its own cause, and its own fix.
type failure struct {
	code   string
	name   string // that the log may give in the code's place; "": none
	sign   Sign   // what it shows of the way to AD; "": nothing, it was stopped before
	weight Weight // for the user whom it is about
	text   string
	fix    string
}

var failures = []failure{
	{"SSPR_0009", "TenantSSPRFlagDisabled", "", Hinders, "the tenant does not let its users reset a forgotten password (TenantSSPRFlagDisabled): it never reached Active Directory",
		"enable it for a group or for all on the page Password reset > Properties"},
	{"SSPR_0010", "WritebackNotEnabled", Lost, Hinders, "the tenant says that password writeback is not enabled (WritebackNotEnabled): it never reached Active Directory",
		"switch on what is off: password writeback on the sync server, and the page Password reset > On-premises integration"},
	{"SSPR_0011", "SsprNotEnabledInUserPolicy", "", Hinders, "the tenant has no policy for password reset (SsprNotEnabledInUserPolicy): it never reached Active Directory",
		"set up the page Password reset > Properties, and the methods that a reset takes"},
	{"SSPR_0012", "UserNotLicensed", "", Hinders, "the licence for it is missing (UserNotLicensed): it never reached Active Directory",
		"assign a licence that contains Microsoft Entra ID P1 or P2"},
	{"SSPR_0013", "UserNotMemberOfScopedAccessGroup", "", Hinders, "the user is in no group that may reset a forgotten password (UserNotMemberOfScopedAccessGroup): it never reached Active Directory",
		"add the user to the group on the page Password reset > Properties, or choose All there"},
	{"SSPR_0014", "UserNotProperlyConfigured", "", Hinders, "the user has registered less than a reset takes (UserNotProperlyConfigured): it never reached Active Directory",
		"have the user register security info (https://aka.ms/ssprsetup), once an administrator has reset the password"},
	{"SSPR_0029", "OnPremisesAdminActionRequired", Reached, Hinders, "Active Directory refused it: Microsoft names missing rights of the connector account, a protected account and a restriction of remote calls to SAM as causes", checkRights},
	{"SSPR_0030", "OnPremisesConnectivityError", Lost, Hinders, "the tenant could not reach the sync server (OnPremisesConnectivityError): it never reached Active Directory",
		"look at the sync server: is the service running, and does it log heartbeats (31019) or errors (31034, 32002)? Then " + checkNetwork},
	{"SSPR_009", "", "", Hinders, "the user holds an administrator role, and the tenant does not let administrators reset their own password (allowedToUseSSPR)", "reset it as another administrator, or let administrators reset theirs"},
	{"PasswordDoesnotComplyFuzzyPolicy", "", "", Notes, bannedPassword, "choose another password"},
	{"FuzzyPolicyViolation", "", "", Notes, bannedPassword, "choose another password"},
}

const bannedPassword = "the password is one that the tenant bans as too common or too weak: it never reached Active Directory"

// failureOf finds the code, or its name, in a reason as the log has it. SSPR_0009 and
// SSPR_009 are two codes, and neither is a part of the other.
func failureOf(reason string) (failure, bool) {
	reason = strings.ToLower(reason)
	for _, f := range failures {
		if strings.Contains(reason, strings.ToLower(f.code)) || f.name != "" && strings.Contains(reason, strings.ToLower(f.name)) {
			return f, true
		}
	}
	return failure{}, false
}
