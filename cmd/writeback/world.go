package main

import (
	"crypto/x509"
	"errors"
	"path/filepath"
	"runtime/debug"

	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/practice/tenant"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// practiceWorld is the world while this process has it.
type practiceWorld struct {
	*practice.World
	lock   *statedir.Lock
	tokens map[string]string // what the environment would say
}

// practiceGCPercent is gcPercent where the world is in this process: it is small, and half
// of the time went into collecting what lives for milliseconds.
const practiceGCPercent = 400

// enterPractice brings the world up and has all settings lead there.
func (a *app) enterPractice() (leave func() error, err error) {
	dir, inner, lock, err := a.lockPractice()
	if err != nil {
		return nil, err
	}
	debug.SetGCPercent(practiceGCPercent)
	world, err := practice.Start(inner.Path())
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	a.practice = &practiceWorld{World: world, lock: lock}
	leave = func() error { return errors.Join(world.Close(), lock.Release()) }
	if err := a.leadToPractice(dir.Path()); err != nil {
		return nil, errors.Join(err, leave())
	}
	return leave, nil
}

// lockPractice takes the world: one process has it at a time. State is where the
// journals are, and inner where the world is kept.
func (a *app) lockPractice() (state, inner *statedir.Dir, lock *statedir.Lock, err error) {
	if state, err = a.practiceDir(); err != nil {
		return nil, nil, nil, err
	}
	if inner, err = statedir.Open(filepath.Join(state.Path(), "world")); err != nil {
		return nil, nil, nil, err
	}
	lock, err = inner.Lock("practice")
	return state, inner, lock, err
}

// practiceDir is where the practice's own state lives: beside the real one.
func (a *app) practiceDir() (*statedir.Dir, error) {
	base, err := statedir.Open(settings.StateDir.Of(a.settings))
	if err != nil {
		return nil, err
	}
	return statedir.Open(filepath.Join(base.Path(), "practice"))
}

// leadToPractice sets what says whom we speak to. A flag that says otherwise is
// a mistake; the environment and the configuration file are overruled.
func (a *app) leadToPractice(stateDir string) error {
	w := a.practice
	admin := w.Domain.Account(company.RoleAdmin)
	if err := a.settings.ToPractice(map[*settings.Setting]string{
		settings.DC.Setting: w.Domain.LDAPS(), settings.CACert.Setting: w.CAFile(), settings.ADUser.Setting: admin.UPN,
		settings.Auth.Setting: "token", settings.GraphEndpoint.Setting: w.Tenant.GraphEndpoint(), settings.PortalEndpoint.Setting: w.Tenant.PortalEndpoint(),
		settings.StateDir.Setting: stateDir,
	}); err != nil {
		return err
	}
	a.roots = x509.NewCertPool()
	a.roots.AppendCertsFromPEM(w.Tenant.CA())
	w.tokens = map[string]string{
		"WRITEBACK_AD_PASSWORD":  admin.Password,
		"WRITEBACK_GRAPH_TOKEN":  w.Tenant.Mint(tenant.TokenOptions{}),
		"WRITEBACK_PORTAL_TOKEN": w.Tenant.Mint(tenant.TokenOptions{Audience: graph.PortalAudience}),
	}
	for _, token := range w.tokens {
		a.secrets.Hold(token)
	}
	real := a.lookupEnv
	a.lookupEnv = func(name string) (string, bool) {
		if value, ok := w.tokens[name]; ok {
			return value, true
		}
		return real(name)
	}
	return nil
}

// Runner runs scripts on the world's sync server.
func (w *practiceWorld) Runner() syncserver.Runner { return w.World }

// Heed does in the practice world what people say to have done by hand: there is
// no portal and no server in it that they could go to.
func (w *practiceWorld) Heed(words map[string]steps.Attestation, unlock bool) error {
	does := map[string]func(*practice.World){
		stages.WritebackInfo.ID: func(w *practice.World) { w.Server.Set(true) },
		stages.SSPRInfo.ID: func(w *practice.World) {
			p := w.Tenant.Policy()
			p.PasswordWritebackSupported, p.EnablementForTenant, p.AccountUnlockEnabled = true, true, unlock
			w.Tenant.SetPolicy(p)
		},
	}
	for stage, do := range does {
		if word, is := words[stage]; is {
			if err := w.ByHand(stage, word.At, do); err != nil {
				return err
			}
		}
	}
	return nil
}
