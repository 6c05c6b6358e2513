package bind

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/jcmturner/gokrb5/v8/config"

	"writeback/internal/shell"
	"writeback/internal/statedir"
)

const systemKrb5Conf = "/etc/krb5.conf"

// Octets that the files of Kerberos may have: caches hold a ticket of some KB for each
// service.
const (
	maxKrb5Conf = 1 << 20
	maxKeytab   = 1 << 20
	maxCCache   = 16 << 20
)

// krb5Config reads the Kerberos configuration, which says who the KDC is: so none that
// others could have written is read. One that is named must be good;
// the system's is used where it can be read, for gokrb5 does not know all of
// MIT's directives. Where neither knows a KDC of our realm, the DC that we are
// connected to is it: every AD DC is a KDC.
func (s *attempt) krb5Config(o Options, realm string) (*config.Config, error) {
	named, by := o.Krb5Conf, "--krb5-conf"
	if named == "" {
		named, by = os.Getenv("KRB5_CONFIG"), "KRB5_CONFIG"
	}
	if named == "" {
		named, by = systemKrb5Conf, "Kerberos"
	}
	raw, err := statedir.ReadGuarded(named, maxKrb5Conf)
	unread := errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
	if err != nil && (o.Krb5Conf != "" || !unread) {
		return nil, &OptionError{Option: by, Text: "reading " + shell.Name(named), Err: err}
	}
	var conf *config.Config
	if err == nil {
		conf, err = parseKrb5(string(raw))
	}
	switch {
	case err == nil:
	case o.Krb5Conf != "":
		return nil, &OptionError{Option: by, Text: "reading " + shell.Name(named), Err: err}
	default:
		conf = config.New()
		conf.LibDefaults.DNSLookupKDC = true
		conf.LibDefaults.UDPPreferenceLimit = 1 // TCP: an AD ticket with its PAC seldom fits a datagram
	}
	if conf.LibDefaults.DefaultRealm == "" {
		conf.LibDefaults.DefaultRealm = realm
	}
	if o.Krb5Conf == "" {
		s.addKDC(conf)
	}
	return conf, nil
}

func (s *attempt) addKDC(conf *config.Config) {
	ours := strings.ToUpper(s.Domain)
	for _, r := range conf.Realms {
		if r.Realm == ours && len(r.KDC) > 0 {
			return
		}
	}
	conf.Realms = append(conf.Realms, config.Realm{Realm: ours, KDC: []string{net.JoinHostPort(s.Host, "88")}})
}

func parseKrb5(text string) (*config.Config, error) {
	conf, err := noPanic("a krb5.conf", func() (*config.Config, error) { return config.NewFromString(text) })
	var unsupported config.UnsupportedDirective
	if errors.As(err, &unsupported) && conf != nil {
		return conf, nil // it says so of what it skipped, and the rest is good
	}
	return conf, err
}
