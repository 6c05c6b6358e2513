//go:build unix

package main

import (
	"net/http"
	"syscall"
	"testing"

	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// A signal while the cloud is written: the write is finished and recorded,
// nothing after it is begun.
func TestSignalDuringCloudWrite(t *testing.T) { onEach(t, oneByOne, signalDuringCloudWrite) }

func signalDuringCloudWrite(t *testing.T, g ground) {
	b, first, final := g.cloudCutBench(t)
	b.cloudGoesBack(first, "uncut")
	for name, hook := range map[service]func(*live){
		atServer: func(l *live) {
			b.shell.between(func(script string, carryOut func()) bool {
				if script == "enable" {
					l.signal(syscall.SIGINT)
				}
				carryOut()
				return false
			})
		},
		atPortal: func(l *live) {
			b.tenant.Change(func(o *tenant.Options) {
				o.Before = func(s tenant.Service, _ http.ResponseWriter, r *http.Request) bool {
					if s == tenant.Portal && r.Method == http.MethodPut {
						l.signal(syscall.SIGTERM)
					}
					return false
				}
			})
		},
	} {
		b.afresh()
		l := b.prepared("apply", "--yes")
		hook(l)
		l.begin()
		o := l.end()
		b.shell.between(nil)
		b.tenant.Change(func(o *tenant.Options) { o.Before = nil })
		run, made := b.latest(), map[service]int{atServer: 2, atPortal: 3}[name]
		if o.code != exitCancelled || len(run.Made) != made || run.State == steps.RunInDoubt {
			t.Errorf("%s: exit code %d, run %s with %d changes, want %d\n%s", name, o.code, run.State, len(run.Made), made, o.err)
		}
		if b.server.Enabled() != final.server || (b.tenant.Policy() == final.policy) != (name == atPortal) {
			t.Errorf("%s: server %t, policy %+v", name, b.server.Enabled(), b.tenant.Policy())
		}
		b.cloudComesBack(first, final, "stopped at "+string(name))
	}
}
