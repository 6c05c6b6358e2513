package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/portal"
	"writeback/cloudconfig/syncserver"
	"writeback/steps"
	"writeback/steps/stages"
)

// The cloud's hands, fitted to what the stages ask for.

type tenantHands struct {
	client *graph.Client
	first  *cloudconfig.Tenant // what the sign-in saw, for the first look
}

// Tenant reads the tenant. The look that a sign-in took to know its tenant
// serves as the first one.
func (h *tenantHands) Tenant(ctx context.Context) (cloudconfig.Tenant, error) {
	t, missing, err := h.client.Tenant(ctx)
	for _, m := range missing {
		text := "could not read " + m.What + ": the permission " + m.Scope + " is missing"
		if m.Role != "" {
			text += ", or the role " + m.Role
		}
		t.Unread = append(t.Unread, text)
	}
	return t, signInError(err)
}

func (h *tenantHands) Audits(ctx context.Context, since time.Time) ([]cloudconfig.Audit, error) {
	all, err := h.client.Audits(ctx, since)
	return all, signInError(err)
}

func (h *tenantHands) Registrations(ctx context.Context) (cloudconfig.Registrations, error) {
	r, err := h.client.Registrations(ctx, nil)
	return r, signInError(err)
}

func (h *tenantHands) SetPasswordWriteback(ctx context.Context, on bool) error {
	return h.client.SetPasswordWriteback(ctx, on)
}

// signInRefusedError tells the stages, and the exit code, that going on makes
// no sense before somebody signs in otherwise.
type signInRefusedError struct{ error }

func (e signInRefusedError) Unwrap() error     { return e.error }
func (signInRefusedError) SignInRefused() bool { return true }

func signInError(err error) error {
	if k := graph.KindOf(err); k == graph.SignInRefused {
		return signInRefusedError{err}
	}
	return err
}

type pageHands struct{ client *portal.Client }

func (h pageHands) Policy(ctx context.Context) (stages.PolicyPage, error) {
	claims, err := h.client.Claims(ctx)
	if err != nil {
		return stages.PolicyPage{}, err
	}
	s, err := h.client.Read(ctx)
	return stages.PolicyPage{Policy: s.Policy, Raw: string(s.Raw), Tenant: claims.Tenant, Source: s.Source, At: s.At}, err
}

// settleWithin is how long a setting may take to show after it was written.
const settleWithin = time.Minute

func (h pageHands) SetWriteback(ctx context.Context, on bool) error {
	return h.set(ctx, h.client.SetWriteback(ctx, on), func(p cloudconfig.Policy) bool { return p.PasswordWritebackSupported == on })
}

func (h pageHands) SetUnlock(ctx context.Context, on bool) error {
	return h.set(ctx, h.client.SetUnlock(ctx, on), func(p cloudconfig.Policy) bool { return p.AccountUnlockEnabled == on })
}

func (h pageHands) set(ctx context.Context, err error, shows func(cloudconfig.Policy) bool) error {
	if err != nil {
		return notMade(err)
	}
	_, err = h.client.WaitFor(ctx, shows, settleWithin)
	return err
}

// notMade carries over what the hands know: that nothing was written.
func notMade(err error) error {
	var sure interface{ NotWritten() bool }
	if errors.As(err, &sure) && sure.NotWritten() {
		return steps.NotMade(err)
	}
	return err
}

type serverHands struct {
	runner syncserver.Runner
	since  time.Time
}

func (h serverHands) Server(ctx context.Context) (cloudconfig.Server, error) {
	return syncserver.Server(ctx, h.runner, h.since)
}

func (h serverHands) Enable(ctx context.Context, connector string, on bool) (cloudconfig.Server, error) {
	s, err := syncserver.Enable(ctx, h.runner, connector, on)
	return s, notMade(err)
}

// answered is a sync server that a person asked: it can be read, not written.
type answered struct{ server cloudconfig.Server }

func readAnswer(file string) (answered, error) {
	f, err := os.Open(file)
	if err != nil {
		return answered{}, &usageError{err: fmt.Errorf("--handoff-answer: %w", err)}
	}
	defer f.Close()
	d, err := syncserver.ReadDocument(f)
	if err != nil {
		return answered{}, fmt.Errorf("--handoff-answer %s: %w", file, err)
	}
	return answered{d.Server()}, nil
}

func (a answered) Server(context.Context) (cloudconfig.Server, error) { return a.server, nil }

func (a answered) Enable(context.Context, string, bool) (cloudconfig.Server, error) {
	return a.server, steps.NotMade(errors.New("this sync server is reached by a person only"))
}
