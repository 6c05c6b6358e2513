package syncserver

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// Ask is what a script is to work with.
type Ask struct {
	// Nonce comes back in the answer, so that an old one is not taken for it.
	Nonce string `json:"nonce"`
	// ChangeID is the change that the script belongs to; "": none. It comes back, too.
	ChangeID string `json:"changeId"`
	// Since is from when on events are wanted, in seconds since 1970: JSON has no
	// times, and versions of PowerShell differ in guessing them.
	Since int64 `json:"sinceUnix"`
	// Events are the ids of the events that are wanted; at most 200 events come,
	// the newest of each kind first of all.
	Events []int `json:"events"`
	// Words say in the text of an event why something failed: they are kept where it is
	// shortened.
	Words []string `json:"words"`
	// Connector is the name of the connector to Microsoft Entra ID as it was
	// shown. Where the server has another one, nothing is switched.
	Connector string `json:"connector"`
	// Host, Forest, Account and Domain are those that the switch is for, as the server
	// named them. Where it is another computer, has no connector to the forest, or signs
	// in there as somebody else, nothing is switched. "" is not compared.
	Host    string `json:"host"`
	Forest  string `json:"forest"`
	Account string `json:"account"`
	Domain  string `json:"domain"`
	Enable  bool   `json:"enable"`
	// Shown asks for short forms of the answer as well, to be copied by a person.
	Shown bool `json:"shown"`
	// Length is how many characters the script has without blanks: one that lost lines on
	// its way switches nothing.
	Length int `json:"length"`
}

// NewAsk asks how things are, with the events since then that mean something.
func NewAsk(since time.Time) Ask {
	ids := cloudconfig.EventIDs()
	slices.Sort(ids)
	return Ask{Nonce: rand.Text(), Since: max(0, since.Unix()), Events: ids, Words: cloudconfig.CauseWords()}
}

// Switching is the same with the wish to switch writeback.
func (a Ask) Switching(b cloudconfig.Bound, on bool) Ask {
	a.Connector, a.Host, a.Forest, a.Account, a.Domain, a.Enable = b.Connector, b.Host, b.Forest, b.Account, b.Domain, on
	return a
}

// Runner runs scripts. The bytes are the JSON of a [Document].
type Runner interface {
	Run(ctx context.Context, script Script, ask Ask) ([]byte, error)
}

// ascii is v as JSON of one line, with nothing but ASCII in it: it comes through
// any code page, and can hold neither a line break nor a quote that PowerShell
// would take for one (it takes U+2018 to U+201B for single quotes).
func ascii(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, r := range string(raw) {
		switch {
		case r < 0x7f:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String(), nil
}
