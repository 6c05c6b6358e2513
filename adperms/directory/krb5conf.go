package directory

import (
	"errors"
	"net"
	"os"
	"strings"

	"github.com/jcmturner/gokrb5/v8/config"

	"writeback/internal/shell"
)

const systemKrb5Conf = "/etc/krb5.conf"

// krb5Config reads the Kerberos configuration. One that is named must be good;
// the system's is used where it can be read, for gokrb5 does not know all of
// MIT's directives. Where neither knows a KDC of our realm, the DC that we are
// connected to is it: every AD DC is a KDC.
func (c *Conn) krb5Config(o Options, realm string) (*config.Config, error) {
	named := o.Krb5Conf
	if named == "" {
		named = os.Getenv("KRB5_CONFIG")
	}
	conf, err := loadKrb5(named)
	switch {
	case err == nil:
	case o.Krb5Conf != "":
		return nil, &OptionError{Option: "--krb5-conf", Text: "reading " + shell.Name(named), Err: err}
	default:
		conf = config.New()
		conf.LibDefaults.DNSLookupKDC = true
		conf.LibDefaults.UDPPreferenceLimit = 1 // TCP: an AD ticket with its PAC seldom fits a datagram
	}
	if conf.LibDefaults.DefaultRealm == "" {
		conf.LibDefaults.DefaultRealm = realm
	}
	if o.Krb5Conf == "" {
		c.addKDC(conf)
	}
	return conf, nil
}

func (c *Conn) addKDC(conf *config.Config) {
	ours := strings.ToUpper(c.root.Domain())
	for _, r := range conf.Realms {
		if r.Realm == ours && len(r.KDC) > 0 {
			return
		}
	}
	conf.Realms = append(conf.Realms, config.Realm{Realm: ours, KDC: []string{net.JoinHostPort(c.at.host, "88")}})
}

func loadKrb5(path string) (*config.Config, error) {
	if path == "" {
		path = systemKrb5Conf
	}
	conf, err := noPanic("a krb5.conf", func() (*config.Config, error) { return config.Load(path) })
	var unsupported config.UnsupportedDirective
	if errors.As(err, &unsupported) && conf != nil {
		return conf, nil // it says so of what it skipped, and the rest is good
	}
	return conf, err
}
