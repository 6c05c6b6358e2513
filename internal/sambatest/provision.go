package sambatest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/go-ldap/ldap/v3"
)

type programs struct{ samba, tool string }

// findPrograms also looks where an ordinary user's PATH does not reach.
func findPrograms() (programs, error) {
	samba, err := findProgram("samba", "/usr/sbin", "/usr/local/samba/sbin")
	if err != nil {
		return programs{}, err
	}
	tool, err := findProgram("samba-tool", "/usr/bin", "/usr/local/samba/bin")
	if err != nil {
		return programs{}, err
	}
	if missing := missingSetup(samba); missing != "" {
		return programs{}, unavailable{missing + " is missing (Debian: package samba-ad-provision)"}
	}
	return programs{samba: samba, tool: tool}, nil
}

func findProgram(name string, dirs ...string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, dir := range dirs {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", unavailable{"the program " + name + " is not installed"}
}

// missingSetup names the file that provisioning would miss: distributions package it apart from the server. An empty answer means that it
// is there, or that this build does not say where it looks.
func missingSetup(samba string) string {
	build, err := exec.Command(samba, "-b").Output()
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(build)) {
		if dir, ok := strings.CutPrefix(strings.TrimSpace(line), "SETUPDIR: "); ok {
			file := filepath.Join(strings.TrimSpace(dir), "provision.ldif")
			if _, err := os.Stat(file); err != nil {
				return file
			}
		}
	}
	return ""
}

// Only LDAP, the KDC and the CLDAP ping are on: they all keep to the one address, which the SMB and NetBIOS servers would not. Each folder
// that Samba would look for below /var is set, for none of them may be shared with a Samba of the machine.
//
// Samba takes the last of several lines of the same name, so that Extra wins. Strong auth: a Kerberos bind without a security layer of its
// own is let in where TLS is around it, as Windows does by default.
var smbConf = template.Must(template.New("smb.conf").Parse(`[global]
	netbios name = {{.Name}}
	realm = {{.Realm}}
	workgroup = {{.Domain}}
	server role = active directory domain controller
	server services = ldap, kdc, cldap
	interfaces = {{.IP}}/8
	bind interfaces only = yes
	ldap server require strong auth = allow_sasl_over_tls
	tls enabled = yes
	tls cafile = {{.Home}}/tls/ca.pem
	tls certfile = {{.Home}}/tls/cert.pem
	tls keyfile = {{.Home}}/tls/key.pem
	private dir = {{.Home}}/private
	state directory = {{.Home}}/state
	cache directory = {{.Home}}/cache
	lock directory = {{.Home}}/run
	pid directory = {{.Home}}/run
	ncalrpc dir = {{.Home}}/run/ncalrpc
	winbindd socket directory = {{.Home}}/run/winbindd
	ntp signd socket directory = {{.Home}}/run/ntp_signd
	binddns dir = {{.Home}}/bind-dns
	log file = {{.Home}}/log.%m
	log level = 1 auth_audit:3 dsdb_audit:5
{{range .Extra}}	{{.}}
{{end}}[sysvol]
	path = {{.Home}}/sysvol
	read only = no
[netlogon]
	path = {{.Home}}/sysvol/scripts
	read only = no
`))

// furnish fills the DC's folder with all that Samba's programs read there, but no database.
func (dc *DC) furnish(c config) error {
	if err := dc.writeTLS(c.certify); err != nil {
		return err
	}
	var lines []string
	for _, s := range c.settings {
		lines = append(lines, s.name+" = "+s.value)
	}
	var conf bytes.Buffer
	err := smbConf.Execute(&conf, map[string]any{
		"Name": dc.name, "Realm": dc.Realm, "Domain": dc.Domain, "IP": dc.IP, "Home": dc.home.dir, "Extra": lines,
	})
	if err != nil {
		return fmt.Errorf("write smb.conf: %w", err)
	}
	if err := os.WriteFile(dc.home.path("smb.conf"), conf.Bytes(), 0o600); err != nil {
		return err
	}
	for _, dir := range []string{"state", "cache", "run", "bind-dns", "sysvol"} {
		if err := os.MkdirAll(dc.home.path(dir), 0o755); err != nil {
			return err
		}
	}
	return os.WriteFile(dc.home.path("krb5.conf"), []byte(dc.krb5Conf()), 0o600)
}

func (dc *DC) provisionAnew(tools programs) error {
	_, err := dc.run(tools.tool, "domain", "provision",
		"--realm="+dc.Realm, "--domain="+dc.Domain, "--host-name="+strings.ToLower(dc.name), "--host-ip="+dc.IP,
		"--server-role=dc", "--dns-backend=NONE", "--function-level=2008_R2", "--base-schema=2012_R2",
		"--adminpass="+dc.AdminPassword)
	if err != nil {
		return err
	}
	if err := dc.python("-c", holdAdministrators, dc.home.path("smb.conf"), dc.home.path("private", "sam.ldb")); err != nil {
		return fmt.Errorf("protect the built-in accounts: %w", err)
	}
	return nil
}

