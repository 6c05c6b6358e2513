package rehearsal

import (
	"crypto/x509"
	"errors"
	"path/filepath"

	"writeback/cloudconfig/graph"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/practice/tenant"
	"writeback/internal/secrets"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// World is the practice world while this process has it.
type World struct {
	*practice.World
	lock   *statedir.Lock
	tokens map[string]string // what the environment would say
}

// Enter brings the world up and has all settings lead there. The world's passwords and
// tokens are held as secrets.
func Enter(in *settings.Settings, held *secrets.Secrets) (*World, error) {
	dir, inner, lock, err := lock(in)
	if err != nil {
		return nil, err
	}
	world, err := practice.Start(inner.Path())
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	w := &World{World: world, lock: lock}
	if err := w.lead(in, dir.Path()); err != nil {
		return nil, errors.Join(err, w.Leave())
	}
	for _, token := range w.tokens {
		held.Hold(token)
	}
	return w, nil
}

// Leave keeps the world as it is, and gives the lock back.
func (w *World) Leave() error { return errors.Join(w.Close(), w.lock.Release()) }

// Forget has the world start anew. It does not bring it up first: it may be one that
// cannot be.
func Forget(in *settings.Settings) error {
	_, inner, lock, err := lock(in)
	if err != nil {
		return err
	}
	return errors.Join(practice.Forget(inner.Path()), lock.Release())
}

// lock takes the world: one process has it at a time. State is where the
// journals are, and inner where the world is kept.
func lock(in *settings.Settings) (state, inner *statedir.Dir, lock *statedir.Lock, err error) {
	if state, err = stateDir(in); err != nil {
		return nil, nil, nil, err
	}
	if inner, err = statedir.Open(filepath.Join(state.Path(), "world")); err != nil {
		return nil, nil, nil, err
	}
	lock, err = inner.Lock("practice")
	return state, inner, lock, err
}

// stateDir is where the practice's own state lives: beside the real one.
func stateDir(in *settings.Settings) (*statedir.Dir, error) {
	base, err := statedir.Open(settings.StateDir.Of(in))
	if err != nil {
		return nil, err
	}
	return statedir.Open(filepath.Join(base.Path(), "practice"))
}

// lead sets what says whom we speak to. A flag that says otherwise is
// a mistake; the environment and the configuration file are overruled.
func (w *World) lead(in *settings.Settings, stateDir string) error {
	admin := w.Domain.Account(company.RoleAdmin)
	if err := in.ToPractice(map[*settings.Setting]string{
		settings.DC.Setting: w.Domain.LDAPS(), settings.CACert.Setting: w.CAFile(), settings.ADUser.Setting: admin.UPN,
		settings.Auth.Setting: "token", settings.GraphEndpoint.Setting: w.Tenant.GraphEndpoint(), settings.PortalEndpoint.Setting: w.Tenant.PortalEndpoint(),
		settings.StateDir.Setting: stateDir,
	}); err != nil {
		return err
	}
	w.tokens = map[string]string{
		"WRITEBACK_AD_PASSWORD":  admin.Password,
		"WRITEBACK_GRAPH_TOKEN":  w.Tenant.Mint(tenant.TokenOptions{}),
		"WRITEBACK_PORTAL_TOKEN": w.Tenant.Mint(tenant.TokenOptions{Audience: graph.PortalAudience}),
	}
	return nil
}

// Roots are trusted for the services of the world's tenant.
func (w *World) Roots() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.Tenant.CA())
	return roots
}

// LookupEnv is the environment with the world's passwords and tokens in it.
func (w *World) LookupEnv(real func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if value, ok := w.tokens[name]; ok {
			return value, true
		}
		return real(name)
	}
}

// Runner runs scripts on the world's sync server.
func (w *World) Runner() syncserver.Runner { return w.World }

// Heed does in the practice world what people say to have done by hand: there is
// no portal and no server in it that they could go to.
func (w *World) Heed(words map[string]steps.Attestation, unlock bool) error {
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
