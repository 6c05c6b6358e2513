package syncserver

import (
	"context"
	"fmt"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/visible"
)

// How long a script may take. To switch, the server registers with the cloud.
const (
	inspectTime = 3 * time.Minute
	enableTime  = 10 * time.Minute
)

// Read asks a server how things are, with the events since then. Errors:
// [NoPowerShellError], [HostError], [RemoteError], [ScriptError], [ExitError],
// [AnswerError], [OtherAnswerError], [LateError], or the context's.
func Read(ctx context.Context, r Runner, since time.Time) (Document, error) {
	d, err := ask(ctx, r, Inspect, NewAsk(since), inspectTime)
	if err != nil {
		return Document{}, fmt.Errorf("ask the sync server: %w", err)
	}
	return d, nil
}

// Server is [Read] as the rules need it.
func Server(ctx context.Context, r Runner, since time.Time) (cloudconfig.Server, error) {
	d, err := Read(ctx, r, since)
	if err != nil {
		return cloudconfig.Server{}, err
	}
	return d.Server(), nil
}

// Enable switches password writeback of Entra Connect, if the server is the one
// that b names. It returns how things are after it, without events. A service that starts may
// need some time: see cloudconfig.ResetConfiguration.Running.
//
// Errors beside those of [Read]: [RefusedError], [CmdletError], both with the
// server as it was found.
func Enable(ctx context.Context, r Runner, b cloudconfig.Bound, on bool) (cloudconfig.Server, error) {
	d, err := ask(ctx, r, EnableConnect, NewAsk(time.Now()).Switching(b, on), enableTime)
	if err == nil {
		err = d.ChangeError()
	}
	if err != nil {
		return d.Server(), fmt.Errorf("switch password writeback %s on the sync server: %w", word(on), err)
	}
	return d.Server(), nil
}

func ask(ctx context.Context, r Runner, s Script, a Ask, within time.Duration) (Document, error) {
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	raw, err := r.Run(limited, s, a)
	switch {
	case ctx.Err() != nil:
		return Document{}, ctx.Err()
	case limited.Err() != nil && err != nil:
		return Document{}, &LateError{s.name, within}
	case err != nil:
		return Document{}, err
	}
	d, err := Decode(raw)
	if err != nil {
		return Document{}, err
	}
	return d, d.answers(s, a)
}

// answers says that the document is the answer to a question, and not to another
// or an earlier one.
func (d Document) answers(s Script, a Ask) error {
	switch {
	case d.Nonce != a.Nonce:
		return &OtherAnswerError{d.Host, d.At, d.Nonce}
	case d.Kind != s.name:
		return &AnswerError{fmt.Sprintf("its kind is %q, and the script with its nonce is of the kind %q", d.Kind, s.name)}
	case d.Change != nil && a.Host != "" && !strings.EqualFold(d.Host, a.Host) && d.Change.Outcome != Refused:
		return &AnswerError{fmt.Sprintf("it is of %s, and the switch was for %s", d.Host, visible.Words(a.Host, 80))}
	case d.Change != nil && (d.Change.Enable != a.Enable || d.Change.Connector != visible.Words(a.Connector, longestText)):
		return &AnswerError{"it is about another change"}
	}
	return nil
}

// ChangeError is nil where the document's change was made, was not needed, or was
// not asked for. Errors: [RefusedError], [CmdletError], [DoubtError].
func (d Document) ChangeError() error {
	c := d.Change
	if c == nil {
		return nil
	}
	switch c.Outcome {
	case Refused:
		return &RefusedError{Host: d.Host, Reason: c.Reason, Wanted: c.Connector, Problems: d.Problems}
	case Failed:
		return &CmdletError{Host: d.Host, Says: c.Text}
	case InDoubt:
		return &DoubtError{Host: d.Host, Says: c.Text}
	}
	return nil
}

func word(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
