package steps

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"writeback/internal/misread"
)

// A journal is a file of lines, each one a JSON object. Its last member, "sum",
// is the SHA-256 of the line before that member was added; "prev" is the
// SHA-256 of the preceding line, sum and all, without the line feed. So a line
// that was changed, removed, inserted or moved is noticed, and a line that was
// only half written is not taken for one.

// Kind is what a [Record] records.
type Kind string

// The kinds of record.
const (
	KindOpened   Kind = "opened"   // first line: what run this is
	KindReopened Kind = "reopened" // another process goes on with it
	KindApproved Kind = "approved" // what a person agreed to
	KindSaved    Kind = "saved"    // an object as it was before our first write to it
	KindIntent   Kind = "intent"   // about to make a change
	KindUndoing  Kind = "undoing"  // about to take back the change that line Of made
	KindMade     Kind = "made"     // the change that line Of intended is in the world
	KindUndone   Kind = "undone"   // the change that line Of was undoing is not in the world any more
	KindVoid     Kind = "void"     // what line Of announced did not happen
	KindFailed   Kind = "failed"   // what line Of announced came back with an error; a later line says what became of it
	KindAttested Kind = "attested" // a person says that a manual step is done
	KindTold     Kind = "told"     // what came back of something that was handed over
	KindClosed   Kind = "closed"   // the process is through with the run
)

var kinds = map[Kind]bool{KindOpened: true, KindReopened: true, KindApproved: true, KindSaved: true, KindIntent: true,
	KindUndoing: true, KindMade: true, KindUndone: true, KindVoid: true, KindFailed: true, KindAttested: true, KindTold: true, KindClosed: true}

// Who is who runs the program.
type Who struct {
	User     string `json:"user"` // of the operating system
	Host     string `json:"host"`
	PID      int    `json:"pid"`
	Identity string `json:"identity,omitempty"` // who the DC says we are
	Tenant   string `json:"tenant,omitempty"`   // who the tenant says we are
}

// SignedIn is who somebody signed in as, at each side; "": nowhere.
func (w Who) SignedIn() string {
	if w.Identity != "" && w.Tenant != "" {
		return w.Identity + " (in the tenant " + w.Tenant + ")"
	}
	return w.Identity + w.Tenant
}

// Self is the present process, known to the other side as identity.
func Self(identity string) Who {
	w := Who{PID: os.Getpid(), Identity: identity}
	if u, err := user.Current(); err == nil {
		w.User = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		w.Host = h
	}
	return w
}

// Opening is what a journal says about the process that writes it.
type Opening struct {
	Run      string             `json:"run"`              // filled in by the [Store]
	ChangeID string             `json:"change,omitempty"` // the change that it is a part of; "": none
	Verb     string             `json:"verb"`             // what it was asked to do: "apply", "undo"
	How      string             `json:"how,omitempty"`    // how that was approved, where no plan was: "--yes", "typed"
	Program  string             `json:"program"`          // its version
	Target   Target             `json:"target"`
	Who      Who                `json:"who"`
	Settings map[string]Setting `json:"settings,omitempty"` // no secrets
}

// Record is one line of a journal.
type Record struct {
	FormatVersion int             `json:"formatVersion"`
	Seq           int             `json:"seq"`  // its line, from 1
	Time          time.Time       `json:"time"` // UTC, in milliseconds
	Kind          Kind            `json:"kind"`
	Opening       *Opening        `json:"opening,omitempty"`  // opened, reopened
	Approval      *Approval       `json:"approval,omitempty"` // approved
	Step          string          `json:"step,omitempty"`
	Of            int             `json:"of,omitempty"`          // the line that this one is about
	Target        string          `json:"target,omitempty"`      // saved: the object; intent: the object that is kept
	Change        *Change         `json:"change,omitempty"`      // intent, undoing, and what became of them
	Data          json.RawMessage `json:"data,omitempty"`        // the procedure's own value of the change, or of the saved object
	ByInspection  bool            `json:"settled,omitempty"`     // known by looking afterwards, not from the answer to the write
	Answered      bool            `json:"answered,omitempty"`    // failed: the other side answered, so that nothing of it can come later
	Error         string          `json:"error,omitempty"`       // failed, void, closed
	State         string          `json:"state,omitempty"`       // closed: of the result
	Outcome       []StepPlan      `json:"outcome,omitempty"`     // closed: how each step of an apply stood at its end
	Attestation   *Attestation    `json:"attestation,omitempty"` // attested
	Told          *Told           `json:"told,omitempty"`        // told
	Prev          string          `json:"prev"`                  // hash of the preceding line; "" in the first
}

const (
	sumHead = `,"sum":"`
	sumTail = `"}`
	sumSize = len(sumHead) + 2*sha256.Size + len(sumTail)
)

// encode is the line of r, without its line feed.
func (r Record) encode() ([]byte, error) {
	raw, err := marshal(r)
	if err != nil {
		return nil, err
	}
	sum := hash(raw)
	return append(raw[:len(raw)-1], sumHead+sum+sumTail...), nil
}

// decodeRecord reads a line that encode wrote.
func decodeRecord(line []byte) (Record, error) {
	var r Record
	if int64(len(line)) >= maxRecordSize {
		return r, fmt.Errorf("it is larger than %d MiB", maxRecordSize>>20)
	}
	if !json.Valid(line) || line[0] != '{' {
		return r, errors.New("it is not a JSON object")
	}
	if err := checkFormat("it", line); err != nil {
		return r, err
	}
	cut := len(line) - sumSize
	if cut < 0 || !bytes.HasPrefix(line[cut:], []byte(sumHead)) {
		return r, errors.New("it has no sum")
	}
	body := append(append([]byte{}, line[:cut]...), '}')
	if hash(body) != string(line[cut+len(sumHead):len(line)-len(sumTail)]) {
		return r, errors.New("it was changed after it was written: its sum is wrong")
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return r, errors.New(misread.JSON(err))
	}
	if !kinds[r.Kind] {
		return r, fmt.Errorf("record kind %q is not known to this program", r.Kind)
	}
	return r, nil
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
