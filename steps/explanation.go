package steps

// Explanation is why one user's password can, or cannot, be written back: the
// document "explain" of the contract. Its texts are as the directory has them;
// a renderer makes them harmless.
type Explanation struct {
	FormatVersion int         `json:"formatVersion"`
	User          string      `json:"user"` // DN
	Name          string      `json:"name,omitempty"`
	Connector     string      `json:"connector"` // DN of whose rights it is about
	Writable      bool        `json:"writable"`  // it can be now, as far as Active Directory decides
	After         *bool       `json:"after,omitempty"`
	Verdict       string      `json:"verdict"` // one sentence
	Rights        []RightPath `json:"rights"`
	Reasons       []Why       `json:"reasons"`
	Facts         []Fact      `json:"facts,omitempty"`
}

// RightPath is how one right is decided.
type RightPath struct {
	Right    string `json:"right"`
	Granted  bool   `json:"granted"`
	By       string `json:"by,omitempty"`       // the ACE that grants it, SDDL
	DeniedBy string `json:"deniedBy,omitempty"` // the ACE that denies it, SDDL
	Words    string `json:"words,omitempty"`    // the deciding ACE as the consoles show it
	From     string `json:"from,omitempty"`     // DN of the object that the ACE was set on
	Note     string `json:"note,omitempty"`
}

// Why is one thing that decides beside the rights, or why a right is missing.
// Weight is "blocks", "hinders" or "notes".
type Why struct {
	Code   string `json:"code"`
	Weight string `json:"weight"`
	Text   string `json:"text"`
	Fix    string `json:"fix,omitempty"`
}

// Fact is something that was read and that a person may want to know, such as
// the password policy in force.
type Fact struct {
	What   string `json:"what"`
	Value  string `json:"value"`
	Source string `json:"source"`
}