// holdAdministrators does for the built-in accounts what AdminSDHolder's task has done in every domain that is an hour old, and what Samba,
// which has no such task, never does: their DACL is AdminSDHolder's, and takes nothing from above (MS-ADTS 3.1.1.6.1). The ACEs are the
// documented ones.
const holdAdministrators = `
import sys
from ldb import FLAG_MOD_REPLACE, Dn, Message, MessageElement
from samba import param
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack
from samba.samdb import SamDB
conf, url = sys.argv[1:]
lp = param.LoadParm()
lp.load(conf)
db = SamDB(url=url, session_info=system_session(), lp=lp)
most = "CCDCLCSWRPWPLOCRRCWDWO"
dacl = "D:PAI(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)(A;;%s;;;BA)(A;;%s;;;DA)(A;;%s;;;EA)(A;;LCRPLORC;;;AU)" % (most, most, most)
sd = ndr_pack(security.descriptor.from_sddl(dacl, security.dom_sid(db.get_domain_sid())))
for name in "Administrator", "krbtgt":
    change = Message(Dn(db, "CN=%s,CN=Users,%s" % (name, db.domain_dn())))
    change["sd"] = MessageElement(sd, FLAG_MOD_REPLACE, "nTSecurityDescriptor")
    db.modify(change, controls=["sd_flags:1:4"])
`

// run runs one of Samba's own programs on the DC's databases, as the system account, and returns its output.
func (dc *DC) run(program string, args ...string) (string, error) {
	return dc.runIn(dc.home.environ(), program, args...)
}

// runAsAdmin is run for a program that also speaks to a DC, which it does as the domain's administrator. The names in a ticket would be those
// that no DNS has, hence no Kerberos.
func (dc *DC) runAsAdmin(program string, args ...string) (string, error) {
	env := append(dc.home.environ(), "USER=Administrator", "PASSWD="+dc.AdminPassword)
	return dc.runIn(env, program, append(args, "--use-kerberos=off")...)
}

// python runs a script with the interpreter of Samba's own tool: another one may know nothing of Samba.
func (dc *DC) python(args ...string) error {
	tools, err := findPrograms()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(tools.tool)
	if err != nil {
		return err
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	line, ok := strings.CutPrefix(string(first), "#!")
	if !ok {
		return fmt.Errorf("%s is no script", tools.tool)
	}
	words := strings.Fields(line)
	cmd := exec.Command(words[0], append(words[1:], args...)...)
	cmd.Env = dc.home.environ()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", words[0], err, out)
	}
	return nil
}

func (dc *DC) runIn(env []string, program string, args ...string) (string, error) {
	cmd := exec.Command(program, append(args, "--configfile="+dc.home.path("smb.conf"))...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil {
		what := strings.Join(args[:min(2, len(args))], " ") // the rest may hold a password
		return "", fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), what, err, out)
	}
	return string(out), nil
}

// environ keeps Samba away from the machine's Kerberos, and spares the disk: a DC that lives for one test run has no need to survive
// a power cut.
func (h *home) environ() []string {
	return append(os.Environ(), "TDB_NO_FSYNC=1", "LC_ALL=C.UTF-8", "KRB5_CONFIG="+h.path("krb5.conf"), "KRB5CCNAME="+h.path("ccache"))
}

// relaxPolicy lets a test reset a password twice a day, also to a former one.
func (dc *DC) relaxPolicy() error {
	policy := ldap.NewModifyRequest(dc.BaseDN, nil)
	policy.Replace("minPwdAge", []string{"0"})
	policy.Replace("pwdHistoryLength", []string{"0"})
	if err := dc.admin.Modify(policy); err != nil {
		return fmt.Errorf("relax the password policy of %s: %w", dc.BaseDN, err)
	}
	return nil
}

// nameService does what is the business of a Samba service that keeps DNS up to date, and is off here: without these names the KDC gives no
// ticket for LDAP. They are those of a Windows DC.
func (dc *DC) nameService() error {
	names := ldap.NewModifyRequest("CN="+dc.name+",OU=Domain Controllers,"+dc.BaseDN, nil)
	service := "ldap/" + dc.Host
	names.Add("servicePrincipalName", []string{"ldap/" + dc.name, service, service + "/" + strings.ToLower(dc.Realm), service + "/" + dc.Domain})
	if err := dc.admin.Modify(names); err != nil {
		return fmt.Errorf("name the LDAP service of %s: %w", dc.Host, err)
	}
	return nil
}
