package checks

// What Microsoft documents of password writeback, whatever is set up, in plain
// words: for the end of doctor, of explain, of the wizard and of apply.

// Limit is one way to change a password, and whether it is written back.
type Limit struct {
	What    string `json:"what"`
	Written string `json:"writtenBack"` // "yes", "no" or "unclear"
	Note    string `json:"note,omitempty"`
}

// Limits lists what is written back and what is not.
func Limits() []Limit {
	return []Limit{
		{"a user changes the password, or has to because it expired, in the cloud", "yes", ""},
		{"a user resets a forgotten password at passwordreset.microsoftonline.com", "yes", ""},
		{"a user unlocks the account there without a reset", "yes", "where the page On-premises integration allows it"},
		{"an administrator resets a user's password in the Microsoft Entra admin center", "yes", ""},
		{"an administrator resets a user's password through Graph, authenticationMethod: resetPassword", "yes", "newPassword has to be given"},
		{"an administrator resets a user's password in the Microsoft 365 admin center", "no", "the cloud's password changes, and Active Directory's does not"},
		{"an administrator resets a user's password through PowerShell", "no", ""},
		{"a user resets the password through PowerShell or Graph", "no", ""},
		{"a program sets passwordProfile of a user through Graph", "unclear", "it is not in the list of what is supported"},
		{"an administrator resets their own password", "unclear", "the documents list it both as supported and as not; administrators have a policy of their own (allowedToUseSSPR)"},
		{"somebody in a protected group of Active Directory resets a forgotten password", "no", "by design; who is in none any more may still have adminCount and blocked inheritance: writeback explain USER tells"},
		{"a new password misses the rules of Active Directory (age, history, length, complexity, filters)", "no", "the cloud cannot show the domain's rules beforehand"},
	}
}

// HowToTest says how to see for oneself that writeback works, step by step.
func HowToTest() []string {
	return []string{
		"Take a pilot user: synchronised, licensed, in scope, registered for self-service password reset, in no administrator role and no protected group, whose password is older than the minimum password age.",
		"In a private browser window open https://passwordreset.microsoftonline.com and reset the password as that user. Not in the Microsoft 365 admin center and not by PowerShell: these are not written back.",
		"Sign in to a domain computer with the new password, or look at pwdLastSet of the user in Active Directory: writeback explain USER.",
		"In the Entra audit log look for Reset password (self-service), Success. Where an administrator resets, OnPremisesAgent in its details names the product that wrote it.",
		"On the sync server look for events 31001 and 31002 of PasswordResetService (arrived, written); 33004 means missing rights or a protected account, 33008 the password policy.",
	}
}
